from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.quote_options_item_fee_items_item_type import (
    QuoteOptionsItemFeeItemsItemType,
    check_quote_options_item_fee_items_item_type,
)

T = TypeVar("T", bound="QuoteOptionsItemFeeItemsItem")


@_attrs_define
class QuoteOptionsItemFeeItemsItem:
    """
    Attributes:
        type_ (QuoteOptionsItemFeeItemsItemType):
        amount (str):
        explanation (str):
    """

    type_: QuoteOptionsItemFeeItemsItemType
    amount: str
    explanation: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        amount = self.amount

        explanation = self.explanation

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "amount": amount,
                "explanation": explanation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_quote_options_item_fee_items_item_type(d.pop("type"))

        amount = d.pop("amount")

        explanation = d.pop("explanation")

        quote_options_item_fee_items_item = cls(
            type_=type_,
            amount=amount,
            explanation=explanation,
        )

        quote_options_item_fee_items_item.additional_properties = d
        return quote_options_item_fee_items_item

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
