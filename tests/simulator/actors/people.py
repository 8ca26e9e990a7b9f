"""People at their desks: approvers, an operator, an analyst and two treasurers."""

from contextlib import suppress

from apps.compliance.models import Review
from apps.compliance.operations import propose_decision
from apps.core.statements import ask, joined_rows, rows_where
from apps.payouts.models import Hold, Payout
from apps.payouts.operations import approve_payouts, decide_review, hold_payouts, lift_holds, reject_payouts
from apps.payouts.states import State
from apps.rails.models import PaymentFile
from apps.reconciliation.errors import CannotMatch
from apps.reconciliation.models import LinePart, Match, StatementLine
from apps.reconciliation.operations import Choice, refuse_proposal
from apps.sandbox.models import Booking, Order
from tests.matching import match_line, undo_match
from tests.simulator.actors import step

_REVIEWED = "WHERE status = 'open' AND id IN (SELECT review_id FROM payouts_payout WHERE partner_id = %s) ORDER BY id"
_HELD = """
WHERE partner_id = %s
  AND id IN (SELECT payout_id FROM payouts_hold WHERE lifted_at IS NULL AND kind = ANY(%s::text[]))
ORDER BY id
"""
_NOT_DECIDED_BY = """
WHERE partner_id = %s AND status = 'awaiting_approval'
  AND NOT EXISTS (SELECT FROM approvals_decision AS decision
                   WHERE decision.request_id = approval_id AND decision.person_id = %s)
ORDER BY id
"""
_PROPOSED = """
SELECT proposal.id
  FROM reconciliation_proposal AS proposal JOIN reconciliation_statementline AS line ON line.id = proposal.line_id
 WHERE proposal.status = 'proposed' AND line.bank_account_id = %s
"""
_OPEN_PARTS = """
FROM reconciliation_linepart JOIN reconciliation_statementline ON reconciliation_statementline.id = line_id
WHERE bank_account_id = %s AND is_open
ORDER BY line_id, number
"""


@step(6)
def approve(world):
    """Approve what waits, some or all of it."""
    payouts = list(world.payouts.filter(status=State.AWAITING_APPROVAL))
    chosen = [payout for payout in payouts if world.chance.random() < 0.7]
    if not chosen:
        return "nothing chosen"
    return _approve(world, chosen, world.chance.choice(world.people["approver"]))


@step(1)
def reject(world):
    """Refuse a payout at approval."""
    chosen = _any(world, world.payouts.filter(status=State.AWAITING_APPROVAL))
    if chosen is None:
        return "nothing to reject"
    reject_payouts([chosen.pk], by=world.chance.choice(world.people["approver"]), reason="Unknown invoice")
    return chosen.reference


@step(4)
def hold(world):
    """Hold a payout that has not left yet, or try with another one."""
    payouts = world.all_payouts()
    scheduled = [payout for payout in payouts if payout.status == State.SCHEDULED]
    chosen = _any(world, scheduled or payouts)
    if chosen is None:
        return "nothing to hold"
    hold_payouts([chosen.pk], by=world.people["operator"][0], reason="Wait")
    return f"{chosen.reference} was {chosen.status}"


@step(2)
def lift(world):
    """Lift the holds of a payout."""
    chosen = _any(world, _held_for_people(world))
    return "nothing is held" if chosen is None else _lift(world, chosen)


@step(2)
def decide(world):
    """Decide an open review."""
    review = _any(world, _open_reviews(world))
    if review is None:
        return "nothing to decide"
    return _decide(world, review, world.chance.choice(("clear", "clear", "reject")))


@step(3)
def match(world):
    """Say what an open part of a line is."""
    part = _any(world, _open_parts(world))
    return "nothing is open" if part is None else _match(world, part)


@step(5)
def undo(world):
    """Take back a match, right as it may be."""
    live = list(_live_matches(world))
    if not live:
        return "nothing is matched"
    kind = world.chance.choice(sorted({match.kind for match in live}))  # or it would be money paid in, nearly always
    chosen = world.chance.choice([match for match in live if match.kind == kind])
    first, other = world.people["treasurer"]
    undo_match(chosen.pk, by=first, also=other, reason="Looked wrong")
    return f"{chosen.kind} of {chosen.amount}"


