from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recipient_verification_checks_item_check import (
    RecipientVerificationChecksItemCheck,
    check_recipient_verification_checks_item_check,
)
from ..models.recipient_verification_checks_item_result import (
    RecipientVerificationChecksItemResult,
    check_recipient_verification_checks_item_result,
)

T = TypeVar("T", bound="RecipientVerificationChecksItem")


@_attrs_define
class RecipientVerificationChecksItem:
    """One thing that was looked at.

    Attributes:
        check (RecipientVerificationChecksItemCheck):
        result (RecipientVerificationChecksItemResult): `unavailable`: nobody here can tell.
        detail (str):
    """

    check: RecipientVerificationChecksItemCheck
    result: RecipientVerificationChecksItemResult
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        check: str = self.check

        result: str = self.result

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "check": check,
                "result": result,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        check = check_recipient_verification_checks_item_check(d.pop("check"))

        result = check_recipient_verification_checks_item_result(d.pop("result"))

        detail = d.pop("detail")

        recipient_verification_checks_item = cls(
            check=check,
            result=result,
            detail=detail,
        )

        recipient_verification_checks_item.additional_properties = d
        return recipient_verification_checks_item

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
