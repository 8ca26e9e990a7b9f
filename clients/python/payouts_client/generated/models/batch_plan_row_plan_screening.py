from typing import Literal, cast

BatchPlanRowPlanScreening = Literal["clear", "review", "unscreened"]


def check_batch_plan_row_plan_screening(value: str) -> BatchPlanRowPlanScreening:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanRowPlanScreening, value)
