from typing import Literal, cast

BatchedPayoutRail = Literal["auto", "sepa_credit_transfer", "sepa_instant"]


def check_batched_payout_rail(value: str) -> BatchedPayoutRail:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchedPayoutRail, value)
