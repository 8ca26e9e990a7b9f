from typing import Literal, cast

ListRecipientsStatus = Literal["active", "retired"]


def check_list_recipients_status(value: str) -> ListRecipientsStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListRecipientsStatus, value)
