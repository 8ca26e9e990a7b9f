from typing import Literal, cast

QuoteOptionsItemFeePaidBy = Literal["platform", "recipient"]


def check_quote_options_item_fee_paid_by(value: str) -> QuoteOptionsItemFeePaidBy:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(QuoteOptionsItemFeePaidBy, value)
