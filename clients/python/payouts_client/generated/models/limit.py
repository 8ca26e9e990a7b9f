from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Limit")


@_attrs_define
class Limit:
    """
    Attributes:
        object_ (Literal['limit']):
        currency (str):
        at_once (None | str): The largest payout; null: no limit.
        in_24_hours (None | str):
        left_now (None | str): Of the limit for 24 hours.
    """

    object_: Literal["limit"]
    currency: str
    at_once: None | str
    in_24_hours: None | str
    left_now: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        currency = self.currency

        at_once: None | str
        at_once = self.at_once

        in_24_hours: None | str
        in_24_hours = self.in_24_hours

        left_now: None | str
        left_now = self.left_now

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "currency": currency,
                "at_once": at_once,
                "in_24_hours": in_24_hours,
                "left_now": left_now,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["limit"], d.pop("object"))
        if object_ != "limit":
            raise ValueError(f"object must match const 'limit', got '{object_}'")

        currency = d.pop("currency")

        def _parse_at_once(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        at_once = _parse_at_once(d.pop("at_once"))

        def _parse_in_24_hours(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        in_24_hours = _parse_in_24_hours(d.pop("in_24_hours"))

        def _parse_left_now(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        left_now = _parse_left_now(d.pop("left_now"))

        limit = cls(
            object_=object_,
            currency=currency,
            at_once=at_once,
            in_24_hours=in_24_hours,
            left_now=left_now,
        )

        limit.additional_properties = d
        return limit

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
