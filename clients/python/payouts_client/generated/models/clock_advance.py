from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ClockAdvance")


@_attrs_define
class ClockAdvance:
    """
    Attributes:
        to (datetime.datetime | Unset): The moment the clock shall show.
        by_seconds (int | Unset): How far the clock shall go forward.
    """

    to: datetime.datetime | Unset = UNSET
    by_seconds: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        to: str | Unset = UNSET
        if not isinstance(self.to, Unset):
            to = self.to.isoformat()

        by_seconds = self.by_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if to is not UNSET:
            field_dict["to"] = to
        if by_seconds is not UNSET:
            field_dict["by_seconds"] = by_seconds

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _to = d.pop("to", UNSET)
        to: datetime.datetime | Unset
        if isinstance(_to, Unset):
            to = UNSET
        else:
            to = datetime.datetime.fromisoformat(_to)

        by_seconds = d.pop("by_seconds", UNSET)

        clock_advance = cls(
            to=to,
            by_seconds=by_seconds,
        )

        return clock_advance
