from typing import Literal, cast

ListBatchPlanRowsShow = Literal["created", "faulty", "refused", "valid"]


def check_list_batch_plan_rows_show(value: str) -> ListBatchPlanRowsShow:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListBatchPlanRowsShow, value)
