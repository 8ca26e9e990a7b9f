"""What one person decides about a line that no rule explains, and what fits such a line at all."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.core.money import format_amount
from apps.core.permissions import require_permission
from apps.partners.models import Partner
from apps.payouts.errors import CannotSettle
from apps.payouts.models import Conflict, Payout
from apps.payouts.states import State
from apps.reconciliation import write_offs
from apps.reconciliation.errors import CannotMatch
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import DayClose, Expectation, LinePart, Match, Proposal, Remainder, StatementLine
from apps.reconciliation.operations import matching
from apps.reconciliation.operations.evidence import proven
from apps.reconciliation.operations.matching import Find

BY_A_PERSON = "Our reference and the amount; a person decided"
OTHER_CURRENCY = "It is in another currency than the line."
TAKES_TWO = "Nothing on the line proves this: it takes two people. Propose it, and somebody else confirms."


@dataclass(frozen=True)
class Choice:
    """
    What a person says a line is: a payout, a batch (the file it paid), a return, funding, a fee, the debit of a closed
    conflict or what came back of it, or something too small to look for any longer, which is written off.

    `target` is the payout, payment file, partner or conflict; a fee and a write-off have none. `part` is the number of the part meant, where a
    line has several. `amount` is how much of a part that is split is a fee or funding, which have none of their own.
    """

    kind: str
    target: UUID | None = None
    part: int | None = None
    amount: int | None = None


@transaction.atomic
def match_line(line_id, choice: Choice, *, by) -> StatementLine:
    """
    Match a line, or a part of it, to what its evidence proves it to be, where no rule took it.

    What no reference proves is decided by two people: see `propose_match`.

    :raises PermissionDenied: if `by` may not match lines.
    :raises NotFound: if there is no such line, or nothing with the id chosen.
    :raises CannotMatch: if it is matched already, its day is closed, it does not fit, or it takes two people.
    """
    require_permission(by, "reconciliation.match_line")
    line = lock_line(line_id)
    part = open_part(line, choice)
    finds = find(line, part, choice)
    if choice not in proven(line, part, [choice]):
        raise CannotMatch(TAKES_TWO, code="takes-two-people")
    return record(line, finds, by=by)


def lock_line(line_id) -> StatementLine:
    """Lock the line's bank account, then read the line: everything that reconciles the account waits here."""
    line = StatementLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound("There is no such line.")
    bank_account = matching.lock_bank_account(line.bank_account_id)
    line.refresh_from_db()
    line.bank_account = bank_account
    return line


def require_open_day(line, refusal) -> None:
    """Refuse to touch what was booked in a closed day, unless two people have signed that it was left open then."""
    if Remainder.objects.filter(line=line).exists():
        return
    if DayClose.objects.filter(bank_account=line.bank_account_id, day__gte=line.booked_on).exists():
        detail = f"The days until {line.booked_on} or later are closed on this account: it stays as it is."
        raise refusal(f"{detail} Ask the bank to put right what is wrong on an open day.", code="day-closed")


def open_part(line, choice) -> LinePart:
    """Return the part that is meant, if it can be matched and nobody has proposed what it is."""
    require_open_day(line, CannotMatch)
    if line.state == StatementLine.State.NOTED:
        raise CannotMatch("The line is not booked, or has no amount.", code="nothing-to-match")
    parts = list(line.parts.filter(is_open=True).order_by("number"))
    if choice.part is not None:
        parts = [part for part in parts if part.number == choice.part]
    if not parts:
        raise CannotMatch("It is matched already.", code="already-matched")
    if len(parts) > 1:
        raise CannotMatch("The line has several open parts: say which one.", code="part-missing")
    require_nothing_proposed(parts[0], CannotMatch)
    return parts[0]


def require_nothing_proposed(part, refusal) -> None:
    """Refuse what somebody else's open proposal would be overtaken by."""
    said = Proposal.objects.open().about_part(part).select_related("proposed_by").first()
    if said:
        todo = "That is decided first: confirm it, or refuse it with a reason, under Second person."
        raise refusal(f"{said.proposed_by} has proposed: {said}. {todo}", code="proposed-already")


def find(line, part, choice, evidence=BY_A_PERSON) -> list[Find]:
    """
    Return what a person says a part is, if amount, currency, account and direction fit.

    :raises NotFound: if there is nothing with the id chosen.
    :raises CannotMatch: if it does not fit.
    """
    matching.open_expectations(line.bank_account)
    finds = find_share(line, part, choice, evidence)
    _require_amount(line, part, sum(find.amount for find in finds))
    return finds


