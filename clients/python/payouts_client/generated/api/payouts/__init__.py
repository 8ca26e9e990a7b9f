from __future__ import annotations

import datetime

from ...client import AsyncSend, Send
from ...models.cancellation import Cancellation
from ...models.event_list import EventList
from ...models.list_payouts_status import ListPayoutsStatus, check_list_payouts_status
from ...models.new_payout import NewPayout
from ...models.payout import Payout
from ...models.payout_evidence import PayoutEvidence
from ...models.payout_explanation import PayoutExplanation
from ...models.payout_list import PayoutList
from ...models.recall import Recall
from ...types import UNSET, File, Unset
from . import (
    cancel_payout,
    create_payout,
    explain_payout,
    list_payout_events,
    list_payouts,
    recall_payout,
    retrieve_payout,
    retrieve_payout_evidence,
)


class PayoutsResource:
    """Operations on payouts; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_payouts(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListPayoutsStatus | Unset = UNSET,
        reference: str | Unset = UNSET,
        batch: str | Unset = UNSET,
        recipient: str | Unset = UNSET,
        created_from: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
    ) -> PayoutList:
        """
        List payouts.

        The newest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_payouts.request(
            limit=limit,
            cursor=cursor,
            status=status,
            reference=reference,
            batch=batch,
            recipient=recipient,
            created_from=created_from,
            created_before=created_before,
        )
        return PayoutList.from_dict(self._send(request, None))

    def create_payout(
        self,
        body: NewPayout,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Create a payout.

        Accepted, screened, reserved and put before its approvers in one go: the answer's `status` and
        `waiting_on` already say where it stands.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_payout.request(
            body,
        )
        return Payout.from_dict(self._send(request, idempotency_key))

    def retrieve_payout(
        self,
        id: str,
    ) -> Payout:
        """
        Retrieve a payout.

        With everything it waits for.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_payout.request(
            id,
        )
        return Payout.from_dict(self._send(request, None))

    def cancel_payout(
        self,
        id: str,
        body: Cancellation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Cancel a payout.

        Works until the payout leaves for the bank; what was reserved is free again at once.

        Needs a key with the scope `payouts:cancel`.
        """
        request = cancel_payout.request(
            id,
            body,
        )
        return Payout.from_dict(self._send(request, idempotency_key))

    def list_payout_events(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> EventList:
        """
        List a payout's events.

        Its whole history, the oldest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_payout_events.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return EventList.from_dict(self._send(request, None))

    def retrieve_payout_evidence(
        self,
        id: str,
    ) -> PayoutEvidence:
        """
        Read a payout's evidence.

        What proves where it stands: each attempt with the digest of the file that the bank was given, the
        lines of statements that were matched to it, and everything it has done to the books.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_payout_evidence.request(
            id,
        )
        return PayoutEvidence.from_dict(self._send(request, None))

    def explain_payout(
        self,
        id: str,
    ) -> PayoutExplanation:
        """
        Explain a payout.

        Why it is where it is: whom it waits for, since when, until when, by which rule, and what would
        unblock it.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = explain_payout.request(
            id,
        )
        return PayoutExplanation.from_dict(self._send(request, None))

    def recall_payout(
        self,
        id: str,
        body: Recall | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Ask for a payout's money back.

        For what has left and cannot be cancelled. The recipient's bank may refuse, or not answer for weeks;
        the payout stays as it is, `recall` says how the request stands, and money that comes back makes it
        `returned`.

        Needs a key with the scope `payouts:cancel`.
        """
        request = recall_payout.request(
            id,
            body,
        )
        return Payout.from_dict(self._send(request, idempotency_key))


class AsyncPayoutsResource:
    """Operations on payouts, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_payouts(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListPayoutsStatus | Unset = UNSET,
        reference: str | Unset = UNSET,
        batch: str | Unset = UNSET,
        recipient: str | Unset = UNSET,
        created_from: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
    ) -> PayoutList:
        """
        List payouts.

        The newest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_payouts.request(
            limit=limit,
            cursor=cursor,
            status=status,
            reference=reference,
            batch=batch,
            recipient=recipient,
            created_from=created_from,
            created_before=created_before,
        )
        return PayoutList.from_dict(await self._send(request, None))

    async def create_payout(
        self,
        body: NewPayout,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Create a payout.

        Accepted, screened, reserved and put before its approvers in one go: the answer's `status` and
        `waiting_on` already say where it stands.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_payout.request(
            body,
        )
        return Payout.from_dict(await self._send(request, idempotency_key))

    async def retrieve_payout(
        self,
        id: str,
    ) -> Payout:
        """
        Retrieve a payout.

        With everything it waits for.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_payout.request(
            id,
        )
        return Payout.from_dict(await self._send(request, None))

    async def cancel_payout(
        self,
        id: str,
        body: Cancellation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Cancel a payout.

        Works until the payout leaves for the bank; what was reserved is free again at once.

        Needs a key with the scope `payouts:cancel`.
        """
        request = cancel_payout.request(
            id,
            body,
        )
        return Payout.from_dict(await self._send(request, idempotency_key))

    async def list_payout_events(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> EventList:
        """
        List a payout's events.

        Its whole history, the oldest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_payout_events.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return EventList.from_dict(await self._send(request, None))

    async def retrieve_payout_evidence(
        self,
        id: str,
    ) -> PayoutEvidence:
        """
        Read a payout's evidence.

        What proves where it stands: each attempt with the digest of the file that the bank was given, the
        lines of statements that were matched to it, and everything it has done to the books.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_payout_evidence.request(
            id,
        )
        return PayoutEvidence.from_dict(await self._send(request, None))

    async def explain_payout(
        self,
        id: str,
    ) -> PayoutExplanation:
        """
        Explain a payout.

        Why it is where it is: whom it waits for, since when, until when, by which rule, and what would
        unblock it.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = explain_payout.request(
            id,
        )
        return PayoutExplanation.from_dict(await self._send(request, None))

    async def recall_payout(
        self,
        id: str,
        body: Recall | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Payout:
        """
        Ask for a payout's money back.

        For what has left and cannot be cancelled. The recipient's bank may refuse, or not answer for weeks;
        the payout stays as it is, `recall` says how the request stands, and money that comes back makes it
        `returned`.

        Needs a key with the scope `payouts:cancel`.
        """
        request = recall_payout.request(
            id,
            body,
        )
        return Payout.from_dict(await self._send(request, idempotency_key))
