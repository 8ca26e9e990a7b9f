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
from apps.reconciliation.models import DayClose, Expectation, LinePart, Match, StatementLine
from apps.reconciliation.operations import matching
from apps.reconciliation.operations.people import lock_line, require_open_day


def lock_to_undo(match_id) -> list[Match]:
    """
    Lock what a match is about, and return the live matches that end with it, with their lines, in the order they were made.

    Those of a part end together, such as a batch, and those that two people have split or grouped.

    :raises NotFound: if there is no such match.
    :raises CannotUndo: if it was undone before, its day is closed, or what followed from it must be undone first.
    """
    match = Match.objects.filter(pk=match_id).first()
    if match is None:
        raise NotFound("There is no such match.")
    line = lock_line(match.line_id)
    require_open_day(line, CannotUndo)
    matches = list(Match.objects.ending_with(match).order_by("pk"))
    lines = {line.pk: line} | _others_of(line, matches)
    for live in matches:
        live.line = lines[live.line_id]
    if match.kind == Kind.SUSPENSE:
        raise CannotUndo("Suspense ends when a line is matched.")
    if match not in matches:
        raise CannotUndo("It was undone before.")
    extra = [live.conflict_id for live in matches if live.kind == Kind.EXTRA]
    if extra and Match.objects.filter(conflict__in=extra, kind=Kind.REPAID, undone_at=None).exists():
        raise CannotUndo("The money came back since: the match of that line has to be undone first.")
    return matches


def _others_of(line, matches) -> dict:
    """Return the other lines of matches by id, all of the line's locked account and in days that are open."""
    others = {match.line_id for match in matches} - {line.pk}
    found = StatementLine.objects.in_bulk(others) if others else {}
    for other in found.values():
        other.bank_account = line.bank_account
        require_open_day(other, CannotUndo)
    return found


def take_back(matches, reason, *, by) -> None:
    """
    End live matches: journals are reversed exactly, their parts wait in suspense, the pairs stay rejected.

    :raises CannotUndo: if the money was used meanwhile, or a payout is not where its match left it.
    """
    line, lines = matches[0].line, {match.line_id: match.line for match in matches}
    parts = {match.part_id for match in matches}
    _unprove(matches, by=by, reason=reason)
    lock_available([postings.suspense(line.currency)])  # before any other account, as `record_matches` does
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(
        undone_at=database_now(), undone_by=author_of(by), undone_reason=reason[:400]
    )
    reopened = {match.expectation_id for match in matches if match.expectation_id}
    Expectation.objects.filter(pk__in=reopened).update(state=Expectation.State.OPEN)
    LinePart.objects.filter(pk__in=parts).update(is_open=True)
    matching.refresh_lines(lines)
    try:
        closed = DayClose.objects.filter(bank_account=line.bank_account_id).aggregate(until=Max("day"))["until"]
        post(matching.contra(matches, reason, closed))
    except InsufficientFunds as refusal:
        raise CannotUndo(f"The money was used meanwhile. {refusal.detail}") from refusal
    rows = LinePart.objects.filter(pk__in=parts).order_by("pk").values_list("pk", "line_id", "amount")
    matching.suspend(line.bank_account, list(rows), by=by)
    matching.tell("match.undone", matches, by=by)


def _unprove(matches, *, by, reason):
    """Let payouts learn that what proved them is gone."""
    try:
        settled = list(dict.fromkeys(match.payout_id for match in matches if match.kind in (Kind.PAYOUT, Kind.BATCH)))
        for start in range(0, len(settled), matching.CHUNK):
            payouts.unsettle_payouts(settled[start : start + matching.CHUNK], by=by, reason=reason)
        returned = {match.payout_id for match in matches if match.kind == Kind.RETURN}
        if returned:
            payouts.undo_returns(returned, by=by, reason=reason)
        extra = {match.payout_id for match in matches if match.kind in (Kind.EXTRA, Kind.REPAID)}
        if extra:
            facts.record("payout.match_undone", Payout.objects.lock(extra), by=by, note=reason)
    except CannotSettle as refusal:
        named = " ".join(fault.detail for fault in refusal.errors[:NAMED])
        raise CannotUndo(f"{named} Undo first what followed from this match.") from refusal
