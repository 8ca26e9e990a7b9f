from typing import Literal, cast

BatchPlanModeType1 = Literal["all_or_nothing", "valid_rows"]


def check_batch_plan_mode_type_1(value: str) -> BatchPlanModeType1:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanModeType1, value)
