"""Sending messages again: one, or those of a range of events."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, NotFound
from apps.core.permissions import require_permission
from apps.events.models import Delivery, Endpoint, Event
from apps.events.operations.recording import Fact, record
from apps.events.queries import settled_through

MOST_EVENTS = 1_000
"""So many events are gone through at once; whoever wants more goes on from where it ended."""

_RESEND_RANGE = (Path(__file__).resolve().parent.parent / "sql" / "resend_range.sql").read_text(encoding="utf-8")


class CannotResend(Conflict):
    """`code` says why: on-its-way, endpoint-disabled, nothing-listens."""

    title = "This message cannot be sent again"
    codes = {
        "on-its-way": ("The message has attempts left and is sent by itself.", "Wait for its next attempt."),
        "nothing-listens": ("The platform has no endpoint that is active.", "Add one, or enable one."),
    }


@dataclass(frozen=True)
class EventRange:
    """
    Some events of one partner.

    Those with an id above `after` and up to `through` (None: the last one that is settled), recorded from `since` to before
    `until`, and of `types`; what is not said does not narrow it. `only_undelivered` leaves out what has arrived.
    """

    partner_id: UUID
    after: int = 0
    through: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()
    only_undelivered: bool = False

    def events(self):
        """Return the events of the range, in their order."""
        wanted = {
            "id__gt": self.after,
            "id__lte": self.through,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        rows = Event.objects.filter(partner_id=self.partner_id, id__lte=settled_through())
        rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
        return (rows.filter(type__in=self.types) if self.types else rows).order_by("id")


@dataclass(frozen=True)
class Resent:
    """
    How far a range was gone through: up to the event `reached`, with so many `messages` sent again.

    Where `more` is True, what is left begins after `reached` and ends with `through`.
    """

    messages: int
    events: int
    reached: int
    through: int
    more: bool


@transaction.atomic
def resend(delivery_id, *, by):
    """
    Send a message again, under the same `webhook-id` and with all its attempts. Later events do not wait for it.

    :raises PermissionDenied: if `by` may not resend.
    :raises NotFound: if there is no such delivery, or it is another partner's.
    :raises CannotResend: while it is on its way anyway, or if its endpoint is disabled.
    """
    require_permission(by, "events.resend_delivery")
    [delivery] = Delivery.objects.reachable_by(by).select_related("event", "endpoint").lock([delivery_id])
    if delivery.status == Delivery.Status.PENDING:
        raise CannotResend("It is on its way already.", code="on-its-way")
    if not delivery.endpoint.is_active:
        raise CannotResend("Its endpoint is disabled; enable it first.", code="endpoint-disabled")
    before, now = delivery.status, database_now()
    delivery.status, delivery.attempts, delivery.lease_until = Delivery.Status.PENDING, 0, None
    delivery.next_at = delivery.resent_at = now
    delivery.save(update_fields=["status", "attempts", "lease_until", "next_at", "resent_at"])
    data = {
        "id": delivery.public_id,
        "event": delivery.event.public_id,
        "endpoint": delivery.endpoint.public_id,
        "status": "pending",
    }
    changes = {"status": [before, "pending"]}
    record("webhook_delivery.resent", [Fact(delivery.public_id, None, data, changes)], by=by)
    return delivery


@transaction.atomic
def resend_range(wanted: EventRange, *, by, endpoint_id=None) -> Resent:
    """
    Send the messages of a range of events again, to one endpoint or to every active one of the partner.

    At most `MOST_EVENTS` events at once, in their order: go on with `after=reached` and the same `through` while there is
    `more`. What is on its way is not doubled. What an endpoint was never told, because it was disabled or came later,
    it is told now if it wants to hear of it.

    :raises PermissionDenied: if `by` may not resend.
    :raises NotFound: if there is no such endpoint, or it or the partner is another's.
    :raises CannotResend: if the endpoint is disabled, or the partner has no active one.
    """
    require_permission(by, "events.resend_delivery")
    endpoints = _lock_listeners(wanted.partner_id, endpoint_id, by)
    settled = settled_through()
    through = settled if wanted.through is None else min(wanted.through, settled)
    with connection.cursor() as cursor:
        cursor.execute(
            _RESEND_RANGE,
            {
                "partner": wanted.partner_id,
                "after": wanted.after,
                "through": through,
                "since": wanted.since,
                "until": wanted.until,
                "types": list(wanted.types),
                "most": MOST_EVENTS,
                "endpoints": [endpoint.pk for endpoint in endpoints],
                "only_undelivered": wanted.only_undelivered,
            },
        )
        events, reached, counts = cursor.fetchone()
    counts = json.loads(counts) if isinstance(counts, str) else counts
    more = events == MOST_EVENTS
    reached = reached if more else max(through, wanted.after)
    facts = [
        _fact(endpoint, counts[str(endpoint.pk)], wanted, reached)
        for endpoint in endpoints
        if str(endpoint.pk) in counts
    ]
    record("webhook_endpoint.resent", facts, by=by)
    return Resent(sum(counts.values()), events, reached, through, more)


def _lock_listeners(partner_id, endpoint_id, by) -> list[Endpoint]:
    """Lock the endpoints that are to hear it all again, so that none of them is disabled meanwhile."""
    rows = Endpoint.objects.reachable_by(by).filter(partner_id=partner_id).order_by("pk").select_for_update(no_key=True)
    if endpoint_id is not None:
        found = list(rows.filter(pk=endpoint_id))
        if not found:
            raise NotFound("There is no such endpoint.")
        if not found[0].is_active:
            raise CannotResend("Its endpoint is disabled; enable it first.", code="endpoint-disabled")
        return found
    found = list(rows.filter(status=Endpoint.Status.ACTIVE))
    if not found:
        raise CannotResend("No endpoint of the platform is active.", code="nothing-listens")
    return found


def _fact(endpoint, messages, wanted, reached) -> Fact:
    data = {
        "id": endpoint.public_id,
        "messages": messages,
        "after": wanted.after,
        "through": reached,
        "since": wanted.since,
        "until": wanted.until,
        "types": list(wanted.types),
        "only_undelivered": wanted.only_undelivered,
    }
    return Fact(endpoint.public_id, None, data)
