from typing import Literal, cast

PayoutExplanationChargesFeeStatus = Literal["agreed", "earned", "given_back", "not_charged", "pending", "reserved"]


def check_payout_explanation_charges_fee_status(value: str) -> PayoutExplanationChargesFeeStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutExplanationChargesFeeStatus, value)
