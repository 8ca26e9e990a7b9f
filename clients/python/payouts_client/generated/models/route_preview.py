from __future__ import annotations

import datetime
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

if TYPE_CHECKING:
    from ..models.route_preview_considered_item import RoutePreviewConsideredItem
    from ..models.route_preview_plan import RoutePreviewPlan


T = TypeVar("T", bound="RoutePreview")


@_attrs_define
class RoutePreview:
    """
    Attributes:
        object_ (Literal['route_preview']):
        at (datetime.datetime | None):
        rail (None | str): Null: no rail could.
        plan (None | RoutePreviewPlan):
        considered (list[RoutePreviewConsideredItem]):
    """

    object_: Literal["route_preview"]
    at: datetime.datetime | None
    rail: None | str
    plan: None | RoutePreviewPlan
    considered: list[RoutePreviewConsideredItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.route_preview_plan import RoutePreviewPlan  # noqa: PLC0415

        object_ = self.object_

        at: None | str
        if isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        rail: None | str
        rail = self.rail

        plan: dict[str, Any] | None
        if isinstance(self.plan, RoutePreviewPlan):
            plan = self.plan.to_dict()
        else:
            plan = self.plan

        considered = []
        for considered_item_data in self.considered:
            considered_item = considered_item_data.to_dict()
            considered.append(considered_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "at": at,
                "rail": rail,
                "plan": plan,
                "considered": considered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.route_preview_considered_item import RoutePreviewConsideredItem  # noqa: PLC0415
        from ..models.route_preview_plan import RoutePreviewPlan  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["route_preview"], d.pop("object"))
        if object_ != "route_preview":
            raise ValueError(f"object must match const 'route_preview', got '{object_}'")

        def _parse_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)

                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        at = _parse_at(d.pop("at"))

        def _parse_rail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rail = _parse_rail(d.pop("rail"))

        def _parse_plan(data: object) -> None | RoutePreviewPlan:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                plan_type_0 = RoutePreviewPlan.from_dict(data)

                return plan_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RoutePreviewPlan, data)

        plan = _parse_plan(d.pop("plan"))

        considered = []
        _considered = d.pop("considered")
        for considered_item_data in _considered:
            considered_item = RoutePreviewConsideredItem.from_dict(considered_item_data)

            considered.append(considered_item)

        route_preview = cls(
            object_=object_,
            at=at,
            rail=rail,
            plan=plan,
            considered=considered,
        )

        route_preview.additional_properties = d
        return route_preview

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
