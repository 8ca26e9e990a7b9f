from typing import Literal, cast

PayoutExplanationChargesFeePaidBy = Literal["platform", "recipient"]


def check_payout_explanation_charges_fee_paid_by(value: str) -> PayoutExplanationChargesFeePaidBy:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutExplanationChargesFeePaidBy, value)
