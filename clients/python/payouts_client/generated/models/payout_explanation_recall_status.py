from typing import Literal, cast

PayoutExplanationRecallStatus = Literal["asked", "granted", "over", "refused", "requested", "unanswered"]


def check_payout_explanation_recall_status(value: str) -> PayoutExplanationRecallStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutExplanationRecallStatus, value)
