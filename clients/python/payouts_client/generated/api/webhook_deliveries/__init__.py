from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.nothing import Nothing
from ...models.webhook_delivery import WebhookDelivery
from ...models.webhook_delivery_with_log import WebhookDeliveryWithLog
from ...types import UNSET, File, Unset
from . import (
    resend_webhook_delivery,
    retrieve_webhook_delivery,
)


class WebhookDeliveriesResource:
    """Operations on webhook deliveries; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def retrieve_webhook_delivery(
        self,
        id: str,
    ) -> WebhookDeliveryWithLog:
        """
        Retrieve a delivery.

        With every attempt and what the receiver answered.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = retrieve_webhook_delivery.request(
            id,
        )
        return WebhookDeliveryWithLog.from_dict(self._send(request, None))

    def resend_webhook_delivery(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookDelivery:
        """
        Send a message again.

        Under the same `webhook-id`, so that a receiver that has it already can tell.

        Needs a key with the scope `webhooks:write`.
        """
        request = resend_webhook_delivery.request(
            id,
            body,
        )
        return WebhookDelivery.from_dict(self._send(request, idempotency_key))


class AsyncWebhookDeliveriesResource:
    """Operations on webhook deliveries, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def retrieve_webhook_delivery(
        self,
        id: str,
    ) -> WebhookDeliveryWithLog:
        """
        Retrieve a delivery.

        With every attempt and what the receiver answered.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = retrieve_webhook_delivery.request(
            id,
        )
        return WebhookDeliveryWithLog.from_dict(await self._send(request, None))

    async def resend_webhook_delivery(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookDelivery:
        """
        Send a message again.

        Under the same `webhook-id`, so that a receiver that has it already can tell.

        Needs a key with the scope `webhooks:write`.
        """
        request = resend_webhook_delivery.request(
            id,
            body,
        )
        return WebhookDelivery.from_dict(await self._send(request, idempotency_key))
