from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PayoutExplanationCounted")


@_attrs_define
class PayoutExplanationCounted:
    """What counted together for the approval policy: all that this recipient or account gets within 24 hours.

    Attributes:
        amount (str):
        currency (str):
        rule (str):
        parts (list[str]): The newest payouts that counted besides.
    """

    amount: str
    currency: str
    rule: str
    parts: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        currency = self.currency

        rule = self.rule

        parts = self.parts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "currency": currency,
                "rule": rule,
                "parts": parts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        currency = d.pop("currency")

        rule = d.pop("rule")

        parts = cast(list[str], d.pop("parts"))

        payout_explanation_counted = cls(
            amount=amount,
            currency=currency,
            rule=rule,
            parts=parts,
        )

        payout_explanation_counted.additional_properties = d
        return payout_explanation_counted

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
