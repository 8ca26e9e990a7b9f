from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.batch_plan import BatchPlan
from ...models.batch_plan_cancellation import BatchPlanCancellation
from ...models.batch_plan_commit import BatchPlanCommit
from ...models.batch_plan_list import BatchPlanList
from ...models.batch_plan_row_list import BatchPlanRowList
from ...models.create_batch_plan_content_type import (
    CreateBatchPlanContentType,
    check_create_batch_plan_content_type,
)
from ...models.list_batch_plan_rows_show import (
    ListBatchPlanRowsShow,
    check_list_batch_plan_rows_show,
)
from ...models.list_batch_plans_status import (
    ListBatchPlansStatus,
    check_list_batch_plans_status,
)
from ...types import UNSET, File, FileTypes, Unset
from . import (
    cancel_batch_plan,
    commit_batch_plan,
    create_batch_plan,
    list_batch_plan_rows,
    list_batch_plans,
    retrieve_batch_plan,
)


class BatchPlansResource:
    """Operations on batch plans; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_batch_plans(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListBatchPlansStatus | Unset = UNSET,
    ) -> BatchPlanList:
        """
        List plans of batches.

        The newest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_plans.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return BatchPlanList.from_dict(self._send(request, None))

    def create_batch_plan(
        self,
        body: File,
        *,
        reference: str,
        file_name: str | Unset = UNSET,
        content_type: CreateBatchPlanContentType,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Plan a batch from a file.

        Send up to 100,000 payouts as JSON lines (each a `NewPayout`; a known recipient also as
        `{"reference": …}`), CSV or XLSX. The file is read in the background: the plan is `reading`, then
        `planned`, and an event tells of it. Nothing is paid until the plan is committed. A table's first
        row names its columns, best by the member each holds, such as `amount` or `recipient/method/iban`.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_batch_plan.request(
            body,
            reference=reference,
            file_name=file_name,
            content_type=content_type,
        )
        return BatchPlan.from_dict(self._send(request, idempotency_key))

    def retrieve_batch_plan(
        self,
        id: str,
    ) -> BatchPlan:
        """
        Retrieve a plan.

        What would come of the file as a whole, or how far it is committed.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_batch_plan.request(
            id,
        )
        return BatchPlan.from_dict(self._send(request, None))

    def cancel_batch_plan(
        self,
        id: str,
        body: BatchPlanCancellation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Cancel a plan.

        Works until it is committed. The file may then be sent again.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = cancel_batch_plan.request(
            id,
            body,
        )
        return BatchPlan.from_dict(self._send(request, idempotency_key))

    def commit_batch_plan(
        self,
        id: str,
        body: BatchPlanCommit,
        *,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Commit a plan.

        Payouts are made in the background, once, however often this is asked. If anything that the plan
        promised is otherwise by then, none is made: the plan is `planned` again, with another `plan_hash`
        and with `changes`.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = commit_batch_plan.request(
            id,
            body,
        )
        return BatchPlan.from_dict(self._send(request, idempotency_key))

    def list_batch_plan_rows(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        show: ListBatchPlanRowsShow | Unset = UNSET,
    ) -> BatchPlanRowList:
        """
        List the rows of a plan.

        In the order of the file: what would come of each, what is wrong with it, and which payout came of
        it.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_plan_rows.request(
            id,
            limit=limit,
            cursor=cursor,
            show=show,
        )
        return BatchPlanRowList.from_dict(self._send(request, None))


class AsyncBatchPlansResource:
    """Operations on batch plans, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_batch_plans(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListBatchPlansStatus | Unset = UNSET,
    ) -> BatchPlanList:
        """
        List plans of batches.

        The newest first.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_plans.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return BatchPlanList.from_dict(await self._send(request, None))

    async def create_batch_plan(
        self,
        body: File,
        *,
        reference: str,
        file_name: str | Unset = UNSET,
        content_type: CreateBatchPlanContentType,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Plan a batch from a file.

        Send up to 100,000 payouts as JSON lines (each a `NewPayout`; a known recipient also as
        `{"reference": …}`), CSV or XLSX. The file is read in the background: the plan is `reading`, then
        `planned`, and an event tells of it. Nothing is paid until the plan is committed. A table's first
        row names its columns, best by the member each holds, such as `amount` or `recipient/method/iban`.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_batch_plan.request(
            body,
            reference=reference,
            file_name=file_name,
            content_type=content_type,
        )
        return BatchPlan.from_dict(await self._send(request, idempotency_key))

    async def retrieve_batch_plan(
        self,
        id: str,
    ) -> BatchPlan:
        """
        Retrieve a plan.

        What would come of the file as a whole, or how far it is committed.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_batch_plan.request(
            id,
        )
        return BatchPlan.from_dict(await self._send(request, None))

    async def cancel_batch_plan(
        self,
        id: str,
        body: BatchPlanCancellation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Cancel a plan.

        Works until it is committed. The file may then be sent again.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = cancel_batch_plan.request(
            id,
            body,
        )
        return BatchPlan.from_dict(await self._send(request, idempotency_key))

    async def commit_batch_plan(
        self,
        id: str,
        body: BatchPlanCommit,
        *,
        idempotency_key: str | None = None,
    ) -> BatchPlan:
        """
        Commit a plan.

        Payouts are made in the background, once, however often this is asked. If anything that the plan
        promised is otherwise by then, none is made: the plan is `planned` again, with another `plan_hash`
        and with `changes`.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = commit_batch_plan.request(
            id,
            body,
        )
        return BatchPlan.from_dict(await self._send(request, idempotency_key))

    async def list_batch_plan_rows(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        show: ListBatchPlanRowsShow | Unset = UNSET,
    ) -> BatchPlanRowList:
        """
        List the rows of a plan.

        In the order of the file: what would come of each, what is wrong with it, and which payout came of
        it.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_batch_plan_rows.request(
            id,
            limit=limit,
            cursor=cursor,
            show=show,
        )
        return BatchPlanRowList.from_dict(await self._send(request, None))
