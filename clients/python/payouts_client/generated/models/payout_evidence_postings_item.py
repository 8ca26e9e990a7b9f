from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PayoutEvidencePostingsItem")


@_attrs_define
class PayoutEvidencePostingsItem:
    """
    Attributes:
        moment (str):
        debit (str):
        credit (str):
        amount (str):
        currency (str):
        value_on (datetime.date):
        posted_at (datetime.datetime):
    """

    moment: str
    debit: str
    credit: str
    amount: str
    currency: str
    value_on: datetime.date
    posted_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        moment = self.moment

        debit = self.debit

        credit = self.credit

        amount = self.amount

        currency = self.currency

        value_on = self.value_on.isoformat()

        posted_at = self.posted_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "moment": moment,
                "debit": debit,
                "credit": credit,
                "amount": amount,
                "currency": currency,
                "value_on": value_on,
                "posted_at": posted_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        moment = d.pop("moment")

        debit = d.pop("debit")

        credit = d.pop("credit")

        amount = d.pop("amount")

        currency = d.pop("currency")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        posted_at = datetime.datetime.fromisoformat(d.pop("posted_at"))

        payout_evidence_postings_item = cls(
            moment=moment,
            debit=debit,
            credit=credit,
            amount=amount,
            currency=currency,
            value_on=value_on,
            posted_at=posted_at,
        )

        payout_evidence_postings_item.additional_properties = d
        return payout_evidence_postings_item

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
