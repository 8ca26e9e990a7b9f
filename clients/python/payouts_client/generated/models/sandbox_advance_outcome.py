from typing import Literal, cast

SandboxAdvanceOutcome = Literal[
    "answered_late",
    "booked_late",
    "lost",
    "not_answered",
    "paid",
    "recall_granted",
    "recall_unanswered",
    "refused",
    "refused_and_paid",
    "returned",
    "returned_short",
    "returned_twice",
    "returned_unnamed",
]


def check_sandbox_advance_outcome(value: str) -> SandboxAdvanceOutcome:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(SandboxAdvanceOutcome, value)
