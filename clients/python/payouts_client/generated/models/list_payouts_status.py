from typing import Literal, cast

ListPayoutsStatus = Literal[
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


def check_list_payouts_status(value: str) -> ListPayoutsStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListPayoutsStatus, value)
