from typing import Literal, cast

PayoutRecallStatus = Literal["asked", "granted", "over", "refused", "requested", "unanswered"]


def check_payout_recall_status(value: str) -> PayoutRecallStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutRecallStatus, value)
