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

T = TypeVar("T", bound="WebhookResend")


@_attrs_define
class WebhookResend:
    """
    Attributes:
        object_ (Literal['webhook_resend']):
        messages (int): Messages that are sent again.
        events (int): Events that were gone through, at most a thousand at once.
        more (bool): Whether there are later events in the range.
        next_after (None | str): `after` of the next request, or null if that was all.
    """

    object_: Literal["webhook_resend"]
    messages: int
    events: int
    more: bool
    next_after: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        messages = self.messages

        events = self.events

        more = self.more

        next_after: None | str
        next_after = self.next_after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "messages": messages,
                "events": events,
                "more": more,
                "next_after": next_after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["webhook_resend"], d.pop("object"))
        if object_ != "webhook_resend":
            raise ValueError(f"object must match const 'webhook_resend', got '{object_}'")

        messages = d.pop("messages")

        events = d.pop("events")

        more = d.pop("more")

        def _parse_next_after(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_after = _parse_next_after(d.pop("next_after"))

        webhook_resend = cls(
            object_=object_,
            messages=messages,
            events=events,
            more=more,
            next_after=next_after,
        )

        webhook_resend.additional_properties = d
        return webhook_resend

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
