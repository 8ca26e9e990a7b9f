from typing import Literal, cast

NewQuoteRail = Literal["auto", "sepa_credit_transfer", "sepa_instant"]


def check_new_quote_rail(value: str) -> NewQuoteRail:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(NewQuoteRail, value)
