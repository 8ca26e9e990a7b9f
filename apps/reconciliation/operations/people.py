"""What a person decides about a line that no rule explains, and how a decision is taken back."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Fault, NotFound
from apps.core.money import format_amount
from apps.core.permissions import author_of, require_permission
from apps.ledger.posting import InsufficientFunds, post
from apps.partners.models import Partner
from apps.payouts import facts
from apps.payouts import operations as payouts
from apps.payouts.errors import CannotSettle
from apps.payouts.models import Conflict, Payout
from apps.payouts.states import State
from apps.reconciliation.errors import CannotMatch, CannotUndo
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import DayClose, Expectation, LinePart, Match, StatementLine
from apps.reconciliation.operations import matching
from apps.reconciliation.operations.matching import Find

BY_A_PERSON = "A person decided"


@dataclass(frozen=True)
class Choice:
    """
    What a person says a line is: a payout, a batch (the file it paid), a return, funding, a fee, or the debit of a closed
    conflict or what came back of it.

    `target` is the payout, payment file, partner or conflict; a fee has none. `part` is the number of the part meant, where a
    line has several.
    """

    kind: str
    target: UUID | None = None
    part: int | None = None


@transaction.atomic
def match_line(line_id, choice: Choice, *, by) -> StatementLine:
    """
    Match a line, or a part of it, to what a person says it is.

    Amount, currency, account and direction must fit all the same; a person decides what nobody wrote down.

    :raises PermissionDenied: if `by` may not match lines.
    :raises NotFound: if there is no such line, or nothing with the id chosen.
    :raises CannotMatch: if it is matched already, its day is closed, or it does not fit.
    """
    require_permission(by, "reconciliation.match_line")
    line = _lock_line(line_id)
    _require_open_day(line, CannotMatch)
    part = _open_part(line, choice)
    matching.open_expectations(line.bank_account)
    finds = _FINDERS[_kind(choice)](line, part, choice)
    try:
        matching.record_matches(line.bank_account, finds, by=by, automatic=False)
    except CannotSettle as refusal:
        raise CannotMatch(refusal.detail, errors=refusal.errors) from refusal
    line.refresh_from_db()
    return line


@transaction.atomic
def undo_match(match_id, *, by, reason: str) -> StatementLine:
    """
    Take back a match: its journals are reversed exactly, the part waits in suspense again, the pair stays rejected.

    The matches of a batch are undone together.

    :raises PermissionDenied: if `by` may not undo matches.
    :raises NotFound: if there is no such match.
    :raises CannotUndo: if it was undone before, its day is closed, or what followed from it must be undone first.
    """
    require_permission(by, "reconciliation.undo_match")
    if not reason.strip():
        raise CannotUndo("Say why.", errors=[Fault("/reason", "blank", "Say why the match is undone.")])
    match = Match.objects.filter(pk=match_id).first()
    if match is None:
        raise NotFound("There is no such match.")
    line = _lock_line(match.line_id)
    _require_open_day(line, CannotUndo)
    matches = list(Match.objects.filter(part=match.part_id, undone_at=None).order_by("pk"))
    for live in matches:
        live.line = line
    if match.kind == Kind.EXTRA and match.conflict.matches.filter(kind=Kind.REPAID, undone_at=None).exists():
        raise CannotUndo("The money came back since: the match of that line has to be undone first.")
    if match not in matches or match.kind == Kind.SUSPENSE:
        raise CannotUndo(
            "It was undone before." if match.kind != Kind.SUSPENSE else "Suspense ends when a line is matched."
        )

    _take_back(matches, by=by, reason=reason)
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(
        undone_at=database_now(), undone_by=author_of(by), undone_reason=reason[:400]
    )
    reopened = [match.expectation_id for match in matches if match.expectation_id]
    Expectation.objects.filter(pk__in=reopened).update(state=Expectation.State.OPEN)
    LinePart.objects.filter(pk=match.part_id).update(is_open=True)
    matching.refresh_lines({line.pk: line})
    try:
        post(matching.contra(matches, reason))
    except InsufficientFunds as refusal:
        raise CannotUndo(f"The money was used meanwhile. {refusal.detail}") from refusal
    matching.suspend(line.bank_account, [(match.part_id, line.pk, match.part.amount)], by=by)
    matching.tell("match.undone", matches, by=by)
    return line


def _lock_line(line_id) -> StatementLine:
    """Lock the line's bank account, then read the line: everything that reconciles the account waits here."""
    line = StatementLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound("There is no such line.")
    bank_account = matching.lock_bank_account(line.bank_account_id)
    line.refresh_from_db()
    line.bank_account = bank_account
    return line


def _require_open_day(line, refusal):
    if DayClose.objects.filter(bank_account=line.bank_account_id, day__gte=line.booked_on).exists():
        raise refusal(f"The days until {line.booked_on} or later are closed on this account.", code="day-closed")


def _open_part(line, choice) -> LinePart:
    if line.state == StatementLine.State.NOTED:
        raise CannotMatch("The line is not booked, or has no amount.", code="nothing-to-match")
    parts = list(line.parts.filter(is_open=True).order_by("number"))
    if choice.part is not None:
        parts = [part for part in parts if part.number == choice.part]
    if not parts:
        raise CannotMatch("It is matched already.", code="already-matched")
    if len(parts) > 1:
        raise CannotMatch("The line has several open parts: say which one.", code="part-missing")
    return parts[0]


