from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.batch import Batch
from ...models.batch_list import BatchList
from ...models.new_batch import NewBatch
from ...models.payout_list import PayoutList
from ...types import UNSET, File, Unset
from . import (
    create_batch,
    list_batch_payouts,
    list_batches,
    retrieve_batch,
)


class BatchesResource:
    """Operations on batches; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_batches(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        reference: str | Unset = UNSET,
    ) -> BatchList:
        """
        List batches.

        The newest first. How many of its payouts are in each status is said by the single batch.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batches.request(
            limit=limit,
            cursor=cursor,
            reference=reference,
        )
        return BatchList.from_dict(self._send(request, None))

    def create_batch(
        self,
        body: NewBatch,
        *,
        idempotency_key: str | None = None,
    ) -> Batch:
        """
        Create a batch of payouts.

        All payouts are created or none; a refusal names every fault of every payout.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_batch.request(
            body,
        )
        return Batch.from_dict(self._send(request, idempotency_key))

    def retrieve_batch(
        self,
        id: str,
    ) -> Batch:
        """
        Retrieve a batch.

        With the number of its payouts in each status.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_batch.request(
            id,
        )
        return Batch.from_dict(self._send(request, None))

    def list_batch_payouts(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> PayoutList:
        """
        List a batch's payouts.

        In the order in which they were sent.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_payouts.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return PayoutList.from_dict(self._send(request, None))


class AsyncBatchesResource:
    """Operations on batches, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_batches(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        reference: str | Unset = UNSET,
    ) -> BatchList:
        """
        List batches.

        The newest first. How many of its payouts are in each status is said by the single batch.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batches.request(
            limit=limit,
            cursor=cursor,
            reference=reference,
        )
        return BatchList.from_dict(await self._send(request, None))

    async def create_batch(
        self,
        body: NewBatch,
        *,
        idempotency_key: str | None = None,
    ) -> Batch:
        """
        Create a batch of payouts.

        All payouts are created or none; a refusal names every fault of every payout.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_batch.request(
            body,
        )
        return Batch.from_dict(await self._send(request, idempotency_key))

    async def retrieve_batch(
        self,
        id: str,
    ) -> Batch:
        """
        Retrieve a batch.

        With the number of its payouts in each status.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_batch.request(
            id,
        )
        return Batch.from_dict(await self._send(request, None))

    async def list_batch_payouts(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> PayoutList:
        """
        List a batch's payouts.

        In the order in which they were sent.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_payouts.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return PayoutList.from_dict(await self._send(request, None))
