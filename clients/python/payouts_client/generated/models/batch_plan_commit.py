from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.batch_plan_commit_mode import (
    BatchPlanCommitMode,
    check_batch_plan_commit_mode,
)

T = TypeVar("T", bound="BatchPlanCommit")


@_attrs_define
class BatchPlanCommit:
    """
    Attributes:
        plan_hash (str): The `plan_hash` of the plan that you saw.
        mode (BatchPlanCommitMode): Every row or none, or those that are valid.
    """

    plan_hash: str
    mode: BatchPlanCommitMode

    def to_dict(self) -> dict[str, Any]:
        plan_hash = self.plan_hash

        mode: str = self.mode

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "plan_hash": plan_hash,
                "mode": mode,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        plan_hash = d.pop("plan_hash")

        mode = check_batch_plan_commit_mode(d.pop("mode"))

        batch_plan_commit = cls(
            plan_hash=plan_hash,
            mode=mode,
        )

        return batch_plan_commit
