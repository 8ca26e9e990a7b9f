from typing import Literal, cast

PayoutFeeStatus = Literal["agreed", "earned", "given_back", "not_charged", "pending", "reserved"]


def check_payout_fee_status(value: str) -> PayoutFeeStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutFeeStatus, value)
