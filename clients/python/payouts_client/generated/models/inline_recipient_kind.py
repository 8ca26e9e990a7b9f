from typing import Literal, cast

InlineRecipientKind = Literal["company", "individual"]


def check_inline_recipient_kind(value: str) -> InlineRecipientKind:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(InlineRecipientKind, value)
