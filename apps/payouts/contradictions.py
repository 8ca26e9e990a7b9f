"""
What contradicts what is held of a payout. No queries, nothing is changed here.

A word that a bank had said before is taken back only by another word of the same weight: what was executed, settled or
decided by two people is not undone by a refusal that comes later, and a refusal is not undone by a late success. Both are
contradictions, and people decide.
"""

from dataclasses import dataclass

from apps.payouts.models import Attempt, Conflict, Payout
from apps.payouts.states import State
from apps.rails.answers import SETTLED
from apps.rails.contract import Answer

CALL, REPORT, LINE = "call", "report", "line"
"""Where evidence comes from."""

SAYS_PAID = (Answer.EXECUTED, "resolved", *SETTLED)
"""What a payout's tracking holds once its bank, or two people, have said that the money left."""

GAVE_UP = (Attempt.Status.REFUSED, Attempt.Status.ABANDONED)
NEVER_PAID = (
    State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED,
    State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED,
)  # fmt: skip
"""States in which no money of the payout is with a bank."""


@dataclass(frozen=True)
class Contradiction:
    """
    One piece of evidence against what is held of a payout.

    `attempt` is None if there is none. `amount` is what moved, in minor units: the payout's, unless it is said.
    """

    payout: Payout
    attempt: Attempt | None
    kind: str
    source: str
    source_id: str
    says: str
    amount: int | None = None


def of_call(payout, attempt, answer: Answer, call_id) -> Contradiction | None:
    """Return how an answer contradicts what is held of the payout, or None if it does not."""
    kind = None
    if answer.executions > 1:
        kind = Conflict.Kind.PAID_TWICE
    elif answer.outcome == Answer.EXECUTED and attempt.status in GAVE_UP and payout.status in NEVER_PAID:
        kind = Conflict.Kind.MONEY_LEFT
    elif answer.outcome == Answer.REFUSED and attempt.sends == 1 and _holds_as_paid(payout):
        kind = Conflict.Kind.REFUSED
    if kind is None:
        return None
    times = f" {answer.executions} times" if answer.executions > 1 else ""
    says = " ".join(filter(None, (f"Its bank answered: {answer.outcome}{times}.", answer.code, answer.text)))
    return Contradiction(payout, attempt, kind, CALL, str(call_id), says)


def of_report(payout, attempt, outcome: str, item, report_id: str) -> Contradiction | None:
    """Return how a bank's status report contradicts what is held of the payout, or None if it does not."""
    kind = None
    is_in_file = attempt.status != Attempt.Status.ABANDONED or item is not None and item.level == "transaction"
    gave_up = attempt.status in GAVE_UP and is_in_file and payout.status in NEVER_PAID
    if outcome == "accepted" and gave_up and item.status in SETTLED:
        kind = Conflict.Kind.MONEY_LEFT
    elif outcome == "refused" and attempt.status in Attempt.LIVE and _holds_as_paid(payout):
        kind = Conflict.Kind.REFUSED
    if kind is None:
        return None
    words = (f"A status report says {item.status}.", item.reason_code or "", item.reason_text)
    return Contradiction(payout, attempt, kind, REPORT, report_id, " ".join(filter(None, words)))


def _holds_as_paid(payout) -> bool:
    said = payout.status in (State.SENT, State.IN_DOUBT) and payout.tracking in SAYS_PAID
    return said or payout.status == State.PAID
