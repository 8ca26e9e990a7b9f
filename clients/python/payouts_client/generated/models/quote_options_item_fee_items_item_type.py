from typing import Literal, cast

QuoteOptionsItemFeeItemsItemType = Literal["fixed", "maximum", "minimum", "percentage"]


def check_quote_options_item_fee_items_item_type(value: str) -> QuoteOptionsItemFeeItemsItemType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(QuoteOptionsItemFeeItemsItemType, value)
