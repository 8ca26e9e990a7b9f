"""What statement lines prove: money that left, and money that came back. Reconciliation calls these in its transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from apps.core.database import assert_in_transaction, database_now
from apps.core.errors import Fault
from apps.ledger.posting import post
from apps.payouts import facts, postings
from apps.payouts.errors import CannotSettle
from apps.payouts.models import Attempt, Payout
from apps.payouts.states import State, sources


@dataclass(frozen=True)
class Evidence:
    """A part of a statement line that proves something about a payout; `line` and `match` are public ids."""

    payout_id: UUID
    amount: int
    line: str
    match: str
    value_on: date
    booked_on: date
    code: str = ""
    reason: str = ""


@transaction.atomic
def settle_payouts(evidence, *, by):
    """
    Mark payouts as paid by the statement lines that debit them; return the journal per match.

    A payout whose return overtook its debit stays returned: then only the books learn that it had left.

    :raises CannotSettle: naming every payout that is not with the bank, or whose amount is another; nothing is changed.
    """
    assert_in_transaction()
    by_payout = {item.payout_id: item for item in evidence}
    payouts = Payout.objects.lock(by_payout)
    overtaken = [payout for payout in payouts if payout.status == State.RETURNED and payout.returned_from == State.SENT]
    paid = [payout for payout in payouts if payout not in overtaken]
    _require(paid, by_payout, sources("settle"))
    for payout in paid:
        payout.settle()
    for payout in overtaken:
        payout.returned_from = State.PAID.value
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(paid, Attempt.Status.SETTLED)
    journals = post([postings.settle(payout, by_payout[payout.pk]) for payout in payouts])
    facts.record("payout.paid", paid, by=by)
    facts.record("payout.debit_confirmed", overtaken, by=by)
    return {by_payout[payout.pk].match: journal for payout, journal in zip(payouts, journals, strict=True)}


@transaction.atomic
def give_back_payouts(evidence, *, by):
    """
    Mark payouts as returned by the statement lines that credit them, and credit their platforms.

    Returns the journals per match: the money back in the bank account, then on the platform's balance.

    :raises CannotSettle: naming every payout that was not with the bank, or whose amount is another; nothing is changed.
    """
    assert_in_transaction()
    by_payout = {item.payout_id: item for item in evidence}
    payouts = Payout.objects.lock(by_payout)
    _require(payouts, by_payout, sources("give_back"))
    for payout in payouts:
        item = by_payout[payout.pk]
        payout.give_back(item.code or "returned", item.reason or "The recipient's bank sent the money back.")
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.RETURNED)
    journals = post(
        [postings.give_back(payout, by_payout[payout.pk]) for payout in payouts]
        + [postings.resolve_return(payout, by_payout[payout.pk]) for payout in payouts]
    )
    back, credited = journals[: len(payouts)], journals[len(payouts) :]
    facts.record("payout.returned", payouts, by=by)
    return {by_payout[payout.pk].match: pair for payout, *pair in zip(payouts, back, credited, strict=True)}


@transaction.atomic
def unsettle_payouts(payout_ids, *, by, reason):
    """
    Take back that payouts are paid, since the match that proved it is undone. The caller reverses the journals.

    :raises CannotSettle: naming every payout that is not paid.
    """
    assert_in_transaction()
    payouts = Payout.objects.lock(payout_ids)
    _require(payouts, {}, sources("unsettle"))
    for payout in payouts:
        payout.unsettle()
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.SENT)
    facts.record("payout.match_undone", payouts, by=by, note=reason)
    return payouts


@transaction.atomic
def undo_returns(payout_ids, *, by, reason):
    """
    Take back that payouts were returned, since the match of the return is undone. The caller reverses the journals.

    :raises CannotSettle: naming every payout that is not returned.
    """
    assert_in_transaction()
    payouts = Payout.objects.lock(payout_ids)
    _require(payouts, {}, sources("undo_return"))
    for payout in payouts:
        payout.undo_return()
    Payout.objects.save_states(payouts)
    returned = Attempt.objects.filter(payout__any_of=[payout.pk for payout in payouts], status=Attempt.Status.RETURNED)
    for status in (State.PAID, State.SENT):
        live = Attempt.Status.SETTLED if status == State.PAID else Attempt.Status.SENT
        returned.filter(payout__status=status).update(status=live, status_at=database_now())
    facts.record("payout.match_undone", payouts, by=by, note=reason)
    return payouts


def _require(payouts, evidence, states):
    faults = []
    for payout in payouts:
        pointer = f"/{payout.public_id}"
        if payout.status not in states:
            faults.append(Fault(pointer, "wrong-state", f"{payout.public_id} is {payout.status}."))
        elif payout.pk in evidence and evidence[payout.pk].amount != payout.net:
            faults.append(Fault(pointer, "other-amount", f"{payout.public_id} has another amount than the line."))
    if faults:
        raise CannotSettle(f"{len(faults)} of {len(payouts)} payouts do not fit the evidence.", errors=faults)
