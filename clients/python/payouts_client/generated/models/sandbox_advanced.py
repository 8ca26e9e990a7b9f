from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.sandbox_advanced_at_bank import (
    SandboxAdvancedAtBank,
    check_sandbox_advanced_at_bank,
)

if TYPE_CHECKING:
    from ..models.sandbox_clock import SandboxClock


T = TypeVar("T", bound="SandboxAdvanced")


@_attrs_define
class SandboxAdvanced:
    """
    Attributes:
        object_ (Literal['sandbox_advance']):
        payout (str):
        outcome (str):
        at_bank (SandboxAdvancedAtBank): How far the bank had the payment when it was asked.
        clock (SandboxClock):
    """

    object_: Literal["sandbox_advance"]
    payout: str
    outcome: str
    at_bank: SandboxAdvancedAtBank
    clock: SandboxClock
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        payout = self.payout

        outcome = self.outcome

        at_bank: str = self.at_bank

        clock = self.clock.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "payout": payout,
                "outcome": outcome,
                "at_bank": at_bank,
                "clock": clock,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sandbox_clock import SandboxClock  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["sandbox_advance"], d.pop("object"))
        if object_ != "sandbox_advance":
            raise ValueError(f"object must match const 'sandbox_advance', got '{object_}'")

        payout = d.pop("payout")

        outcome = d.pop("outcome")

        at_bank = check_sandbox_advanced_at_bank(d.pop("at_bank"))

        clock = SandboxClock.from_dict(d.pop("clock"))

        sandbox_advanced = cls(
            object_=object_,
            payout=payout,
            outcome=outcome,
            at_bank=at_bank,
            clock=clock,
        )

        sandbox_advanced.additional_properties = d
        return sandbox_advanced

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
