from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.payout_recall_status import PayoutRecallStatus, check_payout_recall_status

if TYPE_CHECKING:
    from ..models.payout_recall_answer import PayoutRecallAnswer


T = TypeVar("T", bound="PayoutRecall")


@_attrs_define
class PayoutRecall:
    """The last request to the bank to give the money back.

    Attributes:
        id (str):
        status (PayoutRecallStatus):
        status_at (datetime.datetime):
        reason (str):
        requested_at (datetime.datetime):
        answer_due_on (datetime.date): By then the scheme wants an answer of the bank.
        answer (None | PayoutRecallAnswer):
    """

    id: str
    status: PayoutRecallStatus
    status_at: datetime.datetime
    reason: str
    requested_at: datetime.datetime
    answer_due_on: datetime.date
    answer: None | PayoutRecallAnswer
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_recall_answer import PayoutRecallAnswer  # noqa: PLC0415

        id = self.id

        status: str = self.status

        status_at = self.status_at.isoformat()

        reason = self.reason

        requested_at = self.requested_at.isoformat()

        answer_due_on = self.answer_due_on.isoformat()

        answer: dict[str, Any] | None
        if isinstance(self.answer, PayoutRecallAnswer):
            answer = self.answer.to_dict()
        else:
            answer = self.answer

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "status_at": status_at,
                "reason": reason,
                "requested_at": requested_at,
                "answer_due_on": answer_due_on,
                "answer": answer,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_recall_answer import PayoutRecallAnswer  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = check_payout_recall_status(d.pop("status"))

        status_at = datetime.datetime.fromisoformat(d.pop("status_at"))

        reason = d.pop("reason")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        answer_due_on = datetime.date.fromisoformat(d.pop("answer_due_on"))

        def _parse_answer(data: object) -> None | PayoutRecallAnswer:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                answer_type_0 = PayoutRecallAnswer.from_dict(data)

                return answer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutRecallAnswer, data)

        answer = _parse_answer(d.pop("answer"))

        payout_recall = cls(
            id=id,
            status=status,
            status_at=status_at,
            reason=reason,
            requested_at=requested_at,
            answer_due_on=answer_due_on,
            answer=answer,
        )

        payout_recall.additional_properties = d
        return payout_recall

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
