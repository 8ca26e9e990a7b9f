"""
The portal for one platform. Operations are found by resource and name: ``portal.payouts.create_payout(…)``.

Every request that changes something carries an Idempotency-Key: the caller's, or a new one. Name one of your own where
your program may begin again and must find the request of its earlier life, such as the id of the order that is paid.
"""

import asyncio
import time
import uuid
from typing import Any

import httpx

from .generated.api import AsyncOperations, Operations
from .generated.client import VERSION
from .problems import PortalError, Unreachable, problem_of
from .retries import Retries

TIMEOUT_SECONDS = 30.0
BROKEN = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)
"""What leaves open whether the portal has the request; other errors of httpx are mistakes of the program."""
ORDINARY = Retries()


class Portal(Operations):
    """
    Waits for its answers. May be shared by threads; close it, or use it in a `with`.

    `api` ends in ``/api/v1``. `http` may bring proxies or certificates of its own.
    """

    def __init__(
        self,
        key: str,
        api: str,
        *,
        retries: Retries = ORDINARY,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.Client | None = None,
    ):
        super().__init__(self._call)
        self._requests = _Requests(key, api, timeout_seconds)
        self._http, self._retries = http or httpx.Client(), retries

    def __enter__(self) -> "Portal":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _call(self, request: dict[str, Any], idempotency_key: str | None) -> Any:
        sent = self._requests.make(request, idempotency_key)
        repeated = 0
        while True:
            answer, error = None, None
            try:
                answer = self._http.request(**sent)
            except BROKEN as broken:
                error = broken
            pause = self._retries.pause(repeated, answer) if answer is None or not answer.is_success else None
            if pause is None:
                return _document(sent, answer, error)
            time.sleep(pause)
            repeated += 1


class AsyncPortal(AsyncOperations):
    """
    Is awaited. Close it, or use it in an `async with`.

    `api` ends in ``/api/v1``. `http` may bring proxies or certificates of its own.
    """

    def __init__(
        self,
        key: str,
        api: str,
        *,
        retries: Retries = ORDINARY,
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.AsyncClient | None = None,
    ):
        super().__init__(self._call)
        self._requests = _Requests(key, api, timeout_seconds)
        self._http, self._retries = http or httpx.AsyncClient(), retries

    async def __aenter__(self) -> "AsyncPortal":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _call(self, request: dict[str, Any], idempotency_key: str | None) -> Any:
        sent = self._requests.make(request, idempotency_key)
        repeated = 0
        while True:
            answer, error = None, None
            try:
                answer = await self._http.request(**sent)
            except BROKEN as broken:
                error = broken
            pause = self._retries.pause(repeated, answer) if answer is None or not answer.is_success else None
            if pause is None:
                return _document(sent, answer, error)
            await asyncio.sleep(pause)
            repeated += 1


class _Requests:
    """Makes what is sent of what an operation asks for; the key stands in a header and nowhere else."""

    def __init__(self, key: str, api: str, timeout_seconds: float):
        self._api, self._timeout = api.rstrip("/"), timeout_seconds
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Payouts-Version": VERSION,
            "User-Agent": "payouts-client-python/0.1",
        }

    def make(self, request: dict[str, Any], idempotency_key: str | None) -> dict[str, Any]:
        headers = {**self._headers, **request.get("headers", {})}
        sent = {**request, "url": self._api + request["url"], "timeout": self._timeout, "headers": headers}
        if request["method"] != "get":
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        if hasattr(request.get("content"), "read"):
            sent["content"] = request["content"].read()  # whole, so that it can be sent again
        return sent


def _document(sent: dict[str, Any], answer: httpx.Response | None, error: Exception | None) -> Any:
    """Return what a successful answer says, with its ETag, or raise what another one stands for."""
    refusal: PortalError
    if answer is None:
        refusal = Unreachable(f"{sent['url']} gave no answer: {error}")
    elif not answer.is_success:
        refusal = problem_of(answer)
    else:
        try:
            document = answer.json()
            return {**document, "etag": answer.headers["ETag"]} if "ETag" in answer.headers else document
        except ValueError as unreadable:  # something between here and the portal gave it
            refusal, error = Unreachable(f"{sent['url']} gave an answer that cannot be read."), unreadable
    refusal.idempotency_key = sent["headers"].get("Idempotency-Key")
    raise refusal from error
