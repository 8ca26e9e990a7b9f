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

from ..models.payout_status import PayoutStatus, check_payout_status

if TYPE_CHECKING:
    from ..models.payout_evidence_attempts_item import PayoutEvidenceAttemptsItem
    from ..models.payout_evidence_bank_lines_item import PayoutEvidenceBankLinesItem
    from ..models.payout_evidence_postings_item import PayoutEvidencePostingsItem


T = TypeVar("T", bound="PayoutEvidence")


@_attrs_define
class PayoutEvidence:
    """
    Attributes:
        object_ (Literal['payout_evidence']):
        payout (str):
        status (PayoutStatus):
        end_to_end_id (str):
        content_digest (str): SHA-256 of what was approved: account, amount, currency, reference, rail.
        attempts (list[PayoutEvidenceAttemptsItem]):
        bank_lines (list[PayoutEvidenceBankLinesItem]):
        postings (list[PayoutEvidencePostingsItem]):
    """

    object_: Literal["payout_evidence"]
    payout: str
    status: PayoutStatus
    end_to_end_id: str
    content_digest: str
    attempts: list[PayoutEvidenceAttemptsItem]
    bank_lines: list[PayoutEvidenceBankLinesItem]
    postings: list[PayoutEvidencePostingsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        payout = self.payout

        status: str = self.status

        end_to_end_id = self.end_to_end_id

        content_digest = self.content_digest

        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)

        bank_lines = []
        for bank_lines_item_data in self.bank_lines:
            bank_lines_item = bank_lines_item_data.to_dict()
            bank_lines.append(bank_lines_item)

        postings = []
        for postings_item_data in self.postings:
            postings_item = postings_item_data.to_dict()
            postings.append(postings_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "payout": payout,
                "status": status,
                "end_to_end_id": end_to_end_id,
                "content_digest": content_digest,
                "attempts": attempts,
                "bank_lines": bank_lines,
                "postings": postings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_evidence_attempts_item import PayoutEvidenceAttemptsItem  # noqa: PLC0415
        from ..models.payout_evidence_bank_lines_item import PayoutEvidenceBankLinesItem  # noqa: PLC0415
        from ..models.payout_evidence_postings_item import PayoutEvidencePostingsItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["payout_evidence"], d.pop("object"))
        if object_ != "payout_evidence":
            raise ValueError(f"object must match const 'payout_evidence', got '{object_}'")

        payout = d.pop("payout")

        status = check_payout_status(d.pop("status"))

        end_to_end_id = d.pop("end_to_end_id")

        content_digest = d.pop("content_digest")

        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in _attempts:
            attempts_item = PayoutEvidenceAttemptsItem.from_dict(attempts_item_data)

            attempts.append(attempts_item)

        bank_lines = []
        _bank_lines = d.pop("bank_lines")
        for bank_lines_item_data in _bank_lines:
            bank_lines_item = PayoutEvidenceBankLinesItem.from_dict(bank_lines_item_data)

            bank_lines.append(bank_lines_item)

        postings = []
        _postings = d.pop("postings")
        for postings_item_data in _postings:
            postings_item = PayoutEvidencePostingsItem.from_dict(postings_item_data)

            postings.append(postings_item)

        payout_evidence = cls(
            object_=object_,
            payout=payout,
            status=status,
            end_to_end_id=end_to_end_id,
            content_digest=content_digest,
            attempts=attempts,
            bank_lines=bank_lines,
            postings=postings,
        )

        payout_evidence.additional_properties = d
        return payout_evidence

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
