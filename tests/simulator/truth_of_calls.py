"""What must be true at rest where a bank was called: the portal against the bank's log and the bytes on the wire."""

from collections import Counter, defaultdict
from datetime import timedelta

from apps.core.statements import ask
from apps.payouts.models import Conflict, RecallRequest
from apps.payouts.states import ENDS, State
from apps.rails.contract import DuplicateCheck

ENDS_OF_RECALLS = {"ACCR": RecallRequest.Status.GRANTED, "RJCR": RecallRequest.Status.REFUSED}
_BOOKED = """
SELECT instant_log_read,
       EXISTS (SELECT FROM sandbox_instant_movement WHERE book_id = bank_account_id AND booking_id IS NULL)
  FROM sandbox_book WHERE bank_account_id = %s
"""
_LIVE_RECALLS = """
SELECT recall_id, recall.status FROM payouts_recallrequest AS recall JOIN payouts_payout AS payout ON payout.id = payout_id
 WHERE partner_id = %s AND recall.status IN ('requested', 'asked', 'unanswered')
"""
_OWNED_BY_NOBODY = """
SELECT instruction_id, attempt.status
  FROM payouts_attempt AS attempt JOIN payouts_payout AS payout ON payout.id = payout_id
 WHERE partner_id = %s AND attempt.status IN ('prepared', 'in_doubt') AND next_step_at IS NULL AND raised_at IS NULL
"""
BEFORE_A_BANK = {State.REJECTED, State.CANCELLED, State.EXPIRED}


def has_more_to_come(world) -> bool:
    """Tell whether the bank still has something to book that its log knows of, or to say of a recall."""
    [(read, is_left_to_book)] = ask(_BOOKED, [world.bank_account.pk]) or [(None, False)]
    if read != len(world.bank.log.facts) or is_left_to_book:
        return True
    answered = {recall_id for recall_id, answers in _recalls_said(world).items() if any(answers)}
    live = ask(_LIVE_RECALLS, [world.platform.pk]) if world.bank.terms.can_recall else ()
    return any(recall_id in answered or status == RecallRequest.Status.REQUESTED for recall_id, status in live)


def surplus(world) -> set[str]:
    """Return the bank's references of money that came back more than once: only one of several belongs to a payout."""
    returns = defaultdict(list)
    for fact in world.bank.facts("returned"):
        returns[fact["end_to_end_id"]].append(fact["bank_reference"])
    return {reference for references in returns.values() if len(references) > 1 for reference in references}


def credited_otherwise(world) -> int:
    """Return the sum of what came back in part, which a person credits to the platform."""
    returned = world.bank.facts("returned")
    amounts = {payout.end_to_end_id: payout.net for payout in world.all_payouts()} if returned else {}
    return sum(fact["amount"] for fact in returned if fact["amount"] < amounts[fact["end_to_end_id"]])


def outcomes(world):
    """Each payout was executed at most once, and its state is what the bank did with it."""
    executed, given_back = defaultdict(list), Counter()
    for fact in world.bank.facts("executed"):
        executed[fact["end_to_end_id"]].append(fact)
    for fact in world.bank.facts("returned"):
        given_back[fact["end_to_end_id"], fact["amount"]] += 1
    for payout in world.all_payouts():
        mine, sent = executed.pop(payout.end_to_end_id, []), world.bank.wire.posts[payout.end_to_end_id]
        name = f"{payout.reference} of {payout.amount}"
        if len(mine) > 1:
            yield f"{name} was executed {len(mine)} times"
        elif any(fact["amount"] != payout.net for fact in mine):
            yield f"{name} went to the bank with another amount"
        elif mine:
            right = State.RETURNED if given_back[payout.end_to_end_id, payout.net] else State.PAID
            if payout.status != right:
                yield f"{name} is {payout.status}, at the bank it is {right}"
        elif payout.status != State.FAILED and (sent or payout.status not in BEFORE_A_BANK):
            yield f"{name} is {payout.status}, the bank was asked {len(sent)} times and did not pay it"
        if too_late := _sent_unchecked(world.bank.terms, sent):
            yield f"{name} was sent again {too_late} times when the bank would not know it for a duplicate"
    yield from (f"the bank has paid {reference}, which no payout carries" for reference in executed)
    yield from (
        f"{one.payout} has a conflict: {one.said_now}" for one in Conflict.objects.filter(payout__in=world.payouts)
    )
    yield from _recalls(world)
    yield from _nobody_waits(world)


def _sent_unchecked(terms, sent) -> int:
    """Return how many of the sends after the first the bank documents no check for, at the time at which they were made."""
    if terms.duplicate_check == DuplicateCheck.FOREVER:
        return 0
    window = timedelta(seconds=terms.duplicate_window_seconds)  # none: nothing is checked
    return sum(again >= sent[0] + window for again in sent[1:])


def _recalls(world):
    """The bank took each recall once, and each has ended as the bank says, or with its payout."""
    said = _recalls_said(world)
    for recall in RecallRequest.objects.filter(payout__in=world.payouts).select_related("payout"):
        answers, name = said.pop(recall.recall_id, []), f"the recall of {recall.payout.reference}"
        if len(answers) > 1:
            yield f"{name} was taken {len(answers)} times"
        elif recall.status == RecallRequest.Status.OVER:
            if recall.payout.status not in ENDS:
                yield f"{name} is over, and the payout is {recall.payout.status}"
        elif recall.status != (right := ENDS_OF_RECALLS.get("".join(answers))) and (right or not recall.is_live):
            yield f"{name} is {recall.status}, the bank says {answers or 'nothing'}"
    yield from (f"the bank has the recall {recall_id}, which nobody has asked for" for recall_id in said)


def _recalls_said(world) -> dict[str, list[str]]:
    """Return what the bank said of each recall that it took; nothing if it never answers."""
    said = defaultdict(list)
    for fact in world.bank.facts("recalled"):
        said[fact["recall_id"]].append(fact["answer"])
    return said


def _nobody_waits(world):
    """Whatever is not settled by then has an owner or a time."""
    for instruction_id, status in ask(_OWNED_BY_NOBODY, [world.platform.pk]):
        yield f"{instruction_id} is {status}, and nobody looks at it"
