from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.list_recipients_status import (
    ListRecipientsStatus,
    check_list_recipients_status,
)
from ...models.new_method import NewMethod
from ...models.new_recipient import NewRecipient
from ...models.nothing import Nothing
from ...models.payout_method_version_list import PayoutMethodVersionList
from ...models.recipient import Recipient
from ...models.recipient_change import RecipientChange
from ...models.recipient_check import RecipientCheck
from ...models.recipient_list import RecipientList
from ...models.recipient_verification import RecipientVerification
from ...models.retirement import Retirement
from ...models.withdrawal import Withdrawal
from ...types import UNSET, File, Unset
from . import (
    change_recipient_method,
    check_recipient,
    create_recipient,
    list_recipient_methods,
    list_recipients,
    retire_recipient,
    retrieve_recipient,
    update_recipient,
    verify_recipient,
    withdraw_recipient_method,
)


class RecipientsResource:
    """Operations on recipients; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_recipients(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        reference: str | Unset = UNSET,
        status: ListRecipientsStatus | Unset = UNSET,
    ) -> RecipientList:
        """
        List recipients.

        The newest first.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_recipients.request(
            limit=limit,
            cursor=cursor,
            reference=reference,
            status=status,
        )
        return RecipientList.from_dict(self._send(request, None))

    def create_recipient(
        self,
        body: NewRecipient,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Create a recipient.

        With its payout method, or without one for now. Account numbers are encrypted and shown masked ever
        after.

        Needs a key with the scope `recipients:write`.
        """
        request = create_recipient.request(
            body,
        )
        return Recipient.from_dict(self._send(request, idempotency_key))

    def check_recipient(
        self,
        body: NewRecipient,
        *,
        idempotency_key: str | None = None,
    ) -> RecipientCheck:
        """
        Check a recipient without keeping it.

        The body of a new recipient, judged by the same rules: every fault at once, or which rails would
        reach it. Nothing is kept.

        Needs a key with the scope `recipients:write`.
        """
        request = check_recipient.request(
            body,
        )
        return RecipientCheck.from_dict(self._send(request, idempotency_key))

    def retrieve_recipient(
        self,
        id: str,
    ) -> Recipient:
        """
        Retrieve a recipient.

        In its newest version, with its newest method.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_recipient.request(
            id,
        )
        return Recipient.from_dict(self._send(request, None))

    def update_recipient(
        self,
        id: str,
        body: RecipientChange,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Change a recipient.

        What differs makes the next version; payouts already made keep the version they were made with.
        Where the recipient is paid is changed by `POST /recipients/{id}/method`.

        Needs a key with the scope `recipients:write`.
        """
        request = update_recipient.request(
            id,
            body,
            if_match=if_match,
        )
        return Recipient.from_dict(self._send(request, idempotency_key))

    def change_recipient_method(
        self,
        id: str,
        body: NewMethod,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Give a recipient another bank account.

        A first account is usable at once. Another one is `proposed` (`method_change`): a second person of
        the house has to confirm it, and it rests until `usable_from` besides. Payouts made meanwhile are
        made to it and wait; if it is refused, they end as `rejected` and the account before counts again.
        Payouts already made keep the account they were made for. While one change waits, no other is taken.

        Needs a key with the scope `recipients:write`.
        """
        request = change_recipient_method.request(
            id,
            body,
        )
        return Recipient.from_dict(self._send(request, idempotency_key))

    def withdraw_recipient_method(
        self,
        id: str,
        body: Withdrawal | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Take another bank account back.

        While it waits for a second person. Payouts made to it end as `rejected`; the account before counts
        again.

        Needs a key with the scope `recipients:write`.
        """
        request = withdraw_recipient_method.request(
            id,
            body,
        )
        return Recipient.from_dict(self._send(request, idempotency_key))

    def list_recipient_methods(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> PayoutMethodVersionList:
        """
        List a recipient's accounts.

        Every version there was, the newest first, each with how its change stands.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_recipient_methods.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return PayoutMethodVersionList.from_dict(self._send(request, None))

    def retire_recipient(
        self,
        id: str,
        body: Retirement | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Retire a recipient.

        No new payouts are made to it, for good. Payouts that exist go on; cancel those you do not want.

        Needs a key with the scope `recipients:write`.
        """
        request = retire_recipient.request(
            id,
            body,
        )
        return Recipient.from_dict(self._send(request, idempotency_key))

    def verify_recipient(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> RecipientVerification:
        """
        Verify where a recipient is paid.

        Looks at the newest account once more: whether it can be right, whether it may be used by now, and
        which rails reach it today. A check that nobody can make says `unavailable`; nothing is guessed.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = verify_recipient.request(
            id,
            body,
        )
        return RecipientVerification.from_dict(self._send(request, idempotency_key))


class AsyncRecipientsResource:
    """Operations on recipients, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_recipients(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        reference: str | Unset = UNSET,
        status: ListRecipientsStatus | Unset = UNSET,
    ) -> RecipientList:
        """
        List recipients.

        The newest first.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_recipients.request(
            limit=limit,
            cursor=cursor,
            reference=reference,
            status=status,
        )
        return RecipientList.from_dict(await self._send(request, None))

    async def create_recipient(
        self,
        body: NewRecipient,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Create a recipient.

        With its payout method, or without one for now. Account numbers are encrypted and shown masked ever
        after.

        Needs a key with the scope `recipients:write`.
        """
        request = create_recipient.request(
            body,
        )
        return Recipient.from_dict(await self._send(request, idempotency_key))

    async def check_recipient(
        self,
        body: NewRecipient,
        *,
        idempotency_key: str | None = None,
    ) -> RecipientCheck:
        """
        Check a recipient without keeping it.

        The body of a new recipient, judged by the same rules: every fault at once, or which rails would
        reach it. Nothing is kept.

        Needs a key with the scope `recipients:write`.
        """
        request = check_recipient.request(
            body,
        )
        return RecipientCheck.from_dict(await self._send(request, idempotency_key))

    async def retrieve_recipient(
        self,
        id: str,
    ) -> Recipient:
        """
        Retrieve a recipient.

        In its newest version, with its newest method.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_recipient.request(
            id,
        )
        return Recipient.from_dict(await self._send(request, None))

    async def update_recipient(
        self,
        id: str,
        body: RecipientChange,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Change a recipient.

        What differs makes the next version; payouts already made keep the version they were made with.
        Where the recipient is paid is changed by `POST /recipients/{id}/method`.

        Needs a key with the scope `recipients:write`.
        """
        request = update_recipient.request(
            id,
            body,
            if_match=if_match,
        )
        return Recipient.from_dict(await self._send(request, idempotency_key))

    async def change_recipient_method(
        self,
        id: str,
        body: NewMethod,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Give a recipient another bank account.

        A first account is usable at once. Another one is `proposed` (`method_change`): a second person of
        the house has to confirm it, and it rests until `usable_from` besides. Payouts made meanwhile are
        made to it and wait; if it is refused, they end as `rejected` and the account before counts again.
        Payouts already made keep the account they were made for. While one change waits, no other is taken.

        Needs a key with the scope `recipients:write`.
        """
        request = change_recipient_method.request(
            id,
            body,
        )
        return Recipient.from_dict(await self._send(request, idempotency_key))

    async def withdraw_recipient_method(
        self,
        id: str,
        body: Withdrawal | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Take another bank account back.

        While it waits for a second person. Payouts made to it end as `rejected`; the account before counts
        again.

        Needs a key with the scope `recipients:write`.
        """
        request = withdraw_recipient_method.request(
            id,
            body,
        )
        return Recipient.from_dict(await self._send(request, idempotency_key))

    async def list_recipient_methods(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> PayoutMethodVersionList:
        """
        List a recipient's accounts.

        Every version there was, the newest first, each with how its change stands.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = list_recipient_methods.request(
            id,
            limit=limit,
            cursor=cursor,
        )
        return PayoutMethodVersionList.from_dict(await self._send(request, None))

    async def retire_recipient(
        self,
        id: str,
        body: Retirement | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> Recipient:
        """
        Retire a recipient.

        No new payouts are made to it, for good. Payouts that exist go on; cancel those you do not want.

        Needs a key with the scope `recipients:write`.
        """
        request = retire_recipient.request(
            id,
            body,
        )
        return Recipient.from_dict(await self._send(request, idempotency_key))

    async def verify_recipient(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> RecipientVerification:
        """
        Verify where a recipient is paid.

        Looks at the newest account once more: whether it can be right, whether it may be used by now, and
        which rails reach it today. A check that nobody can make says `unavailable`; nothing is guessed.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = verify_recipient.request(
            id,
            body,
        )
        return RecipientVerification.from_dict(await self._send(request, idempotency_key))
