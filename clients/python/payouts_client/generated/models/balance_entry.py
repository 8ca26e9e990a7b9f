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

T = TypeVar("T", bound="BalanceEntry")


@_attrs_define
class BalanceEntry:
    """
    Attributes:
        object_ (Literal['balance_entry']):
        id (str):
        moment (str):
        subject (None | str): Id of what it is about, such as a payout.
        change (str):
        balance_after (str):
        currency (str):
        value_on (datetime.date):
        posted_at (datetime.datetime):
    """

    object_: Literal["balance_entry"]
    id: str
    moment: str
    subject: None | str
    change: str
    balance_after: str
    currency: str
    value_on: datetime.date
    posted_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        moment = self.moment

        subject: None | str
        subject = self.subject

        change = self.change

        balance_after = self.balance_after

        currency = self.currency

        value_on = self.value_on.isoformat()

        posted_at = self.posted_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "moment": moment,
                "subject": subject,
                "change": change,
                "balance_after": balance_after,
                "currency": currency,
                "value_on": value_on,
                "posted_at": posted_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["balance_entry"], d.pop("object"))
        if object_ != "balance_entry":
            raise ValueError(f"object must match const 'balance_entry', got '{object_}'")

        id = d.pop("id")

        moment = d.pop("moment")

        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))

        change = d.pop("change")

        balance_after = d.pop("balance_after")

        currency = d.pop("currency")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        posted_at = datetime.datetime.fromisoformat(d.pop("posted_at"))

        balance_entry = cls(
            object_=object_,
            id=id,
            moment=moment,
            subject=subject,
            change=change,
            balance_after=balance_after,
            currency=currency,
            value_on=value_on,
            posted_at=posted_at,
        )

        balance_entry.additional_properties = d
        return balance_entry

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
