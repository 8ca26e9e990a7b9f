"""What pages of any app show of events: the record of one thing, and the endpoints of a platform."""

from django import template

from apps.events.models import Endpoint, Event
from apps.events.queries import latest_deliveries

register = template.Library()

MOST_EVENTS = 12
MOST_DELIVERIES = 10


@register.inclusion_tag("admin/events/history.html", takes_context=True)
def history(context, subject):
    """Show the latest events of one subject, newest first."""
    events = list(Event.objects.filter(subject=subject).order_by("-sequence")[: MOST_EVENTS + 1])
    return {
        "request": context.get("request"),
        "subject_id": subject,
        "events": events[:MOST_EVENTS],
        "more": len(events) > MOST_EVENTS,
    }


@register.inclusion_tag("admin/events/webhooks.html", takes_context=True)
def webhooks(context, partner):
    """Show a platform's webhook endpoints with the latest messages to them, to people who may look after these."""
    person = context["request"].user
    if not (person.has_perm("events.view_event") or person.has_perm("events.resend_delivery")):
        return {"allowed": False}
    endpoints = list(Endpoint.objects.filter(partner_id=partner.pk))
    return {
        "allowed": True,
        "request": context["request"],
        "endpoints": endpoints,
        "deliveries": latest_deliveries(endpoints, MOST_DELIVERIES),
        "partner": partner,
    }
