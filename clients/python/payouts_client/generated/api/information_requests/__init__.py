from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.information_answer import InformationAnswer
from ...models.information_request import InformationRequest
from ...models.information_request_list import InformationRequestList
from ...models.list_information_requests_status import (
    ListInformationRequestsStatus,
    check_list_information_requests_status,
)
from ...types import UNSET, File, Unset
from . import (
    answer_information_request,
    list_information_requests,
    retrieve_information_request,
)


class InformationRequestsResource:
    """Operations on information requests; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_information_requests(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListInformationRequestsStatus | Unset = UNSET,
    ) -> InformationRequestList:
        """
        List what you are asked.

        Questions about your recipients, the newest first. Payouts to a recipient may wait for the answer.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_information_requests.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return InformationRequestList.from_dict(self._send(request, None))

    def retrieve_information_request(
        self,
        id: str,
    ) -> InformationRequest:
        """
        Retrieve what you are asked.

        With your answer, once there is one.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_information_request.request(
            id,
        )
        return InformationRequest.from_dict(self._send(request, None))

    def answer_information_request(
        self,
        id: str,
        body: InformationAnswer,
        *,
        idempotency_key: str | None = None,
    ) -> InformationRequest:
        """
        Answer what you are asked.

        Once, and as long as the question is open; after `due_at` too.

        Needs a key with the scope `recipients:write`.
        """
        request = answer_information_request.request(
            id,
            body,
        )
        return InformationRequest.from_dict(self._send(request, idempotency_key))


class AsyncInformationRequestsResource:
    """Operations on information requests, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_information_requests(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListInformationRequestsStatus | Unset = UNSET,
    ) -> InformationRequestList:
        """
        List what you are asked.

        Questions about your recipients, the newest first. Payouts to a recipient may wait for the answer.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_information_requests.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return InformationRequestList.from_dict(await self._send(request, None))

    async def retrieve_information_request(
        self,
        id: str,
    ) -> InformationRequest:
        """
        Retrieve what you are asked.

        With your answer, once there is one.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_information_request.request(
            id,
        )
        return InformationRequest.from_dict(await self._send(request, None))

    async def answer_information_request(
        self,
        id: str,
        body: InformationAnswer,
        *,
        idempotency_key: str | None = None,
    ) -> InformationRequest:
        """
        Answer what you are asked.

        Once, and as long as the question is open; after `due_at` too.

        Needs a key with the scope `recipients:write`.
        """
        request = answer_information_request.request(
            id,
            body,
        )
        return InformationRequest.from_dict(await self._send(request, idempotency_key))
