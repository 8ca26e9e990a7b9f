from typing import Literal, cast

CreateBatchPlanContentType = Literal[
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/x-ndjson", "text/csv"
]


def check_create_batch_plan_content_type(value: str) -> CreateBatchPlanContentType:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(CreateBatchPlanContentType, value)
