from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BatchPlanTotalsItem")


@_attrs_define
class BatchPlanTotalsItem:
    """
    Attributes:
        currency (str):
        rows (int):
        valid (int):
        reviews (int): Valid rows that compliance would look at first.
        approvals (int): Valid rows that somebody would have to approve.
        duplicates (int): Valid rows that look like another payment.
        amount (str): Of the valid rows.
        fees (str): Of the valid rows, whoever pays them.
        total (str): What your balance would be charged: the amount, and the fees that you pay.
        covered (bool): Whether what is available covers the total.
        balance_after (str): What would be left of it.
        short_by (str): What would be missing; payouts that do not fit wait for it.
    """

    currency: str
    rows: int
    valid: int
    reviews: int
    approvals: int
    duplicates: int
    amount: str
    fees: str
    total: str
    covered: bool
    balance_after: str
    short_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        rows = self.rows

        valid = self.valid

        reviews = self.reviews

        approvals = self.approvals

        duplicates = self.duplicates

        amount = self.amount

        fees = self.fees

        total = self.total

        covered = self.covered

        balance_after = self.balance_after

        short_by = self.short_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "rows": rows,
                "valid": valid,
                "reviews": reviews,
                "approvals": approvals,
                "duplicates": duplicates,
                "amount": amount,
                "fees": fees,
                "total": total,
                "covered": covered,
                "balance_after": balance_after,
                "short_by": short_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        currency = d.pop("currency")

        rows = d.pop("rows")

        valid = d.pop("valid")

        reviews = d.pop("reviews")

        approvals = d.pop("approvals")

        duplicates = d.pop("duplicates")

        amount = d.pop("amount")

        fees = d.pop("fees")

        total = d.pop("total")

        covered = d.pop("covered")

        balance_after = d.pop("balance_after")

        short_by = d.pop("short_by")

        batch_plan_totals_item = cls(
            currency=currency,
            rows=rows,
            valid=valid,
            reviews=reviews,
            approvals=approvals,
            duplicates=duplicates,
            amount=amount,
            fees=fees,
            total=total,
            covered=covered,
            balance_after=balance_after,
            short_by=short_by,
        )

        batch_plan_totals_item.additional_properties = d
        return batch_plan_totals_item

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
