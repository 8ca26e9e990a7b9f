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
    """
    A part of a statement line that proves something about a payout; `line` and `match` are public ids.

    Several may prove one payout together: what they sum to is its amount then.
    """

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

    Where several lines make up the amount, each takes its part out of the bank account, and the last one earns the fee.

    A payout whose return overtook its debit stays returned: then only the books learn that it had left.

    :raises CannotSettle: naming every payout that is not with the bank, or whose amount is another; nothing is changed.
    """
    assert_in_transaction()
    by_payout = _by_payout(evidence)
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
    pieces = _pieces(payouts, by_payout)
    journals = post([postings.settle(payout, item, is_last=is_last) for payout, item, is_last in pieces])
    facts.record("payout.paid", paid, by=by)
    facts.record("payout.debit_confirmed", overtaken, by=by)
    return {item.match: journal for (_, item, _), journal in zip(pieces, journals, strict=True)}


@transaction.atomic
def give_back_payouts(evidence, *, by):
    """
    Mark payouts as returned by the statement lines that credit them, and credit their platforms.

    Returns the journals per match: the money back in the bank account, then on the platform's balance.

    :raises CannotSettle: naming every payout that was not with the bank, or whose amount is another; nothing is changed.
    """
    assert_in_transaction()
    by_payout = _by_payout(evidence)
    payouts = Payout.objects.lock(by_payout)
    _require(payouts, by_payout, sources("give_back"))
    for payout in payouts:
        item = by_payout[payout.pk][0]
        payout.give_back(item.code or "returned", item.reason or "The recipient's bank sent the money back.")
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.RETURNED)
    pieces = _pieces(payouts, by_payout)
    journals = post(
        [postings.give_back(payout, item) for payout, item, _ in pieces]
        + [postings.resolve_return(payout, item, is_last=is_last) for payout, item, is_last in pieces]
    )
    back, credited = journals[: len(pieces)], journals[len(pieces) :]
    facts.record("payout.returned", payouts, by=by)
    return {item.match: pair for (_, item, _), *pair in zip(pieces, back, credited, strict=True)}


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


def _by_payout(evidence) -> dict:
    """Return the pieces of evidence per payout, in their order."""
    found = {}
    for item in evidence:
        found.setdefault(item.payout_id, []).append(item)
    return found


def _pieces(payouts, by_payout) -> list:
    """Return (payout, evidence, whether it is the last of that payout) for every piece."""
    return [(payout, item, item is by_payout[payout.pk][-1]) for payout in payouts for item in by_payout[payout.pk]]


def _require(payouts, evidence, states):
    faults = []
    for payout in payouts:
        pointer = f"/{payout.public_id}"
        if payout.status not in states:
            faults.append(Fault(pointer, "wrong-state", f"{payout.public_id} is {payout.status}."))
        elif payout.pk in evidence and sum(item.amount for item in evidence[payout.pk]) != payout.net:
            faults.append(Fault(pointer, "other-amount", f"{payout.public_id} has another amount than the line."))
    if faults:
        raise CannotSettle(f"{len(faults)} of {len(payouts)} payouts do not fit the evidence.", errors=faults)
