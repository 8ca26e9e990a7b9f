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

T = TypeVar("T", bound="SandboxDeposit")


@_attrs_define
class SandboxDeposit:
    """
    Attributes:
        object_ (Literal['sandbox_deposit']):
        id (str):
        bank_account (str):
        amount (str):
        currency (str):
        reference (str):
        debtor_name (str):
        bank_reference (str):
        booked_on (datetime.date):
        created_at (datetime.datetime):
    """

    object_: Literal["sandbox_deposit"]
    id: str
    bank_account: str
    amount: str
    currency: str
    reference: str
    debtor_name: str
    bank_reference: str
    booked_on: datetime.date
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        bank_account = self.bank_account

        amount = self.amount

        currency = self.currency

        reference = self.reference

        debtor_name = self.debtor_name

        bank_reference = self.bank_reference

        booked_on = self.booked_on.isoformat()

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "bank_account": bank_account,
                "amount": amount,
                "currency": currency,
                "reference": reference,
                "debtor_name": debtor_name,
                "bank_reference": bank_reference,
                "booked_on": booked_on,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["sandbox_deposit"], d.pop("object"))
        if object_ != "sandbox_deposit":
            raise ValueError(f"object must match const 'sandbox_deposit', got '{object_}'")

        id = d.pop("id")

        bank_account = d.pop("bank_account")

        amount = d.pop("amount")

        currency = d.pop("currency")

        reference = d.pop("reference")

        debtor_name = d.pop("debtor_name")

        bank_reference = d.pop("bank_reference")

        booked_on = datetime.date.fromisoformat(d.pop("booked_on"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        sandbox_deposit = cls(
            object_=object_,
            id=id,
            bank_account=bank_account,
            amount=amount,
            currency=currency,
            reference=reference,
            debtor_name=debtor_name,
            bank_reference=bank_reference,
            booked_on=booked_on,
            created_at=created_at,
        )

        sandbox_deposit.additional_properties = d
        return sandbox_deposit

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
