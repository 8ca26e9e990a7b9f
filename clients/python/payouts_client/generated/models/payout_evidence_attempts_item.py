from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.payout_evidence_attempts_item_file import PayoutEvidenceAttemptsItemFile


T = TypeVar("T", bound="PayoutEvidenceAttemptsItem")


@_attrs_define
class PayoutEvidenceAttemptsItem:
    """
    Attributes:
        id (str):
        number (int):
        rail (str):
        status (str):
        status_at (datetime.datetime):
        instruction_id (str):
        amount (str):
        currency (str):
        reason_code (None | str):
        file (None | PayoutEvidenceAttemptsItemFile):
        created_at (datetime.datetime):
    """

    id: str
    number: int
    rail: str
    status: str
    status_at: datetime.datetime
    instruction_id: str
    amount: str
    currency: str
    reason_code: None | str
    file: None | PayoutEvidenceAttemptsItemFile
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_evidence_attempts_item_file import (
            PayoutEvidenceAttemptsItemFile,  # noqa: PLC0415
        )

        id = self.id

        number = self.number

        rail = self.rail

        status = self.status

        status_at = self.status_at.isoformat()

        instruction_id = self.instruction_id

        amount = self.amount

        currency = self.currency

        reason_code: None | str
        reason_code = self.reason_code

        file: dict[str, Any] | None
        if isinstance(self.file, PayoutEvidenceAttemptsItemFile):
            file = self.file.to_dict()
        else:
            file = self.file

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "number": number,
                "rail": rail,
                "status": status,
                "status_at": status_at,
                "instruction_id": instruction_id,
                "amount": amount,
                "currency": currency,
                "reason_code": reason_code,
                "file": file,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_evidence_attempts_item_file import (
            PayoutEvidenceAttemptsItemFile,  # noqa: PLC0415
        )

        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        rail = d.pop("rail")

        status = d.pop("status")

        status_at = datetime.datetime.fromisoformat(d.pop("status_at"))

        instruction_id = d.pop("instruction_id")

        amount = d.pop("amount")

        currency = d.pop("currency")

        def _parse_reason_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason_code = _parse_reason_code(d.pop("reason_code"))

        def _parse_file(data: object) -> None | PayoutEvidenceAttemptsItemFile:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                file_type_0 = PayoutEvidenceAttemptsItemFile.from_dict(data)

                return file_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutEvidenceAttemptsItemFile, data)

        file = _parse_file(d.pop("file"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        payout_evidence_attempts_item = cls(
            id=id,
            number=number,
            rail=rail,
            status=status,
            status_at=status_at,
            instruction_id=instruction_id,
            amount=amount,
            currency=currency,
            reason_code=reason_code,
            file=file,
            created_at=created_at,
        )

        payout_evidence_attempts_item.additional_properties = d
        return payout_evidence_attempts_item

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
