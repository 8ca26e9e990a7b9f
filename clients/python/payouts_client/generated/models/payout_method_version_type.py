from typing import Literal, cast

PayoutMethodVersionType = Literal["iban"]


def check_payout_method_version_type(value: str) -> PayoutMethodVersionType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutMethodVersionType, value)
