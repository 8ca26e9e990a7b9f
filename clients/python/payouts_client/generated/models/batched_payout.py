from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.batched_payout_rail import BatchedPayoutRail, check_batched_payout_rail
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batched_payout_metadata import BatchedPayoutMetadata
    from ..models.inline_recipient import InlineRecipient


T = TypeVar("T", bound="BatchedPayout")


@_attrs_define
class BatchedPayout:
    """
    Attributes:
        recipient (InlineRecipient | str): By id, or with all details.
        amount (str): A string, with a point before the decimals.
        currency (str):
        reference (str): Your own name for the payout, unique among your payouts. The bank may show it to the recipient.
        method (str | Unset): One of the recipient's methods; the newest unless said. Not with an inline recipient.
        rail (BatchedPayoutRail | Unset): How the money travels.
        execute_on (datetime.date | Unset): Not before this day; within a year from today.
        quote (str | Unset): A quote for just this: it has the price that was quoted, or is refused.
        description (str | Unset): What the payment is for.
        metadata (BatchedPayoutMetadata | Unset): Up to 50 strings of your own, given back as they are.
    """

    recipient: InlineRecipient | str
    amount: str
    currency: str
    reference: str
    method: str | Unset = UNSET
    rail: BatchedPayoutRail | Unset = UNSET
    execute_on: datetime.date | Unset = UNSET
    quote: str | Unset = UNSET
    description: str | Unset = UNSET
    metadata: BatchedPayoutMetadata | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.inline_recipient import InlineRecipient  # noqa: PLC0415

        recipient: dict[str, Any] | str
        if isinstance(self.recipient, InlineRecipient):
            recipient = self.recipient.to_dict()
        else:
            recipient = self.recipient

        amount = self.amount

        currency = self.currency

        reference = self.reference

        method = self.method

        rail: str | Unset = UNSET
        if not isinstance(self.rail, Unset):
            rail = self.rail

        execute_on: str | Unset = UNSET
        if not isinstance(self.execute_on, Unset):
            execute_on = self.execute_on.isoformat()

        quote = self.quote

        description = self.description

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "recipient": recipient,
                "amount": amount,
                "currency": currency,
                "reference": reference,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if rail is not UNSET:
            field_dict["rail"] = rail
        if execute_on is not UNSET:
            field_dict["execute_on"] = execute_on
        if quote is not UNSET:
            field_dict["quote"] = quote
        if description is not UNSET:
            field_dict["description"] = description
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batched_payout_metadata import BatchedPayoutMetadata  # noqa: PLC0415
        from ..models.inline_recipient import InlineRecipient  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_recipient(data: object) -> InlineRecipient | str:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recipient_type_1 = InlineRecipient.from_dict(data)

                return recipient_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InlineRecipient | str, data)

        recipient = _parse_recipient(d.pop("recipient"))

        amount = d.pop("amount")

        currency = d.pop("currency")

        reference = d.pop("reference")

        method = d.pop("method", UNSET)

        _rail = d.pop("rail", UNSET)
        rail: BatchedPayoutRail | Unset
        if isinstance(_rail, Unset):
            rail = UNSET
        else:
            rail = check_batched_payout_rail(_rail)

        _execute_on = d.pop("execute_on", UNSET)
        execute_on: datetime.date | Unset
        if isinstance(_execute_on, Unset):
            execute_on = UNSET
        else:
            execute_on = datetime.date.fromisoformat(_execute_on)

        quote = d.pop("quote", UNSET)

        description = d.pop("description", UNSET)

        _metadata = d.pop("metadata", UNSET)
        metadata: BatchedPayoutMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = BatchedPayoutMetadata.from_dict(_metadata)

        batched_payout = cls(
            recipient=recipient,
            amount=amount,
            currency=currency,
            reference=reference,
            method=method,
            rail=rail,
            execute_on=execute_on,
            quote=quote,
            description=description,
            metadata=metadata,
        )

        return batched_payout
