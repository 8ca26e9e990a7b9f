from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.quote_options_item_fee_paid_by import (
    QuoteOptionsItemFeePaidBy,
    check_quote_options_item_fee_paid_by,
)

if TYPE_CHECKING:
    from ..models.quote_options_item_fee_items_item import QuoteOptionsItemFeeItemsItem
    from ..models.quote_options_item_fee_schedule import QuoteOptionsItemFeeSchedule


T = TypeVar("T", bound="QuoteOptionsItemFee")


@_attrs_define
class QuoteOptionsItemFee:
    """
    Attributes:
        amount (str):
        paid_by (QuoteOptionsItemFeePaidBy): On top of the amount, or out of it.
        refunded_on_return (bool):
        items (list[QuoteOptionsItemFeeItemsItem]): What the fee is made of; the amounts sum to it.
        schedule (QuoteOptionsItemFeeSchedule):
    """

    amount: str
    paid_by: QuoteOptionsItemFeePaidBy
    refunded_on_return: bool
    items: list[QuoteOptionsItemFeeItemsItem]
    schedule: QuoteOptionsItemFeeSchedule
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        paid_by: str = self.paid_by

        refunded_on_return = self.refunded_on_return

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        schedule = self.schedule.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "paid_by": paid_by,
                "refunded_on_return": refunded_on_return,
                "items": items,
                "schedule": schedule,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quote_options_item_fee_items_item import (
            QuoteOptionsItemFeeItemsItem,  # noqa: PLC0415
        )
        from ..models.quote_options_item_fee_schedule import QuoteOptionsItemFeeSchedule  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        paid_by = check_quote_options_item_fee_paid_by(d.pop("paid_by"))

        refunded_on_return = d.pop("refunded_on_return")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = QuoteOptionsItemFeeItemsItem.from_dict(items_item_data)

            items.append(items_item)

        schedule = QuoteOptionsItemFeeSchedule.from_dict(d.pop("schedule"))

        quote_options_item_fee = cls(
            amount=amount,
            paid_by=paid_by,
            refunded_on_return=refunded_on_return,
            items=items,
            schedule=schedule,
        )

        quote_options_item_fee.additional_properties = d
        return quote_options_item_fee

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
