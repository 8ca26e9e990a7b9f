from typing import Literal, cast

RecipientStatus = Literal["active", "retired"]


def check_recipient_status(value: str) -> RecipientStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RecipientStatus, value)
