from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.new_method_type import NewMethodType, check_new_method_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewMethod")


@_attrs_define
class NewMethod:
    """
    Attributes:
        type_ (NewMethodType):
        iban (str): Shown masked from here on.
        bic (str | Unset): Needed only where a bank cannot be found by the IBAN.
        holder_name (str | Unset): If it is not the recipient's name.
        currency (str | Unset): Of the account.
    """

    type_: NewMethodType
    iban: str
    bic: str | Unset = UNSET
    holder_name: str | Unset = UNSET
    currency: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        iban = self.iban

        bic = self.bic

        holder_name = self.holder_name

        currency = self.currency

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "iban": iban,
            }
        )
        if bic is not UNSET:
            field_dict["bic"] = bic
        if holder_name is not UNSET:
            field_dict["holder_name"] = holder_name
        if currency is not UNSET:
            field_dict["currency"] = currency

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_new_method_type(d.pop("type"))

        iban = d.pop("iban")

        bic = d.pop("bic", UNSET)

        holder_name = d.pop("holder_name", UNSET)

        currency = d.pop("currency", UNSET)

        new_method = cls(
            type_=type_,
            iban=iban,
            bic=bic,
            holder_name=holder_name,
            currency=currency,
        )

        return new_method
