from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recipient_method_change_status import (
    RecipientMethodChangeStatus,
    check_recipient_method_change_status,
)

T = TypeVar("T", bound="RecipientMethodChange")


@_attrs_define
class RecipientMethodChange:
    """Of a method that was changed: how the change stands. Null as long as the method is the first.

    Attributes:
        id (str):
        status (RecipientMethodChangeStatus):
        proposed_at (datetime.datetime):
        decided_at (datetime.datetime | None):
        usable_from (datetime.datetime): Once confirmed, money follows it from then on.
    """

    id: str
    status: RecipientMethodChangeStatus
    proposed_at: datetime.datetime
    decided_at: datetime.datetime | None
    usable_from: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status: str = self.status

        proposed_at = self.proposed_at.isoformat()

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        usable_from = self.usable_from.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "proposed_at": proposed_at,
                "decided_at": decided_at,
                "usable_from": usable_from,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        status = check_recipient_method_change_status(d.pop("status"))

        proposed_at = datetime.datetime.fromisoformat(d.pop("proposed_at"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        usable_from = datetime.datetime.fromisoformat(d.pop("usable_from"))

        recipient_method_change = cls(
            id=id,
            status=status,
            proposed_at=proposed_at,
            decided_at=decided_at,
            usable_from=usable_from,
        )

        recipient_method_change.additional_properties = d
        return recipient_method_change

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
