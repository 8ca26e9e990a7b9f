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

if TYPE_CHECKING:
    from ..models.batch_statuses import BatchStatuses
    from ..models.batch_totals import BatchTotals


T = TypeVar("T", bound="Batch")


@_attrs_define
class Batch:
    """
    Attributes:
        object_ (Literal['batch']):
        id (str):
        reference (str):
        count (int):
        totals (BatchTotals):
        created_at (datetime.datetime):
        statuses (BatchStatuses): Number of payouts per status.
    """

    object_: Literal["batch"]
    id: str
    reference: str
    count: int
    totals: BatchTotals
    created_at: datetime.datetime
    statuses: BatchStatuses
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        reference = self.reference

        count = self.count

        totals = self.totals.to_dict()

        created_at = self.created_at.isoformat()

        statuses = self.statuses.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "reference": reference,
                "count": count,
                "totals": totals,
                "created_at": created_at,
                "statuses": statuses,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_statuses import BatchStatuses  # noqa: PLC0415
        from ..models.batch_totals import BatchTotals  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["batch"], d.pop("object"))
        if object_ != "batch":
            raise ValueError(f"object must match const 'batch', got '{object_}'")

        id = d.pop("id")

        reference = d.pop("reference")

        count = d.pop("count")

        totals = BatchTotals.from_dict(d.pop("totals"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        statuses = BatchStatuses.from_dict(d.pop("statuses"))

        batch = cls(
            object_=object_,
            id=id,
            reference=reference,
            count=count,
            totals=totals,
            created_at=created_at,
            statuses=statuses,
        )

        batch.additional_properties = d
        return batch

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
