from typing import Literal, cast

PayoutMethodVersionChangeStatus = Literal["confirmed", "proposed", "refused", "withdrawn"]


def check_payout_method_version_change_status(value: str) -> PayoutMethodVersionChangeStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutMethodVersionChangeStatus, value)
