from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.route_preview_plan_moves_item import RoutePreviewPlanMovesItem


T = TypeVar("T", bound="RoutePreviewPlan")


@_attrs_define
class RoutePreviewPlan:
    """
    Attributes:
        leaves_at (datetime.datetime):
        execute_on (datetime.date):
        arrives_on (datetime.date):
        calendar (str):
        zone (str):
        moves (list[RoutePreviewPlanMovesItem]): Why not earlier, such as a holiday or a cut-off that has passed.
    """

    leaves_at: datetime.datetime
    execute_on: datetime.date
    arrives_on: datetime.date
    calendar: str
    zone: str
    moves: list[RoutePreviewPlanMovesItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        leaves_at = self.leaves_at.isoformat()

        execute_on = self.execute_on.isoformat()

        arrives_on = self.arrives_on.isoformat()

        calendar = self.calendar

        zone = self.zone

        moves = []
        for moves_item_data in self.moves:
            moves_item = moves_item_data.to_dict()
            moves.append(moves_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "leaves_at": leaves_at,
                "execute_on": execute_on,
                "arrives_on": arrives_on,
                "calendar": calendar,
                "zone": zone,
                "moves": moves,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.route_preview_plan_moves_item import RoutePreviewPlanMovesItem  # noqa: PLC0415

        d = dict(src_dict)
        leaves_at = datetime.datetime.fromisoformat(d.pop("leaves_at"))

        execute_on = datetime.date.fromisoformat(d.pop("execute_on"))

        arrives_on = datetime.date.fromisoformat(d.pop("arrives_on"))

        calendar = d.pop("calendar")

        zone = d.pop("zone")

        moves = []
        _moves = d.pop("moves")
        for moves_item_data in _moves:
            moves_item = RoutePreviewPlanMovesItem.from_dict(moves_item_data)

            moves.append(moves_item)

        route_preview_plan = cls(
            leaves_at=leaves_at,
            execute_on=execute_on,
            arrives_on=arrives_on,
            calendar=calendar,
            zone=zone,
            moves=moves,
        )

        route_preview_plan.additional_properties = d
        return route_preview_plan

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
