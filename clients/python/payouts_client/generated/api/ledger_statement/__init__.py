from __future__ import annotations

import datetime

from ...client import AsyncSend, Send
from ...models.ledger_statement import LedgerStatement
from ...models.retrieve_ledger_statement_balance import (
    RetrieveLedgerStatementBalance,
    check_retrieve_ledger_statement_balance,
)
from ...types import UNSET, File, Unset
from . import (
    retrieve_ledger_statement,
)


class LedgerStatementResource:
    """Operations on ledger statement; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def retrieve_ledger_statement(
        self,
        *,
        currency: str,
        balance: RetrieveLedgerStatementBalance | Unset = UNSET,
        first: datetime.date,
        last: datetime.date,
    ) -> LedgerStatement:
        """
        Read the statement of a balance.

        What a balance was before the first day and after the last, and by which kinds of moments it changed
        between: opening plus everything in, minus everything out, is closing. `GET /balance-entries` has
        the single ones.

        Needs a key with the scope `balances:read`.
        """
        request = retrieve_ledger_statement.request(
            currency=currency,
            balance=balance,
            first=first,
            last=last,
        )
        return LedgerStatement.from_dict(self._send(request, None))


class AsyncLedgerStatementResource:
    """Operations on ledger statement, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def retrieve_ledger_statement(
        self,
        *,
        currency: str,
        balance: RetrieveLedgerStatementBalance | Unset = UNSET,
        first: datetime.date,
        last: datetime.date,
    ) -> LedgerStatement:
        """
        Read the statement of a balance.

        What a balance was before the first day and after the last, and by which kinds of moments it changed
        between: opening plus everything in, minus everything out, is closing. `GET /balance-entries` has
        the single ones.

        Needs a key with the scope `balances:read`.
        """
        request = retrieve_ledger_statement.request(
            currency=currency,
            balance=balance,
            first=first,
            last=last,
        )
        return LedgerStatement.from_dict(await self._send(request, None))
