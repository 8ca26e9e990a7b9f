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

from ..models.webhook_endpoint_status import (
    WebhookEndpointStatus,
    check_webhook_endpoint_status,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.webhook_endpoint_disabled import WebhookEndpointDisabled


T = TypeVar("T", bound="WebhookEndpoint")


@_attrs_define
class WebhookEndpoint:
    """
    Attributes:
        object_ (Literal['webhook_endpoint']):
        id (str):
        url (str):
        description (str):
        event_types (list[str]):
        status (WebhookEndpointStatus):
        disabled (None | WebhookEndpointDisabled):
        created_at (datetime.datetime):
        etag (str | Unset): The revision of what is shown; name it as `If-Match` to change it.
    """

    object_: Literal["webhook_endpoint"]
    id: str
    url: str
    description: str
    event_types: list[str]
    status: WebhookEndpointStatus
    disabled: None | WebhookEndpointDisabled
    created_at: datetime.datetime
    etag: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.webhook_endpoint_disabled import WebhookEndpointDisabled  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        url = self.url

        description = self.description

        event_types = self.event_types

        status: str = self.status

        disabled: dict[str, Any] | None
        if isinstance(self.disabled, WebhookEndpointDisabled):
            disabled = self.disabled.to_dict()
        else:
            disabled = self.disabled

        created_at = self.created_at.isoformat()

        etag = self.etag

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "url": url,
                "description": description,
                "event_types": event_types,
                "status": status,
                "disabled": disabled,
                "created_at": created_at,
            }
        )
        if etag is not UNSET:
            field_dict["etag"] = etag

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_endpoint_disabled import WebhookEndpointDisabled  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["webhook_endpoint"], d.pop("object"))
        if object_ != "webhook_endpoint":
            raise ValueError(f"object must match const 'webhook_endpoint', got '{object_}'")

        id = d.pop("id")

        url = d.pop("url")

        description = d.pop("description")

        event_types = cast(list[str], d.pop("event_types"))

        status = check_webhook_endpoint_status(d.pop("status"))

        def _parse_disabled(data: object) -> None | WebhookEndpointDisabled:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                disabled_type_0 = WebhookEndpointDisabled.from_dict(data)

                return disabled_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WebhookEndpointDisabled, data)

        disabled = _parse_disabled(d.pop("disabled"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        etag = d.pop("etag", UNSET)

        webhook_endpoint = cls(
            object_=object_,
            id=id,
            url=url,
            description=description,
            event_types=event_types,
            status=status,
            disabled=disabled,
            created_at=created_at,
            etag=etag,
        )

        webhook_endpoint.additional_properties = d
        return webhook_endpoint

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