def _kind(choice) -> str:
    if choice.kind not in _FINDERS:
        raise CannotMatch(f"A line cannot be matched as {choice.kind}.", code="unknown-kind")
    return choice.kind


def _as_payout(line, part, choice):
    _require(line.sign == StatementLine.DEBIT, "The line is a credit: money that came, not a payout that left.")
    expectation = Expectation.objects.filter(
        payout=choice.target, bank_account=line.bank_account_id, state=Expectation.State.OPEN
    ).first()
    if expectation is None:
        _payout(choice)
        raise CannotMatch("No debit is expected for this payout on this account.", code="not-expected")
    _require_amount(line, part, expectation.amount, expectation.currency)
    return [
        Find(
            part.pk,
            line.pk,
            part.amount,
            Kind.PAYOUT,
            BY_A_PERSON,
            expectation=expectation.pk,
            payout=expectation.payout_id,
        )
    ]


def _as_batch(line, part, choice):
    _require(line.sign == StatementLine.DEBIT, "The line is a credit: money that came, not payouts that left.")
    finds = matching.batch_finds(part.pk, line.pk, choice.target, BY_A_PERSON)
    _require(bool(finds), "No debit is expected for any payment of this file.")
    expectation = Expectation.objects.get(pk=finds[0].expectation)
    _require(expectation.bank_account_id == line.bank_account_id, "The file went to another bank account.")
    _require_amount(line, part, sum(find.amount for find in finds), expectation.currency)
    return finds


def _as_return(line, part, choice):
    _require(line.sign == StatementLine.CREDIT, "The line is a debit: money that left, not a payout that came back.")
    payout = _payout(choice)
    _require(payout.bank_account_id == line.bank_account_id, "The payout left from another bank account.")
    _require(payout.status in (State.SENT, State.PAID), f"The payout is {payout.status}, so it cannot come back.")
    _require_amount(line, part, payout.amount, payout.currency)
    return [
        matching.return_find(part.pk, line.pk, part.amount, payout.pk, part.return_code, part.return_text, BY_A_PERSON)
    ]


def _as_funding(line, part, choice):
    _require(line.sign == StatementLine.CREDIT, "The line is a debit: money that left, not funding.")
    partner = Partner.objects.filter(pk=choice.target).first()
    if partner is None:
        raise NotFound("There is no such partner.")
    _require(partner.mode == line.bank_account.mode, f"The partner is {partner.mode}, the bank account is not.")
    return [Find(part.pk, line.pk, part.amount, Kind.FUNDING, BY_A_PERSON, partner=partner.pk)]


def _as_fee(line, part, choice):
    return [Find(part.pk, line.pk, part.amount, Kind.FEE, BY_A_PERSON)]


def _as_extra(line, part, choice):
    _require(line.sign == StatementLine.DEBIT, "The line is a credit: money that came, not a debit that was charged.")
    return _of_conflict(line, part, choice, Kind.EXTRA)


def _as_repaid(line, part, choice):
    _require(line.sign == StatementLine.CREDIT, "The line is a debit: money that left, not what came back of it.")
    charged = Match.objects.filter(conflict=choice.target, kind=Kind.EXTRA, undone_at=None)
    _require(charged.exists(), "No line shows yet that this money left.")
    return _of_conflict(line, part, choice, Kind.REPAID)


def _of_conflict(line, part, choice, kind):
    conflict = Conflict.objects.charged().filter(pk=choice.target).select_related("payout").first()
    if conflict is None:
        raise NotFound("There is no such conflict that ended with money gone.")
    known = Match.objects.filter(conflict=conflict, kind=kind, undone_at=None)
    _require(not known.exists(), "Another line is matched to it so.")
    _require(conflict.payout.bank_account_id == line.bank_account_id, "It is about another bank account.")
    _require_amount(line, part, conflict.amount, conflict.currency)
    Payout.objects.lock([conflict.payout_id])
    return [Find(part.pk, line.pk, part.amount, kind, BY_A_PERSON, payout=conflict.payout_id, conflict=conflict.pk)]


_FINDERS = {
    Kind.PAYOUT.value: _as_payout,
    Kind.BATCH.value: _as_batch,
    Kind.RETURN.value: _as_return,
    Kind.FUNDING.value: _as_funding,
    Kind.FEE.value: _as_fee,
    Kind.EXTRA.value: _as_extra,
    Kind.REPAID.value: _as_repaid,
}


def _payout(choice) -> Payout:
    payout = Payout.objects.filter(pk=choice.target).first()
    if payout is None:
        raise NotFound("There is no such payout.")
    return payout


def _require(fits: bool, otherwise: str):
    if not fits:
        raise CannotMatch(otherwise, code="does-not-fit")


def _require_amount(line, part, amount, currency):
    if (part.amount, line.currency) != (amount, currency):
        found = format_amount(part.amount, line.currency)
        expected = format_amount(amount, currency)
        raise CannotMatch(
            f"The line is {found} {line.currency}, expected are {expected} {currency}.", code="amount-differs"
        )


def _take_back(matches, *, by, reason):
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
        raise CannotUndo(refusal.detail, errors=refusal.errors) from refusal
