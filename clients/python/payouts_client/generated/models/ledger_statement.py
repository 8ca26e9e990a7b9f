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

from ..models.ledger_statement_balance import (
    LedgerStatementBalance,
    check_ledger_statement_balance,
)

if TYPE_CHECKING:
    from ..models.ledger_statement_moments_item import LedgerStatementMomentsItem


T = TypeVar("T", bound="LedgerStatement")


@_attrs_define
class LedgerStatement:
    """
    Attributes:
        object_ (Literal['ledger_statement']):
        currency (str):
        balance (LedgerStatementBalance):
        first (datetime.date):
        last (datetime.date):
        opening (str):
        closing (str):
        moments (list[LedgerStatementMomentsItem]):
    """

    object_: Literal["ledger_statement"]
    currency: str
    balance: LedgerStatementBalance
    first: datetime.date
    last: datetime.date
    opening: str
    closing: str
    moments: list[LedgerStatementMomentsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        currency = self.currency

        balance: str = self.balance

        first = self.first.isoformat()

        last = self.last.isoformat()

        opening = self.opening

        closing = self.closing

        moments = []
        for moments_item_data in self.moments:
            moments_item = moments_item_data.to_dict()
            moments.append(moments_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "currency": currency,
                "balance": balance,
                "first": first,
                "last": last,
                "opening": opening,
                "closing": closing,
                "moments": moments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ledger_statement_moments_item import LedgerStatementMomentsItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["ledger_statement"], d.pop("object"))
        if object_ != "ledger_statement":
            raise ValueError(f"object must match const 'ledger_statement', got '{object_}'")

        currency = d.pop("currency")

        balance = check_ledger_statement_balance(d.pop("balance"))

        first = datetime.date.fromisoformat(d.pop("first"))

        last = datetime.date.fromisoformat(d.pop("last"))

        opening = d.pop("opening")

        closing = d.pop("closing")

        moments = []
        _moments = d.pop("moments")
        for moments_item_data in _moments:
            moments_item = LedgerStatementMomentsItem.from_dict(moments_item_data)

            moments.append(moments_item)

        ledger_statement = cls(
            object_=object_,
            currency=currency,
            balance=balance,
            first=first,
            last=last,
            opening=opening,
            closing=closing,
            moments=moments,
        )

        ledger_statement.additional_properties = d
        return ledger_statement

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
