from apps.api.doors import NOTHING_HERE, Door, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.events import place_of
from apps.api.v1.shapes import ENDPOINT_CHANGE, NEW_ENDPOINT, NOTHING, RESEND
from apps.core.errors import NotFound
from apps.core.ids import NotAnId, decode
from apps.core.shapes.fields import Choice
from apps.events import operations as events
from apps.events.models import Delivery, Endpoint, Event
from apps.events.queries import deliveries, delivery_log
from apps.events.representation import represent_endpoint as represent

MANAGE = "partners.manage_endpoints"


class Endpoints(Door):
    @endpoint("listWebhookEndpoints", "List webhook endpoints", permission=MANAGE, answer="WebhookEndpointList",
              query=PagedQuery())  # fmt: skip
    def get(self, request, query):
        """The newest first."""
        rows = Endpoint.objects.filter(partner_id=request.partner.pk)
        return page(request, rows, query, lambda found: [represent(row) for row in found])

    @endpoint("createWebhookEndpoint", "Create a webhook endpoint", permission=MANAGE, status=201, body=NEW_ENDPOINT,
              answer="WebhookEndpointWithSecret")  # fmt: skip
    def post(self, request, document):
        """Its secret is in this answer and in no other."""
        return with_secret(*events.create_endpoint(request.partner.pk, **document, by=request.user))


class OneEndpoint(Door):
    @endpoint("retrieveWebhookEndpoint", "Retrieve a webhook endpoint", permission=MANAGE, answer="WebhookEndpoint",
              tagged=True)  # fmt: skip
    def get(self, request, query, id):
        """Without its secret."""
        return represent(own(Endpoint.objects, request.partner, id))

    @endpoint("updateWebhookEndpoint", "Change a webhook endpoint", permission=MANAGE, answer="WebhookEndpoint",
              body=ENDPOINT_CHANGE, tagged=True, if_match=True)  # fmt: skip
    def patch(self, request, document, id):
        """Members that are left out stay as they are. The former address is not called again."""
        row = own(Endpoint.objects, request.partner, id)
        wanted = {name: value for name, value in document.items() if value is not None}
        return represent(events.update_endpoint(row.pk, **wanted, by=request.user, expected=request.revision))


class EndpointDisabling(Door):
    @endpoint("disableWebhookEndpoint", "Disable a webhook endpoint", permission=MANAGE, answer="WebhookEndpoint",
              body=NOTHING, body_optional=True,
              shows={
                  "status": "disabled",
                  "disabled": {"reason": "Disabled by the platform.", "at": "2026-11-30T09:15:00Z"},
              })  # fmt: skip
    def post(self, request, document, id):
        """It is sent nothing more; what is on its way is abandoned and can be sent again later."""
        row = own(Endpoint.objects, request.partner, id)
        return represent(events.disable_endpoint(row.pk, by=request.user, reason="Disabled by the platform."))


class EndpointEnabling(Door):
    @endpoint("enableWebhookEndpoint", "Enable a webhook endpoint", permission=MANAGE, answer="WebhookEndpoint",
              body=NOTHING, body_optional=True)  # fmt: skip
    def post(self, request, document, id):
        """It is sent what happens from now on."""
        row = own(Endpoint.objects, request.partner, id)
        return represent(events.enable_endpoint(row.pk, by=request.user))


class SecretRotation(Door):
    @endpoint("rotateWebhookSecret", "Give a webhook endpoint a new secret", permission=MANAGE, body=NOTHING,
              body_optional=True, answer="WebhookEndpointWithSecret")  # fmt: skip
    def post(self, request, document, id):
        """For a day messages carry the signatures of both secrets, so that receivers can change over."""
        row = own(Endpoint.objects, request.partner, id)
        return with_secret(*events.rotate_secret(row.pk, by=request.user))


class Ping(Door):
    @endpoint("pingWebhookEndpoint", "Send a webhook endpoint a message to try it", permission=MANAGE,
              answer="WebhookDelivery", body=NOTHING, body_optional=True, status=202,
              shows={"event_type": "webhook_endpoint.pinged", "status": "pending", "attempts": 0,
                     "delivered_at": None, "last_status_code": None})  # fmt: skip
    def post(self, request, document, id):
        """
        An event `webhook_endpoint.pinged`, to this endpoint alone, whichever types it has named. Read the delivery to see
        what your receiver answered.
        """
        row = own(Endpoint.objects, request.partner, id)
        return represent_delivery(events.ping_endpoint(row.pk, by=request.user))


