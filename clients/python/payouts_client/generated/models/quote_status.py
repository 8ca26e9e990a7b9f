from typing import Literal, cast

QuoteStatus = Literal["expired", "open", "used"]


def check_quote_status(value: str) -> QuoteStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(QuoteStatus, value)
