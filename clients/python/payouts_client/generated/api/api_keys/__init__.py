from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.api_key import ApiKey
from ...models.api_key_list import ApiKeyList
from ...models.api_key_with_token import ApiKeyWithToken
from ...models.key_rotation import KeyRotation
from ...models.list_api_keys_status import ListApiKeysStatus, check_list_api_keys_status
from ...types import UNSET, File, Unset
from . import (
    list_api_keys,
    retrieve_api_key,
    rotate_api_key,
)


class ApiKeysResource:
    """Operations on api keys; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_api_keys(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListApiKeysStatus | Unset = UNSET,
    ) -> ApiKeyList:
        """
        List your keys.

        The newest first, without their tokens: those are shown once, when a key is made.

        Needs a key with the scope `keys:write`.
        """
        request = list_api_keys.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return ApiKeyList.from_dict(self._send(request, None))

    def rotate_api_key(
        self,
        body: KeyRotation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> ApiKeyWithToken:
        """
        Replace the key you call with.

        The answer has a new key that may do the same, with its token, which is in this answer and in no
        other. The key that asks for it works on for `overlap_hours`; another key cannot be replaced this
        way.

        Needs a key with the scope `keys:write`.
        """
        request = rotate_api_key.request(
            body,
        )
        return ApiKeyWithToken.from_dict(self._send(request, idempotency_key))

    def retrieve_api_key(
        self,
        id: str,
    ) -> ApiKey:
        """
        Retrieve a key of yours.

        What it may do, when it ends, and when it was last used.

        Needs a key with the scope `keys:write`.
        """
        request = retrieve_api_key.request(
            id,
        )
        return ApiKey.from_dict(self._send(request, None))


class AsyncApiKeysResource:
    """Operations on api keys, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_api_keys(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListApiKeysStatus | Unset = UNSET,
    ) -> ApiKeyList:
        """
        List your keys.

        The newest first, without their tokens: those are shown once, when a key is made.

        Needs a key with the scope `keys:write`.
        """
        request = list_api_keys.request(
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return ApiKeyList.from_dict(await self._send(request, None))

    async def rotate_api_key(
        self,
        body: KeyRotation | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> ApiKeyWithToken:
        """
        Replace the key you call with.

        The answer has a new key that may do the same, with its token, which is in this answer and in no
        other. The key that asks for it works on for `overlap_hours`; another key cannot be replaced this
        way.

        Needs a key with the scope `keys:write`.
        """
        request = rotate_api_key.request(
            body,
        )
        return ApiKeyWithToken.from_dict(await self._send(request, idempotency_key))

    async def retrieve_api_key(
        self,
        id: str,
    ) -> ApiKey:
        """
        Retrieve a key of yours.

        What it may do, when it ends, and when it was last used.

        Needs a key with the scope `keys:write`.
        """
        request = retrieve_api_key.request(
            id,
        )
        return ApiKey.from_dict(await self._send(request, None))
