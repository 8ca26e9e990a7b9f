from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.balance_list import BalanceList
from ...types import UNSET, File, Unset
from . import (
    list_balances,
)


class BalancesResource:
    """Operations on balances; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_balances(
        self,
    ) -> BalanceList:
        """
        List balances.

        One per currency, straight from the ledger. `available` is what new payouts can use.

        Needs a key with the scope `balances:read`.
        """
        request = list_balances.request()
        return BalanceList.from_dict(self._send(request, None))


class AsyncBalancesResource:
    """Operations on balances, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_balances(
        self,
    ) -> BalanceList:
        """
        List balances.

        One per currency, straight from the ledger. `available` is what new payouts can use.

        Needs a key with the scope `balances:read`.
        """
        request = list_balances.request()
        return BalanceList.from_dict(await self._send(request, None))
