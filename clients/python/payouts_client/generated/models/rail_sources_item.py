from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RailSourcesItem")


@_attrs_define
class RailSourcesItem:
    """
    Attributes:
        fact (str):
        document (str):
        checked_on (datetime.date):
    """

    fact: str
    document: str
    checked_on: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        fact = self.fact

        document = self.document

        checked_on = self.checked_on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fact": fact,
                "document": document,
                "checked_on": checked_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fact = d.pop("fact")

        document = d.pop("document")

        checked_on = datetime.date.fromisoformat(d.pop("checked_on"))

        rail_sources_item = cls(
            fact=fact,
            document=document,
            checked_on=checked_on,
        )

        rail_sources_item.additional_properties = d
        return rail_sources_item

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
