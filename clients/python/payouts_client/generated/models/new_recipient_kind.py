from typing import Literal, cast

NewRecipientKind = Literal["company", "individual"]


def check_new_recipient_kind(value: str) -> NewRecipientKind:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(NewRecipientKind, value)
