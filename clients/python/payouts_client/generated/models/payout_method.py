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

from ..models.payout_method_type import PayoutMethodType, check_payout_method_type

T = TypeVar("T", bound="PayoutMethod")


@_attrs_define
class PayoutMethod:
    """
    Attributes:
        object_ (Literal['payout_method']):
        id (str):
        type_ (PayoutMethodType):
        version (int):
        account (str): Masked.
        holder_name (str):
        bic (None | str):
        country (str):
        currency (str):
        usable_from (datetime.datetime):
    """

    object_: Literal["payout_method"]
    id: str
    type_: PayoutMethodType
    version: int
    account: str
    holder_name: str
    bic: None | str
    country: str
    currency: str
    usable_from: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        type_: str = self.type_

        version = self.version

        account = self.account

        holder_name = self.holder_name

        bic: None | str
        bic = self.bic

        country = self.country

        currency = self.currency

        usable_from = self.usable_from.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "type": type_,
                "version": version,
                "account": account,
                "holder_name": holder_name,
                "bic": bic,
                "country": country,
                "currency": currency,
                "usable_from": usable_from,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["payout_method"], d.pop("object"))
        if object_ != "payout_method":
            raise ValueError(f"object must match const 'payout_method', got '{object_}'")

        id = d.pop("id")

        type_ = check_payout_method_type(d.pop("type"))

        version = d.pop("version")

        account = d.pop("account")

        holder_name = d.pop("holder_name")

        def _parse_bic(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bic = _parse_bic(d.pop("bic"))

        country = d.pop("country")

        currency = d.pop("currency")

        usable_from = datetime.datetime.fromisoformat(d.pop("usable_from"))

        payout_method = cls(
            object_=object_,
            id=id,
            type_=type_,
            version=version,
            account=account,
            holder_name=holder_name,
            bic=bic,
            country=country,
            currency=currency,
            usable_from=usable_from,
        )

        payout_method.additional_properties = d
        return payout_method

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
