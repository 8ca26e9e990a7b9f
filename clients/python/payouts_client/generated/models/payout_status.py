from typing import Literal, cast

PayoutStatus = Literal[
    "awaiting_approval",
    "awaiting_funds",
    "cancelled",
    "expired",
    "failed",
    "in_doubt",
    "in_review",
    "paid",
    "rejected",
    "returned",
    "scheduled",
    "sent",
    "submitting",
]


def check_payout_status(value: str) -> PayoutStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutStatus, value)
