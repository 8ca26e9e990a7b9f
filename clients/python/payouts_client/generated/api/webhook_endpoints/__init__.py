from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.list_webhook_deliveries_status import (
    ListWebhookDeliveriesStatus,
    check_list_webhook_deliveries_status,
)
from ...models.new_webhook_endpoint import NewWebhookEndpoint
from ...models.nothing import Nothing
from ...models.webhook_delivery import WebhookDelivery
from ...models.webhook_delivery_list import WebhookDeliveryList
from ...models.webhook_endpoint import WebhookEndpoint
from ...models.webhook_endpoint_change import WebhookEndpointChange
from ...models.webhook_endpoint_list import WebhookEndpointList
from ...models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
from ...models.webhook_resend import WebhookResend
from ...models.webhook_resend_range import WebhookResendRange
from ...types import UNSET, File, Unset
from . import (
    create_webhook_endpoint,
    disable_webhook_endpoint,
    enable_webhook_endpoint,
    list_webhook_deliveries,
    list_webhook_endpoints,
    ping_webhook_endpoint,
    resend_webhook_events,
    retrieve_webhook_endpoint,
    rotate_webhook_secret,
    update_webhook_endpoint,
)


class WebhookEndpointsResource:
    """Operations on webhook endpoints; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_webhook_endpoints(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> WebhookEndpointList:
        """
        List webhook endpoints.

        The newest first.

        Needs a key with the scope `webhooks:write`.
        """
        request = list_webhook_endpoints.request(
            limit=limit,
            cursor=cursor,
        )
        return WebhookEndpointList.from_dict(self._send(request, None))

    def create_webhook_endpoint(
        self,
        body: NewWebhookEndpoint,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """
        Create a webhook endpoint.

        Its secret is in this answer and in no other.

        Needs a key with the scope `webhooks:write`.
        """
        request = create_webhook_endpoint.request(
            body,
        )
        return WebhookEndpointWithSecret.from_dict(self._send(request, idempotency_key))

    def retrieve_webhook_endpoint(
        self,
        id: str,
    ) -> WebhookEndpoint:
        """
        Retrieve a webhook endpoint.

        Without its secret.

        Needs a key with the scope `webhooks:write`.
        """
        request = retrieve_webhook_endpoint.request(
            id,
        )
        return WebhookEndpoint.from_dict(self._send(request, None))

    def update_webhook_endpoint(
        self,
        id: str,
        body: WebhookEndpointChange,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Change a webhook endpoint.

        Members that are left out stay as they are. The former address is not called again.

        Needs a key with the scope `webhooks:write`.
        """
        request = update_webhook_endpoint.request(
            id,
            body,
            if_match=if_match,
        )
        return WebhookEndpoint.from_dict(self._send(request, idempotency_key))

    def list_webhook_deliveries(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListWebhookDeliveriesStatus | Unset = UNSET,
    ) -> WebhookDeliveryList:
        """
        List what was sent to an endpoint.

        The newest first.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_webhook_deliveries.request(
            id,
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return WebhookDeliveryList.from_dict(self._send(request, None))

    def disable_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Disable a webhook endpoint.

        It is sent nothing more; what is on its way is abandoned and can be sent again later.

        Needs a key with the scope `webhooks:write`.
        """
        request = disable_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookEndpoint.from_dict(self._send(request, idempotency_key))

    def enable_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Enable a webhook endpoint.

        It is sent what happens from now on.

        Needs a key with the scope `webhooks:write`.
        """
        request = enable_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookEndpoint.from_dict(self._send(request, idempotency_key))

    def ping_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookDelivery:
        """
        Send a webhook endpoint a message to try it.

        An event `webhook_endpoint.pinged`, to this endpoint alone, whichever types it has named. Read the
        delivery to see what your receiver answered.

        Needs a key with the scope `webhooks:write`.
        """
        request = ping_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookDelivery.from_dict(self._send(request, idempotency_key))

    def resend_webhook_events(
        self,
        id: str,
        body: WebhookResendRange | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookResend:
        """
        Send the messages of a range of events again.

        In the order of the events, a thousand at once: go on with `after` while there is `more`. What the
        endpoint was never told, because it was disabled or not there, it is told now; what is on its way is
        not doubled.

        Needs a key with the scope `webhooks:write`.
        """
        request = resend_webhook_events.request(
            id,
            body,
        )
        return WebhookResend.from_dict(self._send(request, idempotency_key))

    def rotate_webhook_secret(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """
        Give a webhook endpoint a new secret.

        For a day messages carry the signatures of both secrets, so that receivers can change over.

        Needs a key with the scope `webhooks:write`.
        """
        request = rotate_webhook_secret.request(
            id,
            body,
        )
        return WebhookEndpointWithSecret.from_dict(self._send(request, idempotency_key))


class AsyncWebhookEndpointsResource:
    """Operations on webhook endpoints, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_webhook_endpoints(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
    ) -> WebhookEndpointList:
        """
        List webhook endpoints.

        The newest first.

        Needs a key with the scope `webhooks:write`.
        """
        request = list_webhook_endpoints.request(
            limit=limit,
            cursor=cursor,
        )
        return WebhookEndpointList.from_dict(await self._send(request, None))

    async def create_webhook_endpoint(
        self,
        body: NewWebhookEndpoint,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """
        Create a webhook endpoint.

        Its secret is in this answer and in no other.

        Needs a key with the scope `webhooks:write`.
        """
        request = create_webhook_endpoint.request(
            body,
        )
        return WebhookEndpointWithSecret.from_dict(await self._send(request, idempotency_key))

    async def retrieve_webhook_endpoint(
        self,
        id: str,
    ) -> WebhookEndpoint:
        """
        Retrieve a webhook endpoint.

        Without its secret.

        Needs a key with the scope `webhooks:write`.
        """
        request = retrieve_webhook_endpoint.request(
            id,
        )
        return WebhookEndpoint.from_dict(await self._send(request, None))

    async def update_webhook_endpoint(
        self,
        id: str,
        body: WebhookEndpointChange,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Change a webhook endpoint.

        Members that are left out stay as they are. The former address is not called again.

        Needs a key with the scope `webhooks:write`.
        """
        request = update_webhook_endpoint.request(
            id,
            body,
            if_match=if_match,
        )
        return WebhookEndpoint.from_dict(await self._send(request, idempotency_key))

    async def list_webhook_deliveries(
        self,
        id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        status: ListWebhookDeliveriesStatus | Unset = UNSET,
    ) -> WebhookDeliveryList:
        """
        List what was sent to an endpoint.

        The newest first.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_webhook_deliveries.request(
            id,
            limit=limit,
            cursor=cursor,
            status=status,
        )
        return WebhookDeliveryList.from_dict(await self._send(request, None))

    async def disable_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Disable a webhook endpoint.

        It is sent nothing more; what is on its way is abandoned and can be sent again later.

        Needs a key with the scope `webhooks:write`.
        """
        request = disable_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookEndpoint.from_dict(await self._send(request, idempotency_key))

    async def enable_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpoint:
        """
        Enable a webhook endpoint.

        It is sent what happens from now on.

        Needs a key with the scope `webhooks:write`.
        """
        request = enable_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookEndpoint.from_dict(await self._send(request, idempotency_key))

    async def ping_webhook_endpoint(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookDelivery:
        """
        Send a webhook endpoint a message to try it.

        An event `webhook_endpoint.pinged`, to this endpoint alone, whichever types it has named. Read the
        delivery to see what your receiver answered.

        Needs a key with the scope `webhooks:write`.
        """
        request = ping_webhook_endpoint.request(
            id,
            body,
        )
        return WebhookDelivery.from_dict(await self._send(request, idempotency_key))

    async def resend_webhook_events(
        self,
        id: str,
        body: WebhookResendRange | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookResend:
        """
        Send the messages of a range of events again.

        In the order of the events, a thousand at once: go on with `after` while there is `more`. What the
        endpoint was never told, because it was disabled or not there, it is told now; what is on its way is
        not doubled.

        Needs a key with the scope `webhooks:write`.
        """
        request = resend_webhook_events.request(
            id,
            body,
        )
        return WebhookResend.from_dict(await self._send(request, idempotency_key))

    async def rotate_webhook_secret(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointWithSecret:
        """
        Give a webhook endpoint a new secret.

        For a day messages carry the signatures of both secrets, so that receivers can change over.

        Needs a key with the scope `webhooks:write`.
        """
        request = rotate_webhook_secret.request(
            id,
            body,
        )
        return WebhookEndpointWithSecret.from_dict(await self._send(request, idempotency_key))
