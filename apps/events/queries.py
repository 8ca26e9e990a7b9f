"""What happened, and what became of telling it."""

from django.db import connection

from apps.events.models import Delivery, DeliveryAttempt, Event


def timeline(subject: str):
    """Return the events of one subject, in the order in which they happened."""
    return Event.objects.filter(subject=subject).order_by("sequence")


def latest_of(subjects) -> dict[str, Event]:
    """Return the last event of each subject, in one query."""
    events = Event.objects.filter(subject__in=subjects).order_by("subject", "-sequence").distinct("subject")
    return {event.subject: event for event in events}


def events_of_partner(partner_id, *, after: int = 0, types=None):
    """
    Return the partner's events with an id above `after`, ascending; slice it to the page's size.

    Whoever goes on from the last id they got misses none: an event that a slower transaction has yet to commit holds
    back those above it.
    """
    events = Event.objects.filter(partner_id=partner_id, id__gt=after, id__lte=settled_through()).order_by("id")
    return events.filter(type__in=types) if types else events


def settled_through() -> int:
    """Return the id up to which no event can be added any more (`sql/guards.sql` says how that is known)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT events_settled_through()")
        return cursor.fetchone()[0]


def latest_deliveries(endpoints, most: int) -> list[Delivery]:
    """Return the latest messages to some endpoints with event and endpoint, by two queries that each read `most` of each."""
    rows = [Delivery.objects.filter(endpoint=one).order_by("-id").values("id")[:most] for one in endpoints]
    if not rows:
        return []
    latest = rows[0].union(*rows[1:], all=True).order_by("-id")[:most] if rows[1:] else rows[0]
    found = Delivery.objects.filter(id__in=[row["id"] for row in latest])
    return list(found.select_related("event", "endpoint").order_by("-id"))


def deliveries(*, partner_id=None, endpoint_id=None, event_id=None, status=None):
    """Return deliveries with their event and endpoint, the newest first."""
    wanted = {
        "endpoint__partner_id": partner_id,
        "endpoint_id": endpoint_id,
        "event_id": event_id,
        "status": status,
    }
    wanted = {name: value for name, value in wanted.items() if value is not None}
    return Delivery.objects.filter(**wanted).select_related("event", "endpoint").order_by("-id")


def delivery_log(delivery_id):
    """Return the attempts made for one delivery, in order."""
    return DeliveryAttempt.objects.filter(delivery_id=delivery_id).order_by("id")
