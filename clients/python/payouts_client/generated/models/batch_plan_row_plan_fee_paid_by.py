from typing import Literal, cast

BatchPlanRowPlanFeePaidBy = Literal["platform", "recipient"]


def check_batch_plan_row_plan_fee_paid_by(value: str) -> BatchPlanRowPlanFeePaidBy:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(BatchPlanRowPlanFeePaidBy, value)
