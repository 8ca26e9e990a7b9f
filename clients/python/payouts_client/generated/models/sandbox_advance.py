from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.sandbox_advance_outcome import (
    SandboxAdvanceOutcome,
    check_sandbox_advance_outcome,
)
from ..models.sandbox_advance_reason import (
    SandboxAdvanceReason,
    check_sandbox_advance_reason,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SandboxAdvance")


@_attrs_define
class SandboxAdvance:
    """
    Attributes:
        outcome (SandboxAdvanceOutcome): What the bank does.
        reason (SandboxAdvanceReason | Unset): The reason code, of outcomes that take one.
        banking_days (int | Unset): How many banking days later, of outcomes that take them.
    """

    outcome: SandboxAdvanceOutcome
    reason: SandboxAdvanceReason | Unset = UNSET
    banking_days: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        outcome: str = self.outcome

        reason: str | Unset = UNSET
        if not isinstance(self.reason, Unset):
            reason = self.reason

        banking_days = self.banking_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outcome": outcome,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if banking_days is not UNSET:
            field_dict["banking_days"] = banking_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = check_sandbox_advance_outcome(d.pop("outcome"))

        _reason = d.pop("reason", UNSET)
        reason: SandboxAdvanceReason | Unset
        if isinstance(_reason, Unset):
            reason = UNSET
        else:
            reason = check_sandbox_advance_reason(_reason)

        banking_days = d.pop("banking_days", UNSET)

        sandbox_advance = cls(
            outcome=outcome,
            reason=reason,
            banking_days=banking_days,
        )

        return sandbox_advance
