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

from ..models.payout_status import PayoutStatus, check_payout_status

if TYPE_CHECKING:
    from ..models.payout_explanation_charges import PayoutExplanationCharges
    from ..models.payout_explanation_counted import PayoutExplanationCounted
    from ..models.payout_explanation_duplicates_item import (
        PayoutExplanationDuplicatesItem,
    )
    from ..models.payout_explanation_failure import PayoutExplanationFailure
    from ..models.payout_explanation_rail import PayoutExplanationRail
    from ..models.payout_explanation_recall import PayoutExplanationRecall
    from ..models.waiting import Waiting


T = TypeVar("T", bound="PayoutExplanation")


@_attrs_define
class PayoutExplanation:
    """
    Attributes:
        object_ (Literal['payout_explanation']):
        id (str):
        status (PayoutStatus):
        means (str):
        since (datetime.datetime):
        waiting_on (list[Waiting]):
        may_become (list[PayoutStatus]):
        charges (PayoutExplanationCharges):
        failure (None | PayoutExplanationFailure):
        recall (None | PayoutExplanationRecall):
        counted (None | PayoutExplanationCounted):
        duplicates (list[PayoutExplanationDuplicatesItem]): The payouts that it looks like, as long as it is held for
            that.
        rail (PayoutExplanationRail):
        next_cut_off (datetime.datetime | None):
    """

    object_: Literal["payout_explanation"]
    id: str
    status: PayoutStatus
    means: str
    since: datetime.datetime
    waiting_on: list[Waiting]
    may_become: list[PayoutStatus]
    charges: PayoutExplanationCharges
    failure: None | PayoutExplanationFailure
    recall: None | PayoutExplanationRecall
    counted: None | PayoutExplanationCounted
    duplicates: list[PayoutExplanationDuplicatesItem]
    rail: PayoutExplanationRail
    next_cut_off: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_explanation_counted import PayoutExplanationCounted  # noqa: PLC0415
        from ..models.payout_explanation_failure import PayoutExplanationFailure  # noqa: PLC0415
        from ..models.payout_explanation_recall import PayoutExplanationRecall  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        status: str = self.status

        means = self.means

        since = self.since.isoformat()

        waiting_on = []
        for waiting_on_item_data in self.waiting_on:
            waiting_on_item = waiting_on_item_data.to_dict()
            waiting_on.append(waiting_on_item)

        may_become = []
        for may_become_item_data in self.may_become:
            may_become_item: str = may_become_item_data
            may_become.append(may_become_item)

        charges = self.charges.to_dict()

        failure: dict[str, Any] | None
        if isinstance(self.failure, PayoutExplanationFailure):
            failure = self.failure.to_dict()
        else:
            failure = self.failure

        recall: dict[str, Any] | None
        if isinstance(self.recall, PayoutExplanationRecall):
            recall = self.recall.to_dict()
        else:
            recall = self.recall

        counted: dict[str, Any] | None
        if isinstance(self.counted, PayoutExplanationCounted):
            counted = self.counted.to_dict()
        else:
            counted = self.counted

        duplicates = []
        for duplicates_item_data in self.duplicates:
            duplicates_item = duplicates_item_data.to_dict()
            duplicates.append(duplicates_item)

        rail = self.rail.to_dict()

        next_cut_off: None | str
        if isinstance(self.next_cut_off, datetime.datetime):
            next_cut_off = self.next_cut_off.isoformat()
        else:
            next_cut_off = self.next_cut_off

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "status": status,
                "means": means,
                "since": since,
                "waiting_on": waiting_on,
                "may_become": may_become,
                "charges": charges,
                "failure": failure,
                "recall": recall,
                "counted": counted,
                "duplicates": duplicates,
                "rail": rail,
                "next_cut_off": next_cut_off,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_explanation_charges import PayoutExplanationCharges  # noqa: PLC0415
        from ..models.payout_explanation_counted import PayoutExplanationCounted  # noqa: PLC0415
        from ..models.payout_explanation_duplicates_item import (
            PayoutExplanationDuplicatesItem,  # noqa: PLC0415
        )
        from ..models.payout_explanation_failure import PayoutExplanationFailure  # noqa: PLC0415
        from ..models.payout_explanation_rail import PayoutExplanationRail  # noqa: PLC0415
        from ..models.payout_explanation_recall import PayoutExplanationRecall  # noqa: PLC0415
        from ..models.waiting import Waiting  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["payout_explanation"], d.pop("object"))
        if object_ != "payout_explanation":
            raise ValueError(f"object must match const 'payout_explanation', got '{object_}'")

        id = d.pop("id")

        status = check_payout_status(d.pop("status"))

        means = d.pop("means")

        since = datetime.datetime.fromisoformat(d.pop("since"))

        waiting_on = []
        _waiting_on = d.pop("waiting_on")
        for waiting_on_item_data in _waiting_on:
            waiting_on_item = Waiting.from_dict(waiting_on_item_data)

            waiting_on.append(waiting_on_item)

        may_become = []
        _may_become = d.pop("may_become")
        for may_become_item_data in _may_become:
            may_become_item = check_payout_status(may_become_item_data)

            may_become.append(may_become_item)

        charges = PayoutExplanationCharges.from_dict(d.pop("charges"))

        def _parse_failure(data: object) -> None | PayoutExplanationFailure:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                failure_type_0 = PayoutExplanationFailure.from_dict(data)

                return failure_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutExplanationFailure, data)

        failure = _parse_failure(d.pop("failure"))

        def _parse_recall(data: object) -> None | PayoutExplanationRecall:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recall_type_0 = PayoutExplanationRecall.from_dict(data)

                return recall_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutExplanationRecall, data)

        recall = _parse_recall(d.pop("recall"))

        def _parse_counted(data: object) -> None | PayoutExplanationCounted:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                counted_type_0 = PayoutExplanationCounted.from_dict(data)

                return counted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutExplanationCounted, data)

        counted = _parse_counted(d.pop("counted"))

        duplicates = []
        _duplicates = d.pop("duplicates")
        for duplicates_item_data in _duplicates:
            duplicates_item = PayoutExplanationDuplicatesItem.from_dict(duplicates_item_data)

            duplicates.append(duplicates_item)

        rail = PayoutExplanationRail.from_dict(d.pop("rail"))

        def _parse_next_cut_off(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_cut_off_type_0 = datetime.datetime.fromisoformat(data)

                return next_cut_off_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_cut_off = _parse_next_cut_off(d.pop("next_cut_off"))

        payout_explanation = cls(
            object_=object_,
            id=id,
            status=status,
            means=means,
            since=since,
            waiting_on=waiting_on,
            may_become=may_become,
            charges=charges,
            failure=failure,
            recall=recall,
            counted=counted,
            duplicates=duplicates,
            rail=rail,
            next_cut_off=next_cut_off,
        )

        payout_explanation.additional_properties = d
        return payout_explanation

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
