"""
The life of a payout as one table.

The table drives the django-fsm transitions of the model, the CHECK constraint on the column, the trigger on state
edges, the page `docs/life-of-a-payout.md` and a golden test.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    IN_REVIEW = "in_review", "In review"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    AWAITING_FUNDS = "awaiting_funds", "Awaiting funds"
    SCHEDULED = "scheduled", "Scheduled"
    SUBMITTING = "submitting", "Submitting"
    IN_DOUBT = "in_doubt", "In doubt"
    SENT = "sent", "Sent"
    PAID = "paid", "Paid"
    FAILED = "failed", "Failed"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"
    RETURNED = "returned", "Returned"


MEANINGS = {
    State.IN_REVIEW: "A compliance review is open, or the recipient could not be screened yet.",
    State.AWAITING_APPROVAL: "The approval request is open.",
    State.AWAITING_FUNDS: "Approved, but not reserved: the platform's balance is short.",
    State.SCHEDULED: "Approved and reserved; waits for its cut-off, or for a hold to be lifted.",
    State.SUBMITTING: "An attempt exists and is committed; the rail is being told.",
    State.IN_DOUBT: "The rail may or may not have it. The money stays where it is; nothing is sent again.",
    State.SENT: "The rail has it; bank evidence is awaited.",
    State.PAID: "Matched to bank evidence.",
    State.FAILED: "The rail refused it for good; the money is back on the platform's balance.",
    State.REJECTED: "A person refused it, in review or at approval.",
    State.CANCELLED: "Taken back before the rail was told.",
    State.EXPIRED: "Waited longer than allowed.",
    State.RETURNED: "The money came back after the bank had executed it.",
}

FIRST = (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED, State.REJECTED)
"""States a payout may be created in."""

ENDS = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED, State.RETURNED)
"""States that end a payout's life; `paid` is final too unless the money comes back or a match is undone."""

FINAL = (State.PAID, *ENDS)

UNPAID = (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED)
"""States in which a payout has ended and no money went out, so that it counts for no limit."""

LEFT = (State.SUBMITTING, State.IN_DOUBT, State.SENT, State.PAID, State.FAILED, State.RETURNED)
"""States in which a bank has, or had, the payout."""

REJECTED_BY_COMPLIANCE = "Compliance rejected this recipient."
"""All that a payout says of it; why is in the review."""


@dataclass(frozen=True)
class Transition:
    """One verb of the table: from where, to where, and in which words."""

    sources: tuple[State, ...]
    targets: tuple[State, ...]
    means: str


TRANSITIONS = {
    "clear": Transition(
        (State.IN_REVIEW,),
        (State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED),
        "Compliance cleared the recipient; on to the next gate.",
    ),
    "approve": Transition(
        (State.AWAITING_APPROVAL,),
        (State.AWAITING_FUNDS, State.SCHEDULED),
        "The last approval needed was given; on to the next gate.",
    ),
    "fund": Transition((State.AWAITING_FUNDS,), (State.SCHEDULED,), "Money arrived and was reserved, oldest first."),
    "reject": Transition(
        (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED),
        (State.REJECTED,),
        "A person refused it; what was reserved is released.",
    ),
    "cancel": Transition(
        (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED),
        (State.CANCELLED,),
        "Taken back; what was reserved is released.",
    ),
    "expire": Transition(
        (State.AWAITING_FUNDS, State.SCHEDULED), (State.EXPIRED,), "Waited longer than allowed; released."
    ),
    "start": Transition((State.SCHEDULED,), (State.SUBMITTING,), "Claimed for a cut-off; the attempt is committed."),
    "put_back": Transition(
        (State.SUBMITTING,), (State.SCHEDULED,), "Taken out of its file before anything was sent; it is held."
    ),
    "send": Transition((State.SUBMITTING, State.IN_DOUBT), (State.SENT,), "The rail has taken it."),
    "doubt": Transition((State.SUBMITTING, State.SENT), (State.IN_DOUBT,), "No telling whether the rail has it."),
    "settle": Transition((State.SENT, State.IN_DOUBT), (State.PAID,), "A statement line proves the payment."),
    "refuse": Transition(
        (State.SUBMITTING, State.IN_DOUBT, State.SENT), (State.FAILED,), "The rail refused it, definitely."
    ),
    "give_back": Transition((State.SENT, State.PAID), (State.RETURNED,), "A statement line shows the money back."),
    "unsettle": Transition((State.PAID,), (State.SENT,), "The match that proved it was undone."),
    "undo_return": Transition((State.RETURNED,), (State.SENT, State.PAID), "The match of the return was undone."),
}


def sources(verb: str) -> list[str]:
    """Return the states a transition may start from, as django-fsm wants them."""
    return [state.value for state in TRANSITIONS[verb].sources]


def targets(verb: str) -> list[str]:
    """Return the states a transition may lead to."""
    return [state.value for state in TRANSITIONS[verb].targets]


def edges() -> set[tuple[str, str]]:
    """Return every (from, to) that the table allows."""
    return {
        (source.value, target.value)
        for transition in TRANSITIONS.values()
        for source in transition.sources
        for target in transition.targets
    }
