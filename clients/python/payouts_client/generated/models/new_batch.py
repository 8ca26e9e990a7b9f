from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batched_payout import BatchedPayout
    from ..models.new_batch_totals import NewBatchTotals


T = TypeVar("T", bound="NewBatch")


@_attrs_define
class NewBatch:
    """
    Attributes:
        reference (str): Your own name for the batch, unique among your batches.
        payouts (list[BatchedPayout]): Up to 1000; all are created or none.
        count (int | Unset): How many you mean to send; refused if it differs.
        totals (NewBatchTotals | Unset): The sum you mean to send, per currency; refused if it differs.
    """

    reference: str
    payouts: list[BatchedPayout]
    count: int | Unset = UNSET
    totals: NewBatchTotals | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reference = self.reference

        payouts = []
        for payouts_item_data in self.payouts:
            payouts_item = payouts_item_data.to_dict()
            payouts.append(payouts_item)

        count = self.count

        totals: dict[str, Any] | Unset = UNSET
        if not isinstance(self.totals, Unset):
            totals = self.totals.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reference": reference,
                "payouts": payouts,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count
        if totals is not UNSET:
            field_dict["totals"] = totals

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batched_payout import BatchedPayout  # noqa: PLC0415
        from ..models.new_batch_totals import NewBatchTotals  # noqa: PLC0415

        d = dict(src_dict)
        reference = d.pop("reference")

        payouts = []
        _payouts = d.pop("payouts")
        for payouts_item_data in _payouts:
            payouts_item = BatchedPayout.from_dict(payouts_item_data)

            payouts.append(payouts_item)

        count = d.pop("count", UNSET)

        _totals = d.pop("totals", UNSET)
        totals: NewBatchTotals | Unset
        if isinstance(_totals, Unset):
            totals = UNSET
        else:
            totals = NewBatchTotals.from_dict(_totals)

        new_batch = cls(
            reference=reference,
            payouts=payouts,
            count=count,
            totals=totals,
        )

        return new_batch
