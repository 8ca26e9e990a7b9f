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
    from ..models.rail_calendar_closed_item import RailCalendarClosedItem


T = TypeVar("T", bound="RailCalendar")


@_attrs_define
class RailCalendar:
    """
    Attributes:
        object_ (Literal['rail_calendar']):
        rail (str):
        calendar (str):
        zone (str):
        first (datetime.date):
        last (datetime.date):
        closed (list[RailCalendarClosedItem]):
        cut_offs (list[str]): In the zone of the calendar.
    """

    object_: Literal["rail_calendar"]
    rail: str
    calendar: str
    zone: str
    first: datetime.date
    last: datetime.date
    closed: list[RailCalendarClosedItem]
    cut_offs: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        rail = self.rail

        calendar = self.calendar

        zone = self.zone

        first = self.first.isoformat()

        last = self.last.isoformat()

        closed = []
        for closed_item_data in self.closed:
            closed_item = closed_item_data.to_dict()
            closed.append(closed_item)

        cut_offs = self.cut_offs

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "rail": rail,
                "calendar": calendar,
                "zone": zone,
                "first": first,
                "last": last,
                "closed": closed,
                "cut_offs": cut_offs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rail_calendar_closed_item import RailCalendarClosedItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["rail_calendar"], d.pop("object"))
        if object_ != "rail_calendar":
            raise ValueError(f"object must match const 'rail_calendar', got '{object_}'")

        rail = d.pop("rail")

        calendar = d.pop("calendar")

        zone = d.pop("zone")

        first = datetime.date.fromisoformat(d.pop("first"))

        last = datetime.date.fromisoformat(d.pop("last"))

        closed = []
        _closed = d.pop("closed")
        for closed_item_data in _closed:
            closed_item = RailCalendarClosedItem.from_dict(closed_item_data)

            closed.append(closed_item)

        cut_offs = cast(list[str], d.pop("cut_offs"))

        rail_calendar = cls(
            object_=object_,
            rail=rail,
            calendar=calendar,
            zone=zone,
            first=first,
            last=last,
            closed=closed,
            cut_offs=cut_offs,
        )

        rail_calendar.additional_properties = d
        return rail_calendar

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