def decide_all(world) -> None:
    """Let people do all that waits for them: at the end of a schedule nothing waits for a person any more."""
    for review in _open_reviews(world):
        _decide(world, review, "clear")
    for payout in _held_for_people(world):
        _lift(world, payout)
    for approver in world.people["approver"]:
        if waiting := rows_where(Payout, _NOT_DECIDED_BY, [world.platform.pk, approver.pk]):
            _approve(world, waiting, approver)
    for (proposal_id,) in ask(_PROPOSED, [world.bank_account.pk]):
        refuse_proposal(proposal_id, by=world.people["treasurer"][1], reason="Whoever proposed it has gone home")
    match_all(world)


def match_all(world) -> None:
    """Let people say of every open part what it is."""
    for part in _open_parts(world):
        with suppress(CannotMatch):  # it stays open, and whoever looks at the truth sees it
            _match(world, part)


def _live_matches(world):
    live = Match.objects.filter(line__bank_account=world.bank_account, undone_at=None)
    return live.exclude(kind="suspense").order_by("pk")


def _any(world, rows):
    rows = list(rows)
    return world.chance.choice(rows) if rows else None


def _open_reviews(world):
    return rows_where(Review, _REVIEWED, [world.platform.pk])


def _held_for_people(world):
    return rows_where(Payout, _HELD, [world.platform.pk, [str(kind) for kind in Hold.BY_PEOPLE]])


def _open_parts(world):
    parts = []
    for part, line in joined_rows((LinePart, StatementLine), _OPEN_PARTS, [world.bank_account.pk]):
        part.line = line
        parts.append(part)
    return parts


def _approve(world, payouts, approver):
    approve_payouts(
        [payout.pk for payout in payouts], by=approver, digests={payout.pk: payout.digest for payout in payouts}
    )
    return f"{[payout.reference for payout in payouts]} by {approver.email}"


def _lift(world, payout):
    lift_holds([payout.pk], by=world.people["approver"][0], reason="Cleared up")
    return payout.reference


def _decide(world, review, decision):
    reason = "Another date of birth, says the recipient."
    [analyst], [officer] = world.people["compliance_analyst"], world.people["compliance_officer"]
    propose_decision(review.pk, by=analyst, decision=decision, reason=reason)
    decide_review(review.pk, by=officer, decision=decision, reason=reason)
    return decision


def _match(world, part):
    choice = _truth(world, part)
    if choice.kind in ("payout", "return") and choice.target is None:
        return "the bank has a payment that nobody knows"
    first, other = world.people["treasurer"]
    match_line(part.line_id, choice, by=first, also=other)
    return f"{part.line.sign} {part.amount} as {choice.kind}"


def _truth(world, part) -> Choice:
    """Return what a part is: the person has asked the bank, which knows its own bookings."""
    line = part.line
    booking = Booking.objects.get(book=line.bank_account_id, reference=line.bank_reference)
    if booking.kind == Booking.Kind.DEPOSIT:
        return Choice("funding", world.platform.pk, part.number)
    if booking.kind == Booking.Kind.FEE:
        return Choice("fee", None, part.number)
    if booking.kind == Booking.Kind.RETURN:
        return Choice("return", _payout(Order.objects.get(credit=booking)), part.number)
    if booking.kind == Booking.Kind.BATCH and part.is_whole:
        [message] = set(Order.objects.filter(debit=booking).values_list("file__message_id", flat=True))
        return Choice("batch", PaymentFile.objects.get(message_id=message).pk, part.number)
    if booking.kind in (Booking.Kind.INSTANT, Booking.Kind.INSTANT_RETURN):
        return _instant_truth(world, booking, part)
    orders = Order.objects.filter(debit=booking)
    if part.end_to_end_id:
        orders = orders.filter(end_to_end_id=part.end_to_end_id)
    return Choice("payout", _payout(orders.first()), part.number)


def _instant_truth(world, booking, part) -> Choice:
    """Return what an instant payment or its return is; less than was paid is credited as if the platform had sent it."""
    movement = booking.instant_movement
    payout = Payout.objects.filter(end_to_end_id=movement.end_to_end_id).first()
    if booking.kind == Booking.Kind.INSTANT:
        return Choice("payout", payout and payout.pk, part.number)
    if payout and part.amount < payout.net:
        return Choice("funding", world.platform.pk, part.number)
    return Choice("return", payout and payout.pk, part.number)


def _payout(order):
    """Return the id of the payout that the bank's order carries, or None."""
    return Payout.objects.filter(end_to_end_id=order.end_to_end_id).values_list("pk", flat=True).first()
