from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rail_reach_reasons_item import RailReachReasonsItem


T = TypeVar("T", bound="RailReach")


@_attrs_define
class RailReach:
    """Whether a payment to the account could take a rail today.

    Attributes:
        rail (str):
        reaches (bool):
        reasons (list[RailReachReasonsItem]):
        holder_name_as_sent (str): In the letters that the rail carries.
    """

    rail: str
    reaches: bool
    reasons: list[RailReachReasonsItem]
    holder_name_as_sent: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rail = self.rail

        reaches = self.reaches

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        holder_name_as_sent = self.holder_name_as_sent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rail": rail,
                "reaches": reaches,
                "reasons": reasons,
                "holder_name_as_sent": holder_name_as_sent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rail_reach_reasons_item import RailReachReasonsItem  # noqa: PLC0415

        d = dict(src_dict)
        rail = d.pop("rail")

        reaches = d.pop("reaches")

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = RailReachReasonsItem.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        holder_name_as_sent = d.pop("holder_name_as_sent")

        rail_reach = cls(
            rail=rail,
            reaches=reaches,
            reasons=reasons,
            holder_name_as_sent=holder_name_as_sent,
        )

        rail_reach.additional_properties = d
        return rail_reach

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
