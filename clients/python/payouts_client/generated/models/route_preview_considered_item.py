from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.route_preview_considered_item_reasons_item import (
        RoutePreviewConsideredItemReasonsItem,
    )


T = TypeVar("T", bound="RoutePreviewConsideredItem")


@_attrs_define
class RoutePreviewConsideredItem:
    """
    Attributes:
        rail (str):
        taken (bool):
        reasons (list[RoutePreviewConsideredItemReasonsItem]):
        note (str):
    """

    rail: str
    taken: bool
    reasons: list[RoutePreviewConsideredItemReasonsItem]
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rail = self.rail

        taken = self.taken

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rail": rail,
                "taken": taken,
                "reasons": reasons,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.route_preview_considered_item_reasons_item import (
            RoutePreviewConsideredItemReasonsItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        rail = d.pop("rail")

        taken = d.pop("taken")

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = RoutePreviewConsideredItemReasonsItem.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        note = d.pop("note")

        route_preview_considered_item = cls(
            rail=rail,
            taken=taken,
            reasons=reasons,
            note=note,
        )

        route_preview_considered_item.additional_properties = d
        return route_preview_considered_item

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
