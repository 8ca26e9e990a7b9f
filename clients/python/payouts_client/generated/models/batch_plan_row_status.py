from typing import Literal, cast

BatchPlanRowStatus = Literal["created", "planned", "refused"]


def check_batch_plan_row_status(value: str) -> BatchPlanRowStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanRowStatus, value)
