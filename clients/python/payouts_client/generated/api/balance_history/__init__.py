from __future__ import annotations

import datetime

from ...client import AsyncSend, Send
from ...models.balance_history import BalanceHistory
from ...types import UNSET, File, Unset
from . import (
    list_balance_history,
)


class BalanceHistoryResource:
    """Operations on balance history; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_balance_history(
        self,
        *,
        currency: str,
        first: datetime.date,
        last: datetime.date,
    ) -> BalanceHistory:
        """
        Read the balances of past days.

        What each balance was when a day (UTC) ended, the oldest day first; of today, what it is now.

        Needs a key with the scope `balances:read`.
        """
        request = list_balance_history.request(
            currency=currency,
            first=first,
            last=last,
        )
        return BalanceHistory.from_dict(self._send(request, None))


class AsyncBalanceHistoryResource:
    """Operations on balance history, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_balance_history(
        self,
        *,
        currency: str,
        first: datetime.date,
        last: datetime.date,
    ) -> BalanceHistory:
        """
        Read the balances of past days.

        What each balance was when a day (UTC) ended, the oldest day first; of today, what it is now.

        Needs a key with the scope `balances:read`.
        """
        request = list_balance_history.request(
            currency=currency,
            first=first,
            last=last,
        )
        return BalanceHistory.from_dict(await self._send(request, None))
