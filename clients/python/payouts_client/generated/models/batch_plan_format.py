from typing import Literal, cast

BatchPlanFormat = Literal["csv", "jsonl", "xlsx"]


def check_batch_plan_format(value: str) -> BatchPlanFormat:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanFormat, value)
