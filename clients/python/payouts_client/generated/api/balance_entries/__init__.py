from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.balance_entry_list import BalanceEntryList
from ...models.list_balance_entries_balance import (
    ListBalanceEntriesBalance,
    check_list_balance_entries_balance,
)
from ...types import UNSET, File, Unset
from . import (
    list_balance_entries,
)


class BalanceEntriesResource:
    """Operations on balance entries; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_balance_entries(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        currency: str,
        balance: ListBalanceEntriesBalance | Unset = UNSET,
    ) -> BalanceEntryList:
        """
        List what moved a balance.

        Every change, the newest first, each with what was left after it. `subject` says which payout it is
        about.

        Needs a key with the scope `balances:read`.
        """
        request = list_balance_entries.request(
            limit=limit,
            cursor=cursor,
            currency=currency,
            balance=balance,
        )
        return BalanceEntryList.from_dict(self._send(request, None))


class AsyncBalanceEntriesResource:
    """Operations on balance entries, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_balance_entries(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        currency: str,
        balance: ListBalanceEntriesBalance | Unset = UNSET,
    ) -> BalanceEntryList:
        """
        List what moved a balance.

        Every change, the newest first, each with what was left after it. `subject` says which payout it is
        about.

        Needs a key with the scope `balances:read`.
        """
        request = list_balance_entries.request(
            limit=limit,
            cursor=cursor,
            currency=currency,
            balance=balance,
        )
        return BalanceEntryList.from_dict(await self._send(request, None))
