from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Balance")


@_attrs_define
class Balance:
    """
    Attributes:
        object_ (Literal['balance']):
        currency (str):
        available (str): What new payouts can use.
        reserved (str): Set aside for payouts that have not left.
        returned (str): Came back and is not credited yet.
        blocked (str): Frozen.
    """

    object_: Literal["balance"]
    currency: str
    available: str
    reserved: str
    returned: str
    blocked: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        currency = self.currency

        available = self.available

        reserved = self.reserved

        returned = self.returned

        blocked = self.blocked

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "currency": currency,
                "available": available,
                "reserved": reserved,
                "returned": returned,
                "blocked": blocked,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["balance"], d.pop("object"))
        if object_ != "balance":
            raise ValueError(f"object must match const 'balance', got '{object_}'")

        currency = d.pop("currency")

        available = d.pop("available")

        reserved = d.pop("reserved")

        returned = d.pop("returned")

        blocked = d.pop("blocked")

        balance = cls(
            object_=object_,
            currency=currency,
            available=available,
            reserved=reserved,
            returned=returned,
            blocked=blocked,
        )

        balance.additional_properties = d
        return balance

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
