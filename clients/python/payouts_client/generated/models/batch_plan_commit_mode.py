from typing import Literal, cast

BatchPlanCommitMode = Literal["all_or_nothing", "valid_rows"]


def check_batch_plan_commit_mode(value: str) -> BatchPlanCommitMode:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanCommitMode, value)
