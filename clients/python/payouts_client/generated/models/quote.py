from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.quote_status import QuoteStatus, check_quote_status

if TYPE_CHECKING:
    from ..models.quote_options_item import QuoteOptionsItem


T = TypeVar("T", bound="Quote")


@_attrs_define
class Quote:
    """
    Attributes:
        object_ (Literal['quote']):
        id (str):
        status (QuoteStatus): A payout can be made at its price while it is open.
        amount (str):
        currency (str):
        recipient (None | str):
        method (None | str):
        country (str): Of the account.
        rail (str): As it was asked for.
        execute_on (datetime.date | None):
        options (list[QuoteOptionsItem]):
        payout (None | str): What was paid at its price.
        created_at (datetime.datetime):
        expires_at (datetime.datetime):
    """

    object_: Literal["quote"]
    id: str
    status: QuoteStatus
    amount: str
    currency: str
    recipient: None | str
    method: None | str
    country: str
    rail: str
    execute_on: datetime.date | None
    options: list[QuoteOptionsItem]
    payout: None | str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        status: str = self.status

        amount = self.amount

        currency = self.currency

        recipient: None | str
        recipient = self.recipient

        method: None | str
        method = self.method

        country = self.country

        rail = self.rail

        execute_on: None | str
        if isinstance(self.execute_on, datetime.date):
            execute_on = self.execute_on.isoformat()
        else:
            execute_on = self.execute_on

        options = []
        for options_item_data in self.options:
            options_item = options_item_data.to_dict()
            options.append(options_item)

        payout: None | str
        payout = self.payout

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "status": status,
                "amount": amount,
                "currency": currency,
                "recipient": recipient,
                "method": method,
                "country": country,
                "rail": rail,
                "execute_on": execute_on,
                "options": options,
                "payout": payout,
                "created_at": created_at,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quote_options_item import QuoteOptionsItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["quote"], d.pop("object"))
        if object_ != "quote":
            raise ValueError(f"object must match const 'quote', got '{object_}'")

        id = d.pop("id")

        status = check_quote_status(d.pop("status"))

        amount = d.pop("amount")

        currency = d.pop("currency")

        def _parse_recipient(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recipient = _parse_recipient(d.pop("recipient"))

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        country = d.pop("country")

        rail = d.pop("rail")

        def _parse_execute_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                execute_on_type_0 = datetime.date.fromisoformat(data)

                return execute_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        execute_on = _parse_execute_on(d.pop("execute_on"))

        options = []
        _options = d.pop("options")
        for options_item_data in _options:
            options_item = QuoteOptionsItem.from_dict(options_item_data)

            options.append(options_item)

        def _parse_payout(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        payout = _parse_payout(d.pop("payout"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        quote = cls(
            object_=object_,
            id=id,
            status=status,
            amount=amount,
            currency=currency,
            recipient=recipient,
            method=method,
            country=country,
            rail=rail,
            execute_on=execute_on,
            options=options,
            payout=payout,
            created_at=created_at,
            expires_at=expires_at,
        )

        quote.additional_properties = d
        return quote

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