class RangeResending(Door):
    @endpoint("resendWebhookEvents", "Send the messages of a range of events again", permission="events.resend_delivery",
              answer="WebhookResend", body=RESEND, body_optional=True)  # fmt: skip
    def post(self, request, document, id):
        """
        In the order of the events, a thousand at once: go on with `after` while there is `more`. What the endpoint was never
        told, because it was disabled or not there, it is told now; what is on its way is not doubled.
        """
        row = own(Endpoint.objects, request.partner, id)
        after = document["after"] and place_of(request.partner, document["after"], "/after")
        wanted = events.EventRange(
            request.partner.pk, after=after or 0, since=document["since"], until=document["until"],
            types=tuple(document["event_types"] or ()), only_undelivered=document["only_undelivered"],
        )  # fmt: skip
        resent = events.resend_range(wanted, by=request.user, endpoint_id=row.pk)
        last = Event.objects.filter(pk=resent.reached, partner_id=request.partner.pk).first() if resent.more else None
        return {
            "object": "webhook_resend",
            "messages": resent.messages,
            "events": resent.events,
            "more": resent.more,
            "next_after": last.public_id if last else None,
        }


class Deliveries(Door):
    @endpoint("listWebhookDeliveries", "List what was sent to an endpoint", permission="events.view_event",
              answer="WebhookDeliveryList",
              query=PagedQuery(status=Choice(*Delivery.Status.values, required=False)))  # fmt: skip
    def get(self, request, query, id):
        """The newest first."""
        row = own(Endpoint.objects, request.partner, id)
        rows = deliveries(endpoint_id=row.pk, status=query["status"])
        return page(request, rows, query, lambda found: [represent_delivery(delivery) for delivery in found])


class OneDelivery(Door):
    @endpoint("retrieveWebhookDelivery", "Retrieve a delivery", permission="events.view_event",
              answer="WebhookDeliveryWithLog")  # fmt: skip
    def get(self, request, query, id):
        """With every attempt and what the receiver answered."""
        delivery = own_delivery(request.partner, id)
        return {**represent_delivery(delivery), "log": [represent_attempt(row) for row in delivery_log(delivery.pk)]}


class Resending(Door):
    @endpoint("resendWebhookDelivery", "Send a message again", permission="events.resend_delivery",
              answer="WebhookDelivery", body=NOTHING, body_optional=True)  # fmt: skip
    def post(self, request, document, id):
        """Under the same `webhook-id`, so that a receiver that has it already can tell."""
        delivery = own_delivery(request.partner, id)
        return represent_delivery(events.resend(delivery.pk, by=request.user))


def own_delivery(partner, public_id):
    """
    Return the delivery with this id to one of the partner's endpoints.

    :raises NotFound: in the words of `own`.
    """
    try:
        delivery = deliveries(partner_id=partner.pk).filter(pk=decode(Delivery.id_prefix, public_id)).first()
    except NotAnId:
        delivery = None
    if delivery is None:
        raise NotFound(NOTHING_HERE)
    return delivery


def with_secret(row, secret) -> dict:
    """Return the public shape of an endpoint together with its new secret."""
    return {**represent(row), "secret": secret}


def represent_delivery(delivery) -> dict:
    """Return the public shape of a delivery that was loaded with its event and endpoint."""
    pending = delivery.status == Delivery.Status.PENDING
    return {
        "id": delivery.public_id,
        "object": "webhook_delivery",
        "endpoint": delivery.endpoint.public_id,
        "event": delivery.event.public_id,
        "event_type": delivery.event.type,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at.isoformat() if pending else None,
        "last_status_code": delivery.last_status_code,
        "last_error": delivery.last_error or None,
        "delivered_at": delivery.delivered_at.isoformat() if delivery.delivered_at else None,
        "created_at": delivery.created_at.isoformat(),
    }


def represent_attempt(row) -> dict:
    """Return the public shape of one attempt."""
    return {
        "number": row.number,
        "url": row.url,
        "status_code": row.status_code,
        "error": row.error or None,
        "response_body": row.response_body,
        "started_at": row.started_at.isoformat(),
        "duration_ms": row.duration_ms,
    }
