from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PayoutEvidenceBankLinesItem")


@_attrs_define
class PayoutEvidenceBankLinesItem:
    """A line of a bank statement, as far as it is about this payout.

    Attributes:
        match (str):
        kind (str):
        amount (str):
        currency (str):
        booked_on (datetime.date):
        value_on (datetime.date | None):
        bank_reference (None | str):
        statement (str): The bank's own id of the statement.
        because (None | str):
        matched_at (datetime.datetime):
        undone_at (datetime.datetime | None):
    """

    match: str
    kind: str
    amount: str
    currency: str
    booked_on: datetime.date
    value_on: datetime.date | None
    bank_reference: None | str
    statement: str
    because: None | str
    matched_at: datetime.datetime
    undone_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        match = self.match

        kind = self.kind

        amount = self.amount

        currency = self.currency

        booked_on = self.booked_on.isoformat()

        value_on: None | str
        if isinstance(self.value_on, datetime.date):
            value_on = self.value_on.isoformat()
        else:
            value_on = self.value_on

        bank_reference: None | str
        bank_reference = self.bank_reference

        statement = self.statement

        because: None | str
        because = self.because

        matched_at = self.matched_at.isoformat()

        undone_at: None | str
        if isinstance(self.undone_at, datetime.datetime):
            undone_at = self.undone_at.isoformat()
        else:
            undone_at = self.undone_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "match": match,
                "kind": kind,
                "amount": amount,
                "currency": currency,
                "booked_on": booked_on,
                "value_on": value_on,
                "bank_reference": bank_reference,
                "statement": statement,
                "because": because,
                "matched_at": matched_at,
                "undone_at": undone_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        match = d.pop("match")

        kind = d.pop("kind")

        amount = d.pop("amount")

        currency = d.pop("currency")

        booked_on = datetime.date.fromisoformat(d.pop("booked_on"))

        def _parse_value_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                value_on_type_0 = datetime.date.fromisoformat(data)

                return value_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        value_on = _parse_value_on(d.pop("value_on"))

        def _parse_bank_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bank_reference = _parse_bank_reference(d.pop("bank_reference"))

        statement = d.pop("statement")

        def _parse_because(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        because = _parse_because(d.pop("because"))

        matched_at = datetime.datetime.fromisoformat(d.pop("matched_at"))

        def _parse_undone_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undone_at_type_0 = datetime.datetime.fromisoformat(data)

                return undone_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        undone_at = _parse_undone_at(d.pop("undone_at"))

        payout_evidence_bank_lines_item = cls(
            match=match,
            kind=kind,
            amount=amount,
            currency=currency,
            booked_on=booked_on,
            value_on=value_on,
            bank_reference=bank_reference,
            statement=statement,
            because=because,
            matched_at=matched_at,
            undone_at=undone_at,
        )

        payout_evidence_bank_lines_item.additional_properties = d
        return payout_evidence_bank_lines_item

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
