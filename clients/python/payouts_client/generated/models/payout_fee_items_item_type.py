from typing import Literal, cast

PayoutFeeItemsItemType = Literal["fixed", "maximum", "minimum", "percentage"]


def check_payout_fee_items_item_type(value: str) -> PayoutFeeItemsItemType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PayoutFeeItemsItemType, value)