def find_share(line, part, choice, evidence) -> list[Find]:
    """
    Return what a person says a part is, or a share of it, with its own amount; account and direction fit.

    What has no amount of its own, such as a fee, has that of the choice, or of the part. Debits that are expected are known.
    """
    if choice.kind not in _FINDERS:
        raise CannotMatch(f"A line cannot be matched as {choice.kind}.", code="unknown-kind")
    return [replace(find, evidence=evidence) for find in _FINDERS[choice.kind](line, part, choice)]


def record(line, finds, *, by, proposal=None) -> StatementLine:
    """Record what a person, or two by their proposal, decided."""
    try:
        matching.record_matches(line.bank_account, finds, by=by, automatic=False, proposal=proposal)
    except CannotSettle as refusal:
        raise CannotMatch(refusal.detail, errors=refusal.errors) from refusal
    line.refresh_from_db()
    return line


def _as_payout(line, part, choice):
    _require(line.sign == StatementLine.DEBIT, "The line is a credit: money that came, not a payout that left.")
    expectation = Expectation.objects.filter(
        payout=choice.target, bank_account=line.bank_account_id, state=Expectation.State.OPEN
    ).first()
    if expectation is None:
        _payout(choice)
        raise CannotMatch("No debit is expected for this payout on this account.", code="not-expected")
    _require(expectation.currency == line.currency, OTHER_CURRENCY)
    return [
        Find(
            part.pk,
            line.pk,
            expectation.amount,
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
    _require(expectation.currency == line.currency, OTHER_CURRENCY)
    return finds


def _as_return(line, part, choice):
    _require(line.sign == StatementLine.CREDIT, "The line is a debit: money that left, not a payout that came back.")
    [payout] = Payout.objects.lock([_payout(choice).pk])  # so that no conflict opens before the match is made
    _require(payout.bank_account_id == line.bank_account_id, "The payout left from another bank account.")
    _require(payout.currency == line.currency, OTHER_CURRENCY)
    _require(payout.status in (State.SENT, State.PAID), f"The payout is {payout.status}, so it cannot come back.")
    return [
        matching.return_find(part.pk, line.pk, payout.net, payout.pk, part.return_code, part.return_text, BY_A_PERSON)
    ]


def _as_funding(line, part, choice):
    _require(line.sign == StatementLine.CREDIT, "The line is a debit: money that left, not funding.")
    partner = Partner.objects.filter(pk=choice.target).first()
    if partner is None:
        raise NotFound("There is no such partner.")
    _require(partner.mode == line.bank_account.mode, f"The partner is {partner.mode}, the bank account is not.")
    amount = choice.amount or part.amount
    return [Find(part.pk, line.pk, amount, Kind.FUNDING, BY_A_PERSON, partner=partner.pk)]


def _as_fee(line, part, choice):
    return [Find(part.pk, line.pk, choice.amount or part.amount, Kind.FEE, BY_A_PERSON)]


def _as_write_off(line, part, choice):
    most = write_offs.limit_in_force(line.currency)
    if part.amount > most:
        limit = f"at most {format_amount(most, line.currency)} {line.currency} are" if most else "nothing may be"
        raise CannotMatch(
            f"By the setting in force {limit} written off at once in {line.currency}.", code="above-write-off-limit"
        )
    return [Find(part.pk, line.pk, part.amount, Kind.WRITE_OFF, BY_A_PERSON)]


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
    _require(conflict.currency == line.currency, OTHER_CURRENCY)
    Payout.objects.lock([conflict.payout_id])
    return [Find(part.pk, line.pk, conflict.amount, kind, BY_A_PERSON, payout=conflict.payout_id, conflict=conflict.pk)]


_FINDERS = {
    Kind.PAYOUT.value: _as_payout,
    Kind.BATCH.value: _as_batch,
    Kind.RETURN.value: _as_return,
    Kind.FUNDING.value: _as_funding,
    Kind.FEE.value: _as_fee,
    Kind.WRITE_OFF.value: _as_write_off,
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


def _require_amount(line, part, amount):
    if part.amount != amount:
        of_line, expected = (format_amount(units, line.currency) for units in (part.amount, amount))
        raise CannotMatch(
            f"The line is {of_line} {line.currency}, expected are {expected} {line.currency}.", code="amount-differs"
        )
