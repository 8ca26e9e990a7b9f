"""
Webhook endpoints.

Looking up a name takes time and belongs to the outside world, so `create_endpoint` and `update_endpoint` judge the address
before they open their transaction.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q

from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, Invalid, NotFound
from apps.core.permissions import SYSTEM, require_permission
from apps.core.revisions import require_revision
from apps.core.text import InvalidText, check_text
from apps.events.catalog import PUBLISHED
from apps.events.destinations import UrlNotAllowed, check_destination
from apps.events.models import EVERY_TYPE, Delivery, Endpoint
from apps.events.operations.recording import Fact, record
from apps.events.representation import represent_endpoint
from apps.events.signing import new_secret

MOST_ENDPOINTS = 20  # of one partner
SECRETS_OVERLAP = timedelta(hours=24)
HEARTBEAT, HEARTBEAT_EVERY = "webhook_endpoint.heartbeat", timedelta(hours=1)


class CannotSaveEndpoint(Invalid):
    title = "This webhook endpoint cannot be saved"


class CannotChangeEndpoint(Conflict):
    """`code` says why: endpoint-disabled, endpoint-active, secret-rotating."""

    title = "This webhook endpoint cannot be changed"
    codes = {
        "endpoint-disabled": (
            "The endpoint is disabled; it gets nothing.",
            "Enable it first, if that is what you want.",
        ),
        "endpoint-active": ("The endpoint is active already.", "Nothing has to be done."),
        "secret-rotating": (
            "The secret was replaced less than a day ago, and messages carry both signatures until that day is over.",
            "Wait until it is over. Only people of the house end both at once.",
        ),
    }


def create_endpoint(partner_id, url, event_types, *, by, description=""):
    """
    Tell a partner's address what happens from now on; return the endpoint and its secret, which is shown this once.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if it is another's partner.
    :raises CannotSaveEndpoint: with a fault for the url, each event type, the description, the number of endpoints.
    """
    require_permission(by, "partners.manage_endpoints")
    wanted = _checked(url=url, event_types=event_types, description=description)
    with transaction.atomic():
        _lock_endpoints_of(partner_id, by)
        if Endpoint.objects.filter(partner_id=partner_id).count() >= MOST_ENDPOINTS:
            fault = Fault("", "too-many-endpoints", f"A partner has at most {MOST_ENDPOINTS} webhook endpoints.")
            raise CannotSaveEndpoint(errors=[fault])
        endpoint, secret = Endpoint(partner_id=partner_id, **wanted), new_secret()
        endpoint.secret_ciphertext = endpoint.seal(secret)
        endpoint.save(force_insert=True)
        record("webhook_endpoint.created", [_fact(endpoint)], by=by)
    return endpoint, secret


def update_endpoint(endpoint_id, *, by, expected=None, **wanted):
    """
    Change `url`, `event_types` or `description`. The former address is not called again, also not for retries.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if there is no such endpoint, or it is another partner's.
    :raises CannotSaveEndpoint: with a fault for each value that is wrong.
    :raises ChangedMeanwhile: if the endpoint is not of the revision `expected`.
    """
    require_permission(by, "partners.manage_endpoints")
    wanted = _checked(**wanted)
    with transaction.atomic():
        [endpoint] = Endpoint.objects.reachable_by(by).lock([endpoint_id])
        require_revision(represent_endpoint(endpoint), expected)
        changes = {
            name: [getattr(endpoint, name), value] for name, value in wanted.items() if getattr(endpoint, name) != value
        }
        if changes:
            _save(endpoint, **wanted)
            record("webhook_endpoint.updated", [_fact(endpoint, changes)], by=by)
    return endpoint


@transaction.atomic
def disable_endpoint(endpoint_id, *, by, reason=""):
    """
    Send an endpoint nothing more; what is on its way to it is abandoned.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if there is no such endpoint, or it is another partner's.
    :raises CannotChangeEndpoint: if it is disabled already.
    """
    require_permission(by, "partners.manage_endpoints")
    [endpoint] = Endpoint.objects.reachable_by(by).lock([endpoint_id])
    if not endpoint.is_active:
        raise CannotChangeEndpoint("It is disabled already.", code="endpoint-disabled")
    _save(endpoint, status=Endpoint.Status.DISABLED, status_reason=reason, disabled_at=database_now())
    Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.PENDING).update(
        status=Delivery.Status.ABANDONED, lease_until=None
    )
    record("webhook_endpoint.disabled", [_told(endpoint, {"status": ["active", "disabled"]})], by=by)
    return endpoint


@transaction.atomic
def enable_endpoint(endpoint_id, *, by):
    """
    Send an endpoint what happens from now on; what was abandoned can be resent.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if there is no such endpoint, or it is another partner's.
    :raises CannotChangeEndpoint: if it is active already.
    """
    require_permission(by, "partners.manage_endpoints")
    [endpoint] = Endpoint.objects.reachable_by(by).lock([endpoint_id])
    if endpoint.is_active:
        raise CannotChangeEndpoint("It is active already.", code="endpoint-active")
    _save(endpoint, status=Endpoint.Status.ACTIVE, status_reason="", disabled_at=None)
    record("webhook_endpoint.enabled", [_told(endpoint, {"status": ["disabled", "active"]})], by=by)
    return endpoint


@transaction.atomic
def ping_endpoint(endpoint_id, *, by):
    """
    Send an endpoint a message to try it with, whatever it wants to hear of; return the delivery.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if there is no such endpoint, or it is another partner's.
    :raises CannotChangeEndpoint: if it is disabled.
    """
    require_permission(by, "partners.manage_endpoints")
    [endpoint] = Endpoint.objects.reachable_by(by).lock([endpoint_id])
    if not endpoint.is_active:
        raise CannotChangeEndpoint("It is disabled; enable it first.", code="endpoint-disabled")
    record("webhook_endpoint.pinged", [_told(endpoint)], by=by, only=endpoint.pk)
    return Delivery.objects.select_related("event", "endpoint").filter(endpoint=endpoint).latest("pk")


@transaction.atomic
def disable_if_silent(delivery_id):
    """
    Disable the endpoint of a delivery that has used up all its attempts, if nothing that came up since has arrived.

    Between the first and the last attempt lie three days. Return whether it was disabled.
    """
    delivery = Delivery.objects.select_related("endpoint").get(pk=delivery_id)
    [endpoint] = Endpoint.objects.lock([delivery.endpoint_id])
    later = Delivery.objects.filter(endpoint=endpoint, pk__gte=delivery.pk, status=Delivery.Status.DELIVERED)
    if not endpoint.is_active or delivery.status != Delivery.Status.FAILED or later.exists():
        return False
    disable_endpoint(endpoint.pk, by=SYSTEM, reason="No message has arrived for three days.")
    return True


@transaction.atomic
def send_heartbeats():
    """Send every active endpoint that names heartbeats one each hour; return how many were sent."""
    due = Q(heartbeat_at=None) | Q(heartbeat_at__lte=database_now() - HEARTBEAT_EVERY)
    waiting = Endpoint.objects.filter(due, status=Endpoint.Status.ACTIVE, event_types__contains=[HEARTBEAT])
    endpoints = list(waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True))
    for endpoint in endpoints:
        endpoint.heartbeat_at = database_now()
        endpoint.save(update_fields=["heartbeat_at"])
        record(HEARTBEAT, [_told(endpoint)], by=SYSTEM, only=endpoint.pk)
    return len(endpoints)


@transaction.atomic
def rotate_secret(endpoint_id, *, by, overlap=SECRETS_OVERLAP):
    """
    Sign with a new secret, and with the former one too for `overlap`; return the endpoint and the new secret, shown once.

    :raises PermissionDenied: if `by` may not manage endpoints.
    :raises NotFound: if there is no such endpoint, or it is another partner's.
    :raises CannotChangeEndpoint: if the former secret of the last rotation is still in use.
    """
    require_permission(by, "partners.manage_endpoints")
    [endpoint] = Endpoint.objects.reachable_by(by).lock([endpoint_id])
    now = database_now()
    if endpoint.previous_secret_until and endpoint.previous_secret_until > now and overlap:
        until = f"{endpoint.previous_secret_until:%Y-%m-%d %H:%M}"
        raise CannotChangeEndpoint(
            f"Two secrets are in use until {until} UTC; rotate without overlap to end both now.", code="secret-rotating"
        )
    secret = new_secret()
    _save(
        endpoint,
        previous_secret_ciphertext=endpoint.secret_ciphertext if overlap else None,
        previous_secret_until=now + overlap if overlap else None,
        secret_ciphertext=endpoint.seal(secret),
    )
    record("webhook_endpoint.secret_rotated", [_fact(endpoint)], by=by)
    return endpoint, secret


def _lock_endpoints_of(partner_id, by):
    """
    Let one endpoint of a partner be added at a time, so that their number is right.

    :raises NotFound: if it is another's partner.
    """
    if getattr(by, "partner_id", None) not in (None, partner_id):
        raise NotFound("There is no such partner.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"events.endpoints/{partner_id}"])


def _save(endpoint, **values):
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.updated_at = database_now()
    endpoint.save(update_fields=[*values, "updated_at"])


def _checked(**wanted):
    """Return the values as they are kept, or refuse with every fault."""
    faults = []
    if "url" in wanted:
        try:
            check_destination(wanted["url"])
        except UrlNotAllowed as refusal:
            faults.append(Fault("/url", "url-not-allowed", str(refusal)))
    if "event_types" in wanted:
        wanted["event_types"] = sorted(set(wanted["event_types"]))
        faults += [
            Fault("/event_types", "unknown-event-type", f"There is no event {name!r}; * stands for every one.")
            for name in wanted["event_types"]
            if name != EVERY_TYPE and name not in PUBLISHED
        ]
        if not wanted["event_types"]:
            faults.append(Fault("/event_types", "no-event-type", "Name at least one event, or *."))
    if "description" in wanted:
        try:
            wanted["description"] = check_text(wanted["description"], max_length=140, blank=True)
        except InvalidText as error:
            faults.append(Fault("/description", error.code, error.detail))
    if faults:
        raise CannotSaveEndpoint(errors=faults)
    return wanted


def _told(endpoint, changes=None):
    """Return what is told of an endpoint to its partner."""
    return Fact(endpoint.public_id, endpoint.partner_id, represent_endpoint(endpoint), changes or {})


def _fact(endpoint, changes=None):
    data = {
        "id": endpoint.public_id,
        "partner": endpoint.partner,
        "url": endpoint.url,
        "description": endpoint.description,
        "event_types": endpoint.event_types,
        "status": str(endpoint.status),
        "status_reason": endpoint.status_reason,
    }
    return Fact(endpoint.public_id, None, data, changes or {})
