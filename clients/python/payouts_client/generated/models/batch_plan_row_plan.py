from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.batch_plan_row_plan_fee_paid_by import (
    BatchPlanRowPlanFeePaidBy,
    check_batch_plan_row_plan_fee_paid_by,
)
from ..models.batch_plan_row_plan_screening import (
    BatchPlanRowPlanScreening,
    check_batch_plan_row_plan_screening,
)

T = TypeVar("T", bound="BatchPlanRowPlan")


@_attrs_define
class BatchPlanRowPlan:
    """
    Attributes:
        recipient (None | str): Null: it would be a new one.
        rail (str):
        fee (str):
        fee_paid_by (BatchPlanRowPlanFeePaidBy | None):
        fee_schedule (None | str):
        total (str): What your balance would be charged.
        net (str): What would arrive.
        cut_off_at (datetime.datetime | None): Null: it leaves at once.
        execute_on (datetime.date):
        arrives_on (datetime.date):
        approvals (int): People who would have to approve it.
        screening (BatchPlanRowPlanScreening):
        duplicates (list[str]): Payouts of the last days that look like the same.
    """

    recipient: None | str
    rail: str
    fee: str
    fee_paid_by: BatchPlanRowPlanFeePaidBy | None
    fee_schedule: None | str
    total: str
    net: str
    cut_off_at: datetime.datetime | None
    execute_on: datetime.date
    arrives_on: datetime.date
    approvals: int
    screening: BatchPlanRowPlanScreening
    duplicates: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        recipient: None | str
        recipient = self.recipient

        rail = self.rail

        fee = self.fee

        fee_paid_by: None | str
        if isinstance(self.fee_paid_by, str):
            fee_paid_by = self.fee_paid_by
        else:
            fee_paid_by = self.fee_paid_by

        fee_schedule: None | str
        fee_schedule = self.fee_schedule

        total = self.total

        net = self.net

        cut_off_at: None | str
        if isinstance(self.cut_off_at, datetime.datetime):
            cut_off_at = self.cut_off_at.isoformat()
        else:
            cut_off_at = self.cut_off_at

        execute_on = self.execute_on.isoformat()

        arrives_on = self.arrives_on.isoformat()

        approvals = self.approvals

        screening: str = self.screening

        duplicates = self.duplicates

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "recipient": recipient,
                "rail": rail,
                "fee": fee,
                "fee_paid_by": fee_paid_by,
                "fee_schedule": fee_schedule,
                "total": total,
                "net": net,
                "cut_off_at": cut_off_at,
                "execute_on": execute_on,
                "arrives_on": arrives_on,
                "approvals": approvals,
                "screening": screening,
                "duplicates": duplicates,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_recipient(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recipient = _parse_recipient(d.pop("recipient"))

        rail = d.pop("rail")

        fee = d.pop("fee")

        def _parse_fee_paid_by(data: object) -> BatchPlanRowPlanFeePaidBy | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fee_paid_by_type_0 = check_batch_plan_row_plan_fee_paid_by(data)

                return fee_paid_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchPlanRowPlanFeePaidBy | None, data)

        fee_paid_by = _parse_fee_paid_by(d.pop("fee_paid_by"))

        def _parse_fee_schedule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        fee_schedule = _parse_fee_schedule(d.pop("fee_schedule"))

        total = d.pop("total")

        net = d.pop("net")

        def _parse_cut_off_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cut_off_at_type_0 = datetime.datetime.fromisoformat(data)

                return cut_off_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cut_off_at = _parse_cut_off_at(d.pop("cut_off_at"))

        execute_on = datetime.date.fromisoformat(d.pop("execute_on"))

        arrives_on = datetime.date.fromisoformat(d.pop("arrives_on"))

        approvals = d.pop("approvals")

        screening = check_batch_plan_row_plan_screening(d.pop("screening"))

        duplicates = cast(list[str], d.pop("duplicates"))

        batch_plan_row_plan = cls(
            recipient=recipient,
            rail=rail,
            fee=fee,
            fee_paid_by=fee_paid_by,
            fee_schedule=fee_schedule,
            total=total,
            net=net,
            cut_off_at=cut_off_at,
            execute_on=execute_on,
            arrives_on=arrives_on,
            approvals=approvals,
            screening=screening,
            duplicates=duplicates,
        )

        batch_plan_row_plan.additional_properties = d
        return batch_plan_row_plan

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
