from __future__ import annotations

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

if TYPE_CHECKING:
    from ..models.balance_history_data_item import BalanceHistoryDataItem


T = TypeVar("T", bound="BalanceHistory")


@_attrs_define
class BalanceHistory:
    """
    Attributes:
        object_ (Literal['balance_history']):
        currency (str):
        data (list[BalanceHistoryDataItem]):
    """

    object_: Literal["balance_history"]
    currency: str
    data: list[BalanceHistoryDataItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        currency = self.currency

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "currency": currency,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.balance_history_data_item import BalanceHistoryDataItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["balance_history"], d.pop("object"))
        if object_ != "balance_history":
            raise ValueError(f"object must match const 'balance_history', got '{object_}'")

        currency = d.pop("currency")

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = BalanceHistoryDataItem.from_dict(data_item_data)

            data.append(data_item)

        balance_history = cls(
            object_=object_,
            currency=currency,
            data=data,
        )

        balance_history.additional_properties = d
        return balance_history

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
