from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.information_request_status import (
    InformationRequestStatus,
    check_information_request_status,
)

T = TypeVar("T", bound="InformationRequest")


@_attrs_define
class InformationRequest:
    """Something you are asked about one of your recipients.

    Attributes:
        object_ (Literal['information_request']):
        id (str):
        status (InformationRequestStatus):
        recipient (str):
        question (str):
        due_at (datetime.datetime):
        asked_at (datetime.datetime):
        answer (None | str):
        ended_at (datetime.datetime | None):
    """

    object_: Literal["information_request"]
    id: str
    status: InformationRequestStatus
    recipient: str
    question: str
    due_at: datetime.datetime
    asked_at: datetime.datetime
    answer: None | str
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        status: str = self.status

        recipient = self.recipient

        question = self.question

        due_at = self.due_at.isoformat()

        asked_at = self.asked_at.isoformat()

        answer: None | str
        answer = self.answer

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "status": status,
                "recipient": recipient,
                "question": question,
                "due_at": due_at,
                "asked_at": asked_at,
                "answer": answer,
                "ended_at": ended_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = cast(Literal["information_request"], d.pop("object"))
        if object_ != "information_request":
            raise ValueError(f"object must match const 'information_request', got '{object_}'")

        id = d.pop("id")

        status = check_information_request_status(d.pop("status"))

        recipient = d.pop("recipient")

        question = d.pop("question")

        due_at = datetime.datetime.fromisoformat(d.pop("due_at"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        def _parse_answer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answer = _parse_answer(d.pop("answer"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        information_request = cls(
            object_=object_,
            id=id,
            status=status,
            recipient=recipient,
            question=question,
            due_at=due_at,
            asked_at=asked_at,
            answer=answer,
            ended_at=ended_at,
        )

        information_request.additional_properties = d
        return information_request

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
