from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.payout_explanation_charges_fee_paid_by import (
    PayoutExplanationChargesFeePaidBy,
    check_payout_explanation_charges_fee_paid_by,
)
from ..models.payout_explanation_charges_fee_status import (
    PayoutExplanationChargesFeeStatus,
    check_payout_explanation_charges_fee_status,
)

if TYPE_CHECKING:
    from ..models.payout_explanation_charges_fee_items_item import (
        PayoutExplanationChargesFeeItemsItem,
    )
    from ..models.payout_explanation_charges_fee_schedule import (
        PayoutExplanationChargesFeeSchedule,
    )


T = TypeVar("T", bound="PayoutExplanationChargesFee")


@_attrs_define
class PayoutExplanationChargesFee:
    """What it costs, by the terms that were in force or quoted when it was created. Null: there are none.

    Attributes:
        amount (str):
        paid_by (PayoutExplanationChargesFeePaidBy): On top of the amount, or out of it.
        status (PayoutExplanationChargesFeeStatus):
        refunded_on_return (bool): Whether it is given back if the money comes back.
        items (list[PayoutExplanationChargesFeeItemsItem]): What the fee is made of; the amounts sum to it.
        schedule (PayoutExplanationChargesFeeSchedule):
    """

    amount: str
    paid_by: PayoutExplanationChargesFeePaidBy
    status: PayoutExplanationChargesFeeStatus
    refunded_on_return: bool
    items: list[PayoutExplanationChargesFeeItemsItem]
    schedule: PayoutExplanationChargesFeeSchedule
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        paid_by: str = self.paid_by

        status: str = self.status

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
                "status": status,
                "refunded_on_return": refunded_on_return,
                "items": items,
                "schedule": schedule,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_explanation_charges_fee_items_item import (
            PayoutExplanationChargesFeeItemsItem,  # noqa: PLC0415
        )
        from ..models.payout_explanation_charges_fee_schedule import (
            PayoutExplanationChargesFeeSchedule,  # noqa: PLC0415
        )

        d = dict(src_dict)
        amount = d.pop("amount")

        paid_by = check_payout_explanation_charges_fee_paid_by(d.pop("paid_by"))

        status = check_payout_explanation_charges_fee_status(d.pop("status"))

        refunded_on_return = d.pop("refunded_on_return")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = PayoutExplanationChargesFeeItemsItem.from_dict(items_item_data)

            items.append(items_item)

        schedule = PayoutExplanationChargesFeeSchedule.from_dict(d.pop("schedule"))

        payout_explanation_charges_fee = cls(
            amount=amount,
            paid_by=paid_by,
            status=status,
            refunded_on_return=refunded_on_return,
            items=items,
            schedule=schedule,
        )

        payout_explanation_charges_fee.additional_properties = d
        return payout_explanation_charges_fee

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
