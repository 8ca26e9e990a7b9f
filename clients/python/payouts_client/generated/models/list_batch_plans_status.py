from typing import Literal, cast

ListBatchPlansStatus = Literal["cancelled", "committed", "committing", "planned", "reading", "unmapped", "unreadable"]


def check_list_batch_plans_status(value: str) -> ListBatchPlansStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListBatchPlansStatus, value)
