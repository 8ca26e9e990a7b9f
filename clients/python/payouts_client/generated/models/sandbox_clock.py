from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SandboxClock")


@_attrs_define
class SandboxClock:
    """
    Attributes:
        object_ (Literal['sandbox_clock']):
        bank_account (str):
        now (datetime.datetime):
        banking_day (datetime.date):
        offset_seconds (int):
    """

    object_: Literal["sandbox_clock"]
    bank_account: str
    now: datetime.datetime
    banking_day: datetime.date
    offset_seconds: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        bank_account = self.bank_account

        now = self.now.isoformat()

        banking_day = self.banking_day.isoformat()

        offset_seconds = self.offset_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "bank_account": bank_account,
                "now": now,
                "banking_day": banking_day,
                "offset_seconds": offset_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["sandbox_clock"], d.pop("object"))
        if object_ != "sandbox_clock":
            raise ValueError(f"object must match const 'sandbox_clock', got '{object_}'")

        bank_account = d.pop("bank_account")

        now = datetime.datetime.fromisoformat(d.pop("now"))

        banking_day = datetime.date.fromisoformat(d.pop("banking_day"))

        offset_seconds = d.pop("offset_seconds")

        sandbox_clock = cls(
            object_=object_,
            bank_account=bank_account,
            now=now,
            banking_day=banking_day,
            offset_seconds=offset_seconds,
        )

        sandbox_clock.additional_properties = d
        return sandbox_clock

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
