from typing import Literal, cast

RecipientMethodChangeStatus = Literal["confirmed", "proposed", "refused", "withdrawn"]


def check_recipient_method_change_status(value: str) -> RecipientMethodChangeStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RecipientMethodChangeStatus, value)
