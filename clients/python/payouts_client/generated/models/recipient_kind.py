from typing import Literal, cast

RecipientKind = Literal["company", "individual"]


def check_recipient_kind(value: str) -> RecipientKind:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RecipientKind, value)
