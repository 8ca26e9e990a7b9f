from typing import Literal, cast

BatchPlanStatus = Literal["cancelled", "committed", "committing", "planned", "reading", "unmapped", "unreadable"]


def check_batch_plan_status(value: str) -> BatchPlanStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanStatus, value)
