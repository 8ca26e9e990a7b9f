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

from ..models.webhook_endpoint_with_secret_status import (
    WebhookEndpointWithSecretStatus,
    check_webhook_endpoint_with_secret_status,
)

if TYPE_CHECKING:
    from ..models.webhook_endpoint_with_secret_disabled import (
        WebhookEndpointWithSecretDisabled,
    )


T = TypeVar("T", bound="WebhookEndpointWithSecret")


@_attrs_define
class WebhookEndpointWithSecret:
    """
    Attributes:
        object_ (Literal['webhook_endpoint']):
        id (str):
        url (str):
        description (str):
        event_types (list[str]):
        status (WebhookEndpointWithSecretStatus):
        disabled (None | WebhookEndpointWithSecretDisabled):
        created_at (datetime.datetime):
        secret (str): Shown only here. Verify messages with it.
    """

    object_: Literal["webhook_endpoint"]
    id: str
    url: str
    description: str
    event_types: list[str]
    status: WebhookEndpointWithSecretStatus
    disabled: None | WebhookEndpointWithSecretDisabled
    created_at: datetime.datetime
    secret: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.webhook_endpoint_with_secret_disabled import (
            WebhookEndpointWithSecretDisabled,  # noqa: PLC0415
        )

        object_ = self.object_

        id = self.id

        url = self.url

        description = self.description

        event_types = self.event_types

        status: str = self.status

        disabled: dict[str, Any] | None
        if isinstance(self.disabled, WebhookEndpointWithSecretDisabled):
            disabled = self.disabled.to_dict()
        else:
            disabled = self.disabled

        created_at = self.created_at.isoformat()

        secret = self.secret

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
                "secret": secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_endpoint_with_secret_disabled import (
            WebhookEndpointWithSecretDisabled,  # noqa: PLC0415
        )

        d = dict(src_dict)
        object_ = cast(Literal["webhook_endpoint"], d.pop("object"))
        if object_ != "webhook_endpoint":
            raise ValueError(f"object must match const 'webhook_endpoint', got '{object_}'")

        id = d.pop("id")

        url = d.pop("url")

        description = d.pop("description")

        event_types = cast(list[str], d.pop("event_types"))

        status = check_webhook_endpoint_with_secret_status(d.pop("status"))

        def _parse_disabled(data: object) -> None | WebhookEndpointWithSecretDisabled:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                disabled_type_0 = WebhookEndpointWithSecretDisabled.from_dict(data)

                return disabled_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WebhookEndpointWithSecretDisabled, data)

        disabled = _parse_disabled(d.pop("disabled"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        secret = d.pop("secret")

        webhook_endpoint_with_secret = cls(
            object_=object_,
            id=id,
            url=url,
            description=description,
            event_types=event_types,
            status=status,
            disabled=disabled,
            created_at=created_at,
            secret=secret,
        )

        webhook_endpoint_with_secret.additional_properties = d
        return webhook_endpoint_with_secret

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
