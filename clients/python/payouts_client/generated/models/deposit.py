from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Deposit")


@_attrs_define
class Deposit:
    """
    Attributes:
        amount (str):
        currency (str | Unset):
        reference (str | Unset): The remittance text of the transfer; your funding reference unless said.
        debtor_name (str | Unset): Who sends it.
    """

    amount: str
    currency: str | Unset = UNSET
    reference: str | Unset = UNSET
    debtor_name: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        currency = self.currency

        reference = self.reference

        debtor_name = self.debtor_name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
            }
        )
        if currency is not UNSET:
            field_dict["currency"] = currency
        if reference is not UNSET:
            field_dict["reference"] = reference
        if debtor_name is not UNSET:
            field_dict["debtor_name"] = debtor_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount = d.pop("amount")

        currency = d.pop("currency", UNSET)

        reference = d.pop("reference", UNSET)

        debtor_name = d.pop("debtor_name", UNSET)

        deposit = cls(
            amount=amount,
            currency=currency,
            reference=reference,
            debtor_name=debtor_name,
        )

        return deposit
