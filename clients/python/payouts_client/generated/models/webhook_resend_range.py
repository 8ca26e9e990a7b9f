from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookResendRange")


@_attrs_define
class WebhookResendRange:
    """
    Attributes:
        after (str | Unset): Events that came after this one.
        since (datetime.datetime | Unset): That happened at this moment or later.
        until (datetime.datetime | Unset): That happened before this moment.
        event_types (list[str] | Unset): Of these types.
        only_undelivered (bool | Unset): Leave out what has arrived.
    """

    after: str | Unset = UNSET
    since: datetime.datetime | Unset = UNSET
    until: datetime.datetime | Unset = UNSET
    event_types: list[str] | Unset = UNSET
    only_undelivered: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        after = self.after

        since: str | Unset = UNSET
        if not isinstance(self.since, Unset):
            since = self.since.isoformat()

        until: str | Unset = UNSET
        if not isinstance(self.until, Unset):
            until = self.until.isoformat()

        event_types: list[str] | Unset = UNSET
        if not isinstance(self.event_types, Unset):
            event_types = self.event_types

        only_undelivered = self.only_undelivered

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if after is not UNSET:
            field_dict["after"] = after
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until
        if event_types is not UNSET:
            field_dict["event_types"] = event_types
        if only_undelivered is not UNSET:
            field_dict["only_undelivered"] = only_undelivered

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        after = d.pop("after", UNSET)

        _since = d.pop("since", UNSET)
        since: datetime.datetime | Unset
        if isinstance(_since, Unset):
            since = UNSET
        else:
            since = datetime.datetime.fromisoformat(_since)

        _until = d.pop("until", UNSET)
        until: datetime.datetime | Unset
        if isinstance(_until, Unset):
            until = UNSET
        else:
            until = datetime.datetime.fromisoformat(_until)

        event_types = cast(list[str], d.pop("event_types", UNSET))

        only_undelivered = d.pop("only_undelivered", UNSET)

        webhook_resend_range = cls(
            after=after,
            since=since,
            until=until,
            event_types=event_types,
            only_undelivered=only_undelivered,
        )

        return webhook_resend_range
