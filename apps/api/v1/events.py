from apps.api.doors import NOTHING_HERE, Door, endpoint
from apps.api.pagination import PagedQuery, page
from apps.core.errors import Fault, Invalid, NotFound
from apps.core.ids import NotAnId, decode
from apps.core.shapes.fields import Identifier, Text
from apps.events.messages import message
from apps.events.models import Event
from apps.events.queries import settled_through


class Events(Door):
    @endpoint("listEvents", "List events", permission="events.view_event", answer="EventList",
              query=PagedQuery(
                  after=Identifier("evt", "Events that came after this one: the last you have seen.", required=False),
                  type=Text("Events of this type.", max_length=60, required=False),
                  subject=Text("Events of the thing with this id.", max_length=40, required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The oldest first, without gaps: reading on after the last event seen finds every later one."""
        rows = Event.objects.filter(partner_id=request.partner.pk, pk__lte=settled_through())
        filters = {name: query[name] for name in ("type", "subject") if query[name] is not None}
        if query["after"] is not None:
            filters["pk__gt"] = place_of(request.partner, query["after"], "?after")
        return page(request, rows.filter(**filters), query, represent_events, newest_first=False)


class OneEvent(Door):
    @endpoint("retrieveEvent", "Retrieve an event", permission="events.view_event", answer="Event")
    def get(self, request, query, id):
        """As webhooks carry it."""
        try:
            event = Event.objects.filter(partner_id=request.partner.pk, uid=decode("evt", id)).first()
        except NotAnId:
            event = None
        if event is None:
            raise NotFound(NOTHING_HERE)
        [shown] = represent_events([event])
        return shown


def represent_events(rows) -> list[dict]:
    """Return events as the API shows them, which is as webhooks carry them."""
    return [{"object": "event", **message(event)} for event in rows]


def place_of(partner, uid, pointer):
    """
    Return where in the order of all events the partner's event with this id is.

    :raises Invalid: with a fault at the pointer, if the partner has no such event.
    """
    event = Event.objects.filter(partner_id=partner.pk, uid=uid).only("pk").first()
    if event is None:
        detail = "A query parameter has faults." if pointer.startswith("?") else ""
        raise Invalid(detail, errors=[Fault(pointer, "unknown-id", NOTHING_HERE)])
    return event.pk
