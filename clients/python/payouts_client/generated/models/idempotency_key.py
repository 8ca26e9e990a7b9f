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

T = TypeVar("T", bound="IdempotencyKey")


@_attrs_define
class IdempotencyKey:
    """
    Attributes:
        object_ (Literal['idempotency_key']):
        key (str):
        method (str):
        path (str):
        version (None | str): Of the API, in which it was asked.
        status (int): Of the answer, which is always one of success.
        created (None | str): Id of what the request has made, if it made a thing.
        used_at (datetime.datetime):
    """

    object_: Literal["idempotency_key"]
    key: str
    method: str
    path: str
    version: None | str
    status: int
    created: None | str
    used_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        key = self.key

        method = self.method

        path = self.path

        version: None | str
        version = self.version

        status = self.status

        created: None | str
        created = self.created

        used_at = self.used_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "key": key,
                "method": method,
                "path": path,
                "version": version,
                "status": status,
                "created": created,
                "used_at": used_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["idempotency_key"], d.pop("object"))
        if object_ != "idempotency_key":
            raise ValueError(f"object must match const 'idempotency_key', got '{object_}'")

        key = d.pop("key")

        method = d.pop("method")

        path = d.pop("path")

        def _parse_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        version = _parse_version(d.pop("version"))

        status = d.pop("status")

        def _parse_created(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created = _parse_created(d.pop("created"))

        used_at = datetime.datetime.fromisoformat(d.pop("used_at"))

        idempotency_key = cls(
            object_=object_,
            key=key,
            method=method,
            path=path,
            version=version,
            status=status,
            created=created,
            used_at=used_at,
        )

        idempotency_key.additional_properties = d
        return idempotency_key

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
