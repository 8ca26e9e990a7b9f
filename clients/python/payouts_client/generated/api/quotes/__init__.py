from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.new_quote import NewQuote
from ...models.quote import Quote
from ...types import UNSET, File, Unset
from . import (
    create_quote,
    retrieve_quote,
)


class QuotesResource:
    """Operations on quotes; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def create_quote(
        self,
        body: NewQuote,
        *,
        idempotency_key: str | None = None,
    ) -> Quote:
        """
        Ask what a payout would cost.

        On every rail: the fee and what it is made of, who pays it, what your balance would be charged, what
        would arrive and when, or why the rail cannot be taken. Name the quote as `quote` of one payout
        before it expires, and the payout has exactly this price or is refused.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_quote.request(
            body,
        )
        return Quote.from_dict(self._send(request, idempotency_key))

    def retrieve_quote(
        self,
        id: str,
    ) -> Quote:
        """
        Retrieve a quote.

        With the payout that was made at its price, if one was.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_quote.request(
            id,
        )
        return Quote.from_dict(self._send(request, None))


class AsyncQuotesResource:
    """Operations on quotes, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def create_quote(
        self,
        body: NewQuote,
        *,
        idempotency_key: str | None = None,
    ) -> Quote:
        """
        Ask what a payout would cost.

        On every rail: the fee and what it is made of, who pays it, what your balance would be charged, what
        would arrive and when, or why the rail cannot be taken. Name the quote as `quote` of one payout
        before it expires, and the payout has exactly this price or is refused.

        Needs a key with the scope `payouts:write` or `batches:write`.
        """
        request = create_quote.request(
            body,
        )
        return Quote.from_dict(await self._send(request, idempotency_key))

    async def retrieve_quote(
        self,
        id: str,
    ) -> Quote:
        """
        Retrieve a quote.

        With the payout that was made at its price, if one was.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_quote.request(
            id,
        )
        return Quote.from_dict(await self._send(request, None))
