from __future__ import annotations

import datetime
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

from ..models.batch_plan_format import BatchPlanFormat, check_batch_plan_format
from ..models.batch_plan_mode_type_1 import (
    BatchPlanModeType1,
    check_batch_plan_mode_type_1,
)
from ..models.batch_plan_status import BatchPlanStatus, check_batch_plan_status

if TYPE_CHECKING:
    from ..models.batch_plan_changes_item import BatchPlanChangesItem
    from ..models.batch_plan_totals_item import BatchPlanTotalsItem


T = TypeVar("T", bound="BatchPlan")


@_attrs_define
class BatchPlan:
    """
    Attributes:
        object_ (Literal['batch_plan']):
        id (str):
        status (BatchPlanStatus):
        reference (str):
        format_ (BatchPlanFormat):
        file_name (None | str):
        size (int): Bytes.
        sha256 (str): Of the file as it came.
        problem (None | str): Why it cannot be planned, or does not go on.
        rows (int): Read so far.
        valid (int):
        faulty (int):
        totals (list[BatchPlanTotalsItem]):
        plan_hash (None | str): What to name in order to commit it, once it is planned.
        changes (list[BatchPlanChangesItem]): What was otherwise when it was last committed in vain: the first hundred.
        changes_count (int):
        mode (BatchPlanModeType1 | None):
        created (int): Payouts made so far.
        refused (int): Rows that were valid when it was committed, and not any more a moment later.
        batch (None | str): What its payouts are listed under.
        created_at (datetime.datetime):
        committed_at (datetime.datetime | None):
    """

    object_: Literal["batch_plan"]
    id: str
    status: BatchPlanStatus
    reference: str
    format_: BatchPlanFormat
    file_name: None | str
    size: int
    sha256: str
    problem: None | str
    rows: int
    valid: int
    faulty: int
    totals: list[BatchPlanTotalsItem]
    plan_hash: None | str
    changes: list[BatchPlanChangesItem]
    changes_count: int
    mode: BatchPlanModeType1 | None
    created: int
    refused: int
    batch: None | str
    created_at: datetime.datetime
    committed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        status: str = self.status

        reference = self.reference

        format_: str = self.format_

        file_name: None | str
        file_name = self.file_name

        size = self.size

        sha256 = self.sha256

        problem: None | str
        problem = self.problem

        rows = self.rows

        valid = self.valid

        faulty = self.faulty

        totals = []
        for totals_item_data in self.totals:
            totals_item = totals_item_data.to_dict()
            totals.append(totals_item)

        plan_hash: None | str
        plan_hash = self.plan_hash

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        changes_count = self.changes_count

        mode: None | str
        if isinstance(self.mode, str):
            mode = self.mode
        else:
            mode = self.mode

        created = self.created

        refused = self.refused

        batch: None | str
        batch = self.batch

        created_at = self.created_at.isoformat()

        committed_at: None | str
        if isinstance(self.committed_at, datetime.datetime):
            committed_at = self.committed_at.isoformat()
        else:
            committed_at = self.committed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "status": status,
                "reference": reference,
                "format": format_,
                "file_name": file_name,
                "size": size,
                "sha256": sha256,
                "problem": problem,
                "rows": rows,
                "valid": valid,
                "faulty": faulty,
                "totals": totals,
                "plan_hash": plan_hash,
                "changes": changes,
                "changes_count": changes_count,
                "mode": mode,
                "created": created,
                "refused": refused,
                "batch": batch,
                "created_at": created_at,
                "committed_at": committed_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_plan_changes_item import BatchPlanChangesItem  # noqa: PLC0415
        from ..models.batch_plan_totals_item import BatchPlanTotalsItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["batch_plan"], d.pop("object"))
        if object_ != "batch_plan":
            raise ValueError(f"object must match const 'batch_plan', got '{object_}'")

        id = d.pop("id")

        status = check_batch_plan_status(d.pop("status"))

        reference = d.pop("reference")

        format_ = check_batch_plan_format(d.pop("format"))

        def _parse_file_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        file_name = _parse_file_name(d.pop("file_name"))

        size = d.pop("size")

        sha256 = d.pop("sha256")

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        rows = d.pop("rows")

        valid = d.pop("valid")

        faulty = d.pop("faulty")

        totals = []
        _totals = d.pop("totals")
        for totals_item_data in _totals:
            totals_item = BatchPlanTotalsItem.from_dict(totals_item_data)

            totals.append(totals_item)

        def _parse_plan_hash(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        plan_hash = _parse_plan_hash(d.pop("plan_hash"))

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = BatchPlanChangesItem.from_dict(changes_item_data)

            changes.append(changes_item)

        changes_count = d.pop("changes_count")

        def _parse_mode(data: object) -> BatchPlanModeType1 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_1 = check_batch_plan_mode_type_1(data)

                return mode_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchPlanModeType1 | None, data)

        mode = _parse_mode(d.pop("mode"))

        created = d.pop("created")

        refused = d.pop("refused")

        def _parse_batch(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        batch = _parse_batch(d.pop("batch"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_committed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                committed_at_type_0 = datetime.datetime.fromisoformat(data)

                return committed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        committed_at = _parse_committed_at(d.pop("committed_at"))

        batch_plan = cls(
            object_=object_,
            id=id,
            status=status,
            reference=reference,
            format_=format_,
            file_name=file_name,
            size=size,
            sha256=sha256,
            problem=problem,
            rows=rows,
            valid=valid,
            faulty=faulty,
            totals=totals,
            plan_hash=plan_hash,
            changes=changes,
            changes_count=changes_count,
            mode=mode,
            created=created,
            refused=refused,
            batch=batch,
            created_at=created_at,
            committed_at=committed_at,
        )

        batch_plan.additional_properties = d
        return batch_plan

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
