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

from ..models.batch_plan_row_status import (
    BatchPlanRowStatus,
    check_batch_plan_row_status,
)

if TYPE_CHECKING:
    from ..models.batch_plan_row_faults_item import BatchPlanRowFaultsItem
    from ..models.batch_plan_row_plan import BatchPlanRowPlan


T = TypeVar("T", bound="BatchPlanRow")


@_attrs_define
class BatchPlanRow:
    """
    Attributes:
        object_ (Literal['batch_plan_row']):
        id (str):
        number (int): Its place among the rows, from 1.
        line (int): Where it begins in the file.
        status (BatchPlanRowStatus):
        reference (None | str):
        amount (None | str):
        currency (None | str):
        name (None | str):
        account (None | str): Masked.
        plan (BatchPlanRowPlan | None): What would come of it; null where it has faults.
        same_amount_and_account (int): Other rows of the file that pay the same to the same account.
        faults (list[BatchPlanRowFaultsItem]): With the pointer into the row as a `NewPayout`, and the column if the
            file is a table.
        payout (None | str): What came of it.
    """

    object_: Literal["batch_plan_row"]
    id: str
    number: int
    line: int
    status: BatchPlanRowStatus
    reference: None | str
    amount: None | str
    currency: None | str
    name: None | str
    account: None | str
    plan: BatchPlanRowPlan | None
    same_amount_and_account: int
    faults: list[BatchPlanRowFaultsItem]
    payout: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_plan_row_plan import BatchPlanRowPlan  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        number = self.number

        line = self.line

        status: str = self.status

        reference: None | str
        reference = self.reference

        amount: None | str
        amount = self.amount

        currency: None | str
        currency = self.currency

        name: None | str
        name = self.name

        account: None | str
        account = self.account

        plan: dict[str, Any] | None
        if isinstance(self.plan, BatchPlanRowPlan):
            plan = self.plan.to_dict()
        else:
            plan = self.plan

        same_amount_and_account = self.same_amount_and_account

        faults = []
        for faults_item_data in self.faults:
            faults_item = faults_item_data.to_dict()
            faults.append(faults_item)

        payout: None | str
        payout = self.payout

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "number": number,
                "line": line,
                "status": status,
                "reference": reference,
                "amount": amount,
                "currency": currency,
                "name": name,
                "account": account,
                "plan": plan,
                "same_amount_and_account": same_amount_and_account,
                "faults": faults,
                "payout": payout,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_plan_row_faults_item import BatchPlanRowFaultsItem  # noqa: PLC0415
        from ..models.batch_plan_row_plan import BatchPlanRowPlan  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["batch_plan_row"], d.pop("object"))
        if object_ != "batch_plan_row":
            raise ValueError(f"object must match const 'batch_plan_row', got '{object_}'")

        id = d.pop("id")

        number = d.pop("number")

        line = d.pop("line")

        status = check_batch_plan_row_status(d.pop("status"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_account(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        account = _parse_account(d.pop("account"))

        def _parse_plan(data: object) -> BatchPlanRowPlan | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                plan_type_0 = BatchPlanRowPlan.from_dict(data)

                return plan_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchPlanRowPlan | None, data)

        plan = _parse_plan(d.pop("plan"))

        same_amount_and_account = d.pop("same_amount_and_account")

        faults = []
        _faults = d.pop("faults")
        for faults_item_data in _faults:
            faults_item = BatchPlanRowFaultsItem.from_dict(faults_item_data)

            faults.append(faults_item)

        def _parse_payout(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        payout = _parse_payout(d.pop("payout"))

        batch_plan_row = cls(
            object_=object_,
            id=id,
            number=number,
            line=line,
            status=status,
            reference=reference,
            amount=amount,
            currency=currency,
            name=name,
            account=account,
            plan=plan,
            same_amount_and_account=same_amount_and_account,
            faults=faults,
            payout=payout,
        )

        batch_plan_row.additional_properties = d
        return batch_plan_row

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
