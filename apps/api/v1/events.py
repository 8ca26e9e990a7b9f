from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from apps.api.doors import Door, endpoint
from apps.api.fields import Identifier, Text
from apps.api.pagination import PagedQuery, page
from apps.core.errors import NotFound
from apps.core.ids import NotAnId, decode
from apps.events.models import Event

# Numbers are given to events before their transactions commit, so a higher number can be visible before a lower one.
# Only events older than every transaction still running are shown; whoever reads on after the last one misses nothing.
_SETTLED = "age(events_event.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)"


class Events(Door):
    @endpoint("listEvents", "List events", permission="events.view_event", answer="EventList",
              query=PagedQuery(
                  after=Identifier("evt", "Events that came after this one: the last you have seen.", required=False),
                  type=Text("Events of this type.", max_length=60, required=False),
                  subject=Text("Events of the thing with this id.", max_length=40, required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The oldest first, without gaps: reading on after the last event seen finds every later one."""
        rows = _settled(Event.objects.filter(partner=request.partner))
        filters = {name: query[name] for name in ("type", "subject") if query[name] is not None}
        if query["after"] is not None:
            filters["pk__gt"] = _own_event(request.partner, query["after"]).pk
        return page(request, rows.filter(**filters), query, represent_events, newest_first=False)


class OneEvent(Door):
    @endpoint("retrieveEvent", "Retrieve an event", permission="events.view_event", answer="Event")
    def get(self, request, query, id):
        """As webhooks carry it."""
        try:
            uid = decode("evt", id)
        except NotAnId:
            uid = None
        [shown] = represent_events([_own_event(request.partner, uid)])
        return shown


def represent_events(rows) -> list[dict]:
    """Return events as the API shows them: the message of the webhook, and who did it."""
    return [
        {
            "id": event.public_id,
            "object": "event",
            "type": event.type,
            "created_at": event.created_at.isoformat(),
            "sequence": event.sequence,
            "subject": event.subject,
            "actor": {"kind": event.actor_kind, "label": _label(event)},
            "changes": event.changes,
            "data": event.data,
        }
        for event in rows
    ]


def _label(event):
    """Name keys of the partner's own; people of the house stay unnamed."""
    return event.actor_label if event.actor_kind == "key" else None


def _own_event(partner, uid):
    event = Event.objects.filter(partner=partner, uid=uid).first() if uid else None
    if event is None:
        raise NotFound("There is nothing here with this id.")
    return event


def _settled(rows):
    if connection.in_atomic_block:
        return rows  # a caller inside a transaction of its own sees what it wrote itself
    return rows.filter(RawSQL(_SETTLED, [], output_field=BooleanField()))  # noqa: S611 - a constant
