from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PayoutEvidenceAttemptsItemFile")


@_attrs_define
class PayoutEvidenceAttemptsItemFile:
    """The file in which it went to the bank.

    Attributes:
        message_id (str):
        sha256 (None | str): Digest of the bytes; null until the file is closed.
        execute_on (datetime.date):
        handed_over_at (datetime.datetime | None):
    """

    message_id: str
    sha256: None | str
    execute_on: datetime.date
    handed_over_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message_id = self.message_id

        sha256: None | str
        sha256 = self.sha256

        execute_on = self.execute_on.isoformat()

        handed_over_at: None | str
        if isinstance(self.handed_over_at, datetime.datetime):
            handed_over_at = self.handed_over_at.isoformat()
        else:
            handed_over_at = self.handed_over_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message_id": message_id,
                "sha256": sha256,
                "execute_on": execute_on,
                "handed_over_at": handed_over_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        message_id = d.pop("message_id")

        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))

        execute_on = datetime.date.fromisoformat(d.pop("execute_on"))

        def _parse_handed_over_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                handed_over_at_type_0 = datetime.datetime.fromisoformat(data)

                return handed_over_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        handed_over_at = _parse_handed_over_at(d.pop("handed_over_at"))

        payout_evidence_attempts_item_file = cls(
            message_id=message_id,
            sha256=sha256,
            execute_on=execute_on,
            handed_over_at=handed_over_at,
        )

        payout_evidence_attempts_item_file.additional_properties = d
        return payout_evidence_attempts_item_file

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
