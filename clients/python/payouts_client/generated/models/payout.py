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
    from ..models.payout_approval import PayoutApproval
    from ..models.payout_as_sent import PayoutAsSent
    from ..models.payout_failure import PayoutFailure
    from ..models.payout_fee import PayoutFee
    from ..models.payout_metadata import PayoutMetadata
    from ..models.payout_method import PayoutMethod
    from ..models.payout_recall import PayoutRecall
    from ..models.payout_recipient import PayoutRecipient
    from ..models.waiting import Waiting


T = TypeVar("T", bound="Payout")


@_attrs_define
class Payout:
    """
    Attributes:
        object_ (Literal['payout']):
        id (str):
        status (PayoutStatus):
        status_at (datetime.datetime):
        waiting_on (list[Waiting]):
        amount (str):
        currency (str):
        fee (None | PayoutFee):
        total (str): What your balance is charged: the amount, and a fee that you pay.
        net (str): What arrives: the amount, less a fee that the recipient pays.
        quote (None | str): The quote that it was priced by, if it named one.
        reference (str):
        end_to_end_id (str): What banks carry from end to end; it proves which payment a line is.
        recipient (PayoutRecipient):
        method (PayoutMethod):
        rail (str):
        as_sent (PayoutAsSent): What the recipient's bank reads.
        execute_on (datetime.date | None):
        cut_off_at (datetime.datetime):
        batch (None | str):
        description (None | str):
        metadata (PayoutMetadata):
        approval (None | PayoutApproval):
        funding (str):
        tracking (None | str):
        failure (None | PayoutFailure):
        recall (None | PayoutRecall):
        created_at (datetime.datetime):
    """

    object_: Literal["payout"]
    id: str
    status: PayoutStatus
    status_at: datetime.datetime
    waiting_on: list[Waiting]
    amount: str
    currency: str
    fee: None | PayoutFee
    total: str
    net: str
    quote: None | str
    reference: str
    end_to_end_id: str
    recipient: PayoutRecipient
    method: PayoutMethod
    rail: str
    as_sent: PayoutAsSent
    execute_on: datetime.date | None
    cut_off_at: datetime.datetime
    batch: None | str
    description: None | str
    metadata: PayoutMetadata
    approval: None | PayoutApproval
    funding: str
    tracking: None | str
    failure: None | PayoutFailure
    recall: None | PayoutRecall
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_approval import PayoutApproval  # noqa: PLC0415
        from ..models.payout_failure import PayoutFailure  # noqa: PLC0415
        from ..models.payout_fee import PayoutFee  # noqa: PLC0415
        from ..models.payout_recall import PayoutRecall  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        status: str = self.status

        status_at = self.status_at.isoformat()

        waiting_on = []
        for waiting_on_item_data in self.waiting_on:
            waiting_on_item = waiting_on_item_data.to_dict()
            waiting_on.append(waiting_on_item)

        amount = self.amount

        currency = self.currency

        fee: dict[str, Any] | None
        if isinstance(self.fee, PayoutFee):
            fee = self.fee.to_dict()
        else:
            fee = self.fee

        total = self.total

        net = self.net

        quote: None | str
        quote = self.quote

        reference = self.reference

        end_to_end_id = self.end_to_end_id

        recipient = self.recipient.to_dict()

        method = self.method.to_dict()

        rail = self.rail

        as_sent = self.as_sent.to_dict()

        execute_on: None | str
        if isinstance(self.execute_on, datetime.date):
            execute_on = self.execute_on.isoformat()
        else:
            execute_on = self.execute_on

        cut_off_at = self.cut_off_at.isoformat()

        batch: None | str
        batch = self.batch

        description: None | str
        description = self.description

        metadata = self.metadata.to_dict()

        approval: dict[str, Any] | None
        if isinstance(self.approval, PayoutApproval):
            approval = self.approval.to_dict()
        else:
            approval = self.approval

        funding = self.funding

        tracking: None | str
        tracking = self.tracking

        failure: dict[str, Any] | None
        if isinstance(self.failure, PayoutFailure):
            failure = self.failure.to_dict()
        else:
            failure = self.failure

        recall: dict[str, Any] | None
        if isinstance(self.recall, PayoutRecall):
            recall = self.recall.to_dict()
        else:
            recall = self.recall

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "status": status,
                "status_at": status_at,
                "waiting_on": waiting_on,
                "amount": amount,
                "currency": currency,
                "fee": fee,
                "total": total,
                "net": net,
                "quote": quote,
                "reference": reference,
                "end_to_end_id": end_to_end_id,
                "recipient": recipient,
                "method": method,
                "rail": rail,
                "as_sent": as_sent,
                "execute_on": execute_on,
                "cut_off_at": cut_off_at,
                "batch": batch,
                "description": description,
                "metadata": metadata,
                "approval": approval,
                "funding": funding,
                "tracking": tracking,
                "failure": failure,
                "recall": recall,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_approval import PayoutApproval  # noqa: PLC0415
        from ..models.payout_as_sent import PayoutAsSent  # noqa: PLC0415
        from ..models.payout_failure import PayoutFailure  # noqa: PLC0415
        from ..models.payout_fee import PayoutFee  # noqa: PLC0415
        from ..models.payout_metadata import PayoutMetadata  # noqa: PLC0415
        from ..models.payout_method import PayoutMethod  # noqa: PLC0415
        from ..models.payout_recall import PayoutRecall  # noqa: PLC0415
        from ..models.payout_recipient import PayoutRecipient  # noqa: PLC0415
        from ..models.waiting import Waiting  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["payout"], d.pop("object"))
        if object_ != "payout":
            raise ValueError(f"object must match const 'payout', got '{object_}'")

        id = d.pop("id")

        status = check_payout_status(d.pop("status"))

        status_at = datetime.datetime.fromisoformat(d.pop("status_at"))

        waiting_on = []
        _waiting_on = d.pop("waiting_on")
        for waiting_on_item_data in _waiting_on:
            waiting_on_item = Waiting.from_dict(waiting_on_item_data)

            waiting_on.append(waiting_on_item)

        amount = d.pop("amount")

        currency = d.pop("currency")

        def _parse_fee(data: object) -> None | PayoutFee:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                fee_type_0 = PayoutFee.from_dict(data)

                return fee_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutFee, data)

        fee = _parse_fee(d.pop("fee"))

        total = d.pop("total")

        net = d.pop("net")

        def _parse_quote(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quote = _parse_quote(d.pop("quote"))

        reference = d.pop("reference")

        end_to_end_id = d.pop("end_to_end_id")

        recipient = PayoutRecipient.from_dict(d.pop("recipient"))

        method = PayoutMethod.from_dict(d.pop("method"))

        rail = d.pop("rail")

        as_sent = PayoutAsSent.from_dict(d.pop("as_sent"))

        def _parse_execute_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                execute_on_type_0 = datetime.date.fromisoformat(data)

                return execute_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        execute_on = _parse_execute_on(d.pop("execute_on"))

        cut_off_at = datetime.datetime.fromisoformat(d.pop("cut_off_at"))

        def _parse_batch(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        batch = _parse_batch(d.pop("batch"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        metadata = PayoutMetadata.from_dict(d.pop("metadata"))

        def _parse_approval(data: object) -> None | PayoutApproval:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                approval_type_0 = PayoutApproval.from_dict(data)

                return approval_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutApproval, data)

        approval = _parse_approval(d.pop("approval"))

        funding = d.pop("funding")

        def _parse_tracking(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        tracking = _parse_tracking(d.pop("tracking"))

        def _parse_failure(data: object) -> None | PayoutFailure:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                failure_type_0 = PayoutFailure.from_dict(data)

                return failure_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutFailure, data)

        failure = _parse_failure(d.pop("failure"))

        def _parse_recall(data: object) -> None | PayoutRecall:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recall_type_0 = PayoutRecall.from_dict(data)

                return recall_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutRecall, data)

        recall = _parse_recall(d.pop("recall"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        payout = cls(
            object_=object_,
            id=id,
            status=status,
            status_at=status_at,
            waiting_on=waiting_on,
            amount=amount,
            currency=currency,
            fee=fee,
            total=total,
            net=net,
            quote=quote,
            reference=reference,
            end_to_end_id=end_to_end_id,
            recipient=recipient,
            method=method,
            rail=rail,
            as_sent=as_sent,
            execute_on=execute_on,
            cut_off_at=cut_off_at,
            batch=batch,
            description=description,
            metadata=metadata,
            approval=approval,
            funding=funding,
            tracking=tracking,
            failure=failure,
            recall=recall,
            created_at=created_at,
        )

        payout.additional_properties = d
        return payout

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
