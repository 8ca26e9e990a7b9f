from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.new_quote_rail import NewQuoteRail, check_new_quote_rail
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewQuote")


@_attrs_define
class NewQuote:
    """
    Attributes:
        amount (str): A string, with a point before the decimals.
        currency (str):
        recipient (str | Unset): A known recipient.
        method (str | Unset): One of the recipient's methods; the newest unless said.
        country (str | Unset): Of the account, where the recipient is not known yet.
        rail (NewQuoteRail | Unset): How the money travels.
        execute_on (datetime.date | Unset): Not before this day; within a year from today.
    """

    amount: str
    currency: str
    recipient: str | Unset = UNSET
    method: str | Unset = UNSET
    country: str | Unset = UNSET
    rail: NewQuoteRail | Unset = UNSET
    execute_on: datetime.date | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        currency = self.currency

        recipient = self.recipient

        method = self.method

        country = self.country

        rail: str | Unset = UNSET
        if not isinstance(self.rail, Unset):
            rail = self.rail

        execute_on: str | Unset = UNSET
        if not isinstance(self.execute_on, Unset):
            execute_on = self.execute_on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "currency": currency,
            }
        )
        if recipient is not UNSET:
            field_dict["recipient"] = recipient
        if method is not UNSET:
            field_dict["method"] = method
        if country is not UNSET:
            field_dict["country"] = country
        if rail is not UNSET:
            field_dict["rail"] = rail
        if execute_on is not UNSET:
            field_dict["execute_on"] = execute_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        currency = d.pop("currency")

        recipient = d.pop("recipient", UNSET)

        method = d.pop("method", UNSET)

        country = d.pop("country", UNSET)

        _rail = d.pop("rail", UNSET)
        rail: NewQuoteRail | Unset
        if isinstance(_rail, Unset):
            rail = UNSET
        else:
            rail = check_new_quote_rail(_rail)

        _execute_on = d.pop("execute_on", UNSET)
        execute_on: datetime.date | Unset
        if isinstance(_execute_on, Unset):
            execute_on = UNSET
        else:
            execute_on = datetime.date.fromisoformat(_execute_on)

        new_quote = cls(
            amount=amount,
            currency=currency,
            recipient=recipient,
            method=method,
            country=country,
            rail=rail,
            execute_on=execute_on,
        )

        return new_quote
