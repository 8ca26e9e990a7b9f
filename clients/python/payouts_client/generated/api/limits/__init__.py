from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.limit_list import LimitList
from ...types import UNSET, File, Unset
from . import (
    list_limits,
)


class LimitsResource:
    """Operations on limits; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_limits(
        self,
    ) -> LimitList:
        """
        Read your limits.

        What the house lets you pay, per currency: at most at once, in any 24 hours, and what is left of
        that now.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_limits.request()
        return LimitList.from_dict(self._send(request, None))


class AsyncLimitsResource:
    """Operations on limits, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_limits(
        self,
    ) -> LimitList:
        """
        Read your limits.

        What the house lets you pay, per currency: at most at once, in any 24 hours, and what is left of
        that now.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_limits.request()
        return LimitList.from_dict(await self._send(request, None))
