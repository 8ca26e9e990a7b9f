from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rail_coming_item_what import (
    RailComingItemWhat,
    check_rail_coming_item_what,
)

T = TypeVar("T", bound="RailComingItem")


@_attrs_define
class RailComingItem:
    """
    Attributes:
        on (datetime.date):
        what (RailComingItemWhat):
        detail (str):
    """

    on: datetime.date
    what: RailComingItemWhat
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        what: str = self.what

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "what": what,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        what = check_rail_coming_item_what(d.pop("what"))

        detail = d.pop("detail")

        rail_coming_item = cls(
            on=on,
            what=what,
            detail=detail,
        )

        rail_coming_item.additional_properties = d
        return rail_coming_item

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
