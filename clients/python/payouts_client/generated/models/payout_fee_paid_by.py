from typing import Literal, cast

PayoutFeePaidBy = Literal["platform", "recipient"]


def check_payout_fee_paid_by(value: str) -> PayoutFeePaidBy:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutFeePaidBy, value)
