from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.idempotency_key_list import IdempotencyKeyList
from ...types import UNSET, File, Unset
from . import (
    list_idempotency_keys,
)


class IdempotencyKeysResource:
    """Operations on idempotency keys; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_idempotency_keys(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        key: str | Unset = UNSET,
    ) -> IdempotencyKeyList:
        """
        Look up idempotency keys.

        Which request each key belongs to, and what came of it; the newest first. A key that is not here is
        free: its request never succeeded. The answer itself comes from repeating the request.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_idempotency_keys.request(
            limit=limit,
            cursor=cursor,
            key=key,
        )
        return IdempotencyKeyList.from_dict(self._send(request, None))


class AsyncIdempotencyKeysResource:
    """Operations on idempotency keys, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_idempotency_keys(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        key: str | Unset = UNSET,
    ) -> IdempotencyKeyList:
        """
        Look up idempotency keys.

        Which request each key belongs to, and what came of it; the newest first. A key that is not here is
        free: its request never succeeded. The answer itself comes from repeating the request.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_idempotency_keys.request(
            limit=limit,
            cursor=cursor,
            key=key,
        )
        return IdempotencyKeyList.from_dict(await self._send(request, None))
