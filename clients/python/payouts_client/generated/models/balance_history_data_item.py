from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BalanceHistoryDataItem")


@_attrs_define
class BalanceHistoryDataItem:
    """
    Attributes:
        day (datetime.date):
        available (str):
        reserved (str):
        returned (str):
        blocked (str):
    """

    day: datetime.date
    available: str
    reserved: str
    returned: str
    blocked: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        available = self.available

        reserved = self.reserved

        returned = self.returned

        blocked = self.blocked

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "available": available,
                "reserved": reserved,
                "returned": returned,
                "blocked": blocked,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        available = d.pop("available")

        reserved = d.pop("reserved")

        returned = d.pop("returned")

        blocked = d.pop("blocked")

        balance_history_data_item = cls(
            day=day,
            available=available,
            reserved=reserved,
            returned=returned,
            blocked=blocked,
        )

        balance_history_data_item.additional_properties = d
        return balance_history_data_item

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
