from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LedgerStatementMomentsItem")


@_attrs_define
class LedgerStatementMomentsItem:
    """
    Attributes:
        moment (str):
        count (int):
        in_ (str):
        out (str):
    """

    moment: str
    count: int
    in_: str
    out: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        moment = self.moment

        count = self.count

        in_ = self.in_

        out = self.out

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "moment": moment,
                "count": count,
                "in": in_,
                "out": out,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        moment = d.pop("moment")

        count = d.pop("count")

        in_ = d.pop("in")

        out = d.pop("out")

        ledger_statement_moments_item = cls(
            moment=moment,
            count=count,
            in_=in_,
            out=out,
        )

        ledger_statement_moments_item.additional_properties = d
        return ledger_statement_moments_item

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
