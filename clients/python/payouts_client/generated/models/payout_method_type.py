from typing import Literal, cast

PayoutMethodType = Literal["iban"]


def check_payout_method_type(value: str) -> PayoutMethodType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutMethodType, value)
