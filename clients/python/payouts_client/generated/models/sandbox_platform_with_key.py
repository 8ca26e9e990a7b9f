from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.sandbox_platform_with_key_status import (
    SandboxPlatformWithKeyStatus,
    check_sandbox_platform_with_key_status,
)

T = TypeVar("T", bound="SandboxPlatformWithKey")


@_attrs_define
class SandboxPlatformWithKey:
    """
    Attributes:
        object_ (Literal['sandbox_platform']):
        id (str):
        name (str):
        status (SandboxPlatformWithKeyStatus):
        funding_reference (str):
        opened_by (str):
        opened_at (datetime.datetime):
        closed_at (datetime.datetime | None):
        bank_account (str):
        api_key (str): Shown only here. It may do everything.
    """

    object_: Literal["sandbox_platform"]
    id: str
    name: str
    status: SandboxPlatformWithKeyStatus
    funding_reference: str
    opened_by: str
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    bank_account: str
    api_key: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        name = self.name

        status: str = self.status

        funding_reference = self.funding_reference

        opened_by = self.opened_by

        opened_at = self.opened_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        bank_account = self.bank_account

        api_key = self.api_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "name": name,
                "status": status,
                "funding_reference": funding_reference,
                "opened_by": opened_by,
                "opened_at": opened_at,
                "closed_at": closed_at,
                "bank_account": bank_account,
                "api_key": api_key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["sandbox_platform"], d.pop("object"))
        if object_ != "sandbox_platform":
            raise ValueError(f"object must match const 'sandbox_platform', got '{object_}'")

        id = d.pop("id")

        name = d.pop("name")

        status = check_sandbox_platform_with_key_status(d.pop("status"))

        funding_reference = d.pop("funding_reference")

        opened_by = d.pop("opened_by")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        bank_account = d.pop("bank_account")

        api_key = d.pop("api_key")

        sandbox_platform_with_key = cls(
            object_=object_,
            id=id,
            name=name,
            status=status,
            funding_reference=funding_reference,
            opened_by=opened_by,
            opened_at=opened_at,
            closed_at=closed_at,
            bank_account=bank_account,
            api_key=api_key,
        )

        sandbox_platform_with_key.additional_properties = d
        return sandbox_platform_with_key

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
