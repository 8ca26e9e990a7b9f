from typing import Literal, cast

PayoutExplanationChargesFeeItemsItemType = Literal["fixed", "maximum", "minimum", "percentage"]


def check_payout_explanation_charges_fee_items_item_type(value: str) -> PayoutExplanationChargesFeeItemsItemType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutExplanationChargesFeeItemsItemType, value)
