"""How a match is taken back, once two people want it."""

from django.db.models import Max

from apps.core.database import database_now
from apps.core.errors import NotFound
from apps.core.permissions import author_of
from apps.ledger.posting import InsufficientFunds, lock_available, post
from apps.payouts import facts
from apps.payouts import operations as payouts
from apps.payouts.errors import CannotSettle
from apps.payouts.models import Payout
from apps.reconciliation import postings
from apps.reconciliation.effects import NAMED
from apps.reconciliation.errors import CannotUndo
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import DayClose, Expectation, LinePart, Match
from apps.reconciliation.operations import matching
from apps.reconciliation.operations.people import lock_line, require_open_day


def lock_to_undo(match_id) -> list[Match]:
    """
    Lock what a match is about, and return the live matches of its part with their line: those of a batch end together.

    :raises NotFound: if there is no such match.
    :raises CannotUndo: if it was undone before, its day is closed, or what followed from it must be undone first.
    """
    match = Match.objects.filter(pk=match_id).first()
    if match is None:
        raise NotFound("There is no such match.")
    line = lock_line(match.line_id)
    require_open_day(line, CannotUndo)
    matches = list(Match.objects.filter(part=match.part_id, undone_at=None).order_by("pk"))
    for live in matches:
        live.line = line
    if match.kind == Kind.SUSPENSE:
        raise CannotUndo("Suspense ends when a line is matched.")
    if match not in matches:
        raise CannotUndo("It was undone before.")
    if match.kind == Kind.EXTRA and match.conflict.matches.filter(kind=Kind.REPAID, undone_at=None).exists():
        raise CannotUndo("The money came back since: the match of that line has to be undone first.")
    return matches


def take_back(matches, reason, *, by) -> None:
    """
    End the live matches of a part: journals are reversed exactly, the part waits in suspense, the pair stays rejected.

    :raises CannotUndo: if the money was used meanwhile, or a payout is not where its match left it.
    """
    line, part = matches[0].line, matches[0].part
    _unprove(matches, by=by, reason=reason)
    lock_available([postings.suspense(line.currency)])  # before any other account, as `record_matches` does
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(
        undone_at=database_now(), undone_by=author_of(by), undone_reason=reason[:400]
    )
    reopened = [match.expectation_id for match in matches if match.expectation_id]
    Expectation.objects.filter(pk__in=reopened).update(state=Expectation.State.OPEN)
    LinePart.objects.filter(pk=part.pk).update(is_open=True)
    matching.refresh_lines({line.pk: line})
    try:
        closed = DayClose.objects.filter(bank_account=line.bank_account_id).aggregate(until=Max("day"))["until"]
        post(matching.contra(matches, reason, closed))
    except InsufficientFunds as refusal:
        raise CannotUndo(f"The money was used meanwhile. {refusal.detail}") from refusal
    matching.suspend(line.bank_account, [(part.pk, line.pk, part.amount)], by=by)
    matching.tell("match.undone", matches, by=by)


def _unprove(matches, *, by, reason):
    """Let payouts learn that what proved them is gone."""
    try:
        settled = [match.payout_id for match in matches if match.kind in (Kind.PAYOUT, Kind.BATCH)]
        for start in range(0, len(settled), matching.CHUNK):
            payouts.unsettle_payouts(settled[start : start + matching.CHUNK], by=by, reason=reason)
        returned = [match.payout_id for match in matches if match.kind == Kind.RETURN]
        if returned:
            payouts.undo_returns(returned, by=by, reason=reason)
        extra = {match.payout_id for match in matches if match.kind in (Kind.EXTRA, Kind.REPAID)}
        if extra:
            facts.record("payout.match_undone", Payout.objects.lock(extra), by=by, note=reason)
    except CannotSettle as refusal:
        named = " ".join(fault.detail for fault in refusal.errors[:NAMED])
        raise CannotUndo(f"{named} Undo first what followed from this match.") from refusal
