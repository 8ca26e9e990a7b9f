"""
Finding events among millions: who did what to whom, when.

A question by person, type or kind is asked type by type, each from the index in which the type's events stand in order,
and put together: so a page costs the same wherever its rows lie. Events are read from the newest on, a page at a time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction

from apps.events.catalog import INTERNAL, PUBLISHED
from apps.events.models import Event

DESCRIPTIONS = PUBLISHED | INTERNAL
ROWS_PER_PAGE = 50
LONGEST_SECONDS = 3
NARROW = 200_000
"""Events between the days of a question that are read one after the other."""
AT_ONCE = timedelta(minutes=10)
"""For so long one statement may be writing events while others write theirs."""


@dataclass(frozen=True)
class TrailQuestion:
    """What is asked of the audit trail; what is empty is not asked. Days are of UTC, both included."""

    actor: str = ""
    type: str = ""
    kind: str = ""
    object: str = ""
    partner_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def types(self) -> list[str]:
        """The types of events that are asked for, one by one; none if all are."""
        if self.type:
            return [self.type]
        if self.kind:
            return types_of(self.kind)
        return sorted(DESCRIPTIONS) if self.actor else []


def kinds() -> list[str]:
    """Return what events are about: the nouns of their types."""
    return sorted({name.partition(".")[0] for name in DESCRIPTIONS})


def types_of(kind: str) -> list[str]:
    return sorted(name for name in DESCRIPTIONS if name.partition(".")[0] == kind)


def find(question: TrailQuestion, *, before: int | None = None, most: int = ROWS_PER_PAGE) -> list[Event]:
    """
    Return the newest events that the question asks for, below the id `before` if one is given.

    :raises OperationalError: if the database would be busy with it for longer than `LONGEST_SECONDS`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LONGEST_SECONDS}s"])
        bounds = _bounds(cursor, question)
        conditions, values = _conditions(question, bounds, before)
        _, _, low, high = bounds
        is_narrow = bool(question.first_day and question.last_day) and high - low <= NARROW and not question.actor
        if is_narrow and question.types:  # read as it stands, it costs less than once for each type
            conditions, values = [*conditions, "type = ANY (%s)"], [*values, question.types]
            question = replace(question, type="", kind="")
        statement, values = _statement(question, conditions, values, most)
        cursor.execute(statement, values)
        ids = [row[0] for row in cursor.fetchall()]
        return list(Event.objects.filter(pk__in=ids).order_by("-id"))


def _bounds(cursor, question):
    """Return the moments of the question's days, and ids between which their events surely stand."""
    begin = question.first_day and datetime.combine(question.first_day, time(), UTC)
    end = question.last_day and datetime.combine(question.last_day + timedelta(days=1), time(), UTC)
    cursor.execute(
        "SELECT events_first_id(%s), events_first_id(%s)", [begin and begin - AT_ONCE, end and end + AT_ONCE]
    )
    low, high = cursor.fetchone()
    return begin, end, low, high


def _conditions(question, bounds, before):
    begin, end, low, high = bounds
    asked = [
        ("id < %s", before),
        ("created_at >= %s", begin),
        ("id >= %s", begin and low),
        ("created_at < %s", end),
        ("id < %s", end and high),
        ("actor_id = %s AND actor_kind <> 'system'", question.actor),
        ("partner_id = %s", question.partner_id),
    ]
    asked = [(condition, value) for condition, value in asked if value is not None and value != ""]
    return [condition for condition, _ in asked], [value for _, value in asked]


def _statement(question, conditions, values, most):
    if question.object:
        return _of_object(question, conditions, values, most)
    if not question.types:
        return f"SELECT id FROM events_event {_where(conditions)} ORDER BY id DESC LIMIT %s", [*values, most]  # noqa: S608
    where = _where(["type = asked.type", *conditions])
    each = f"SELECT id FROM events_event {where} ORDER BY id DESC LIMIT %s"  # noqa: S608  the conditions are constants
    statement = (
        f"SELECT found.id FROM unnest(%s::text[]) AS asked (type), LATERAL ({each}) AS found"  # noqa: S608
        " ORDER BY found.id DESC LIMIT %s"
    )
    return statement, [question.types, *values, most, most]


def _of_object(question, conditions, values, most):
    """Ask for what happened to one thing, and for what was refused or read of it."""
    if question.types:
        conditions, values = [*conditions, "type = ANY (%s)"], [*values, question.types]
    happened = _where(["subject = %s", *conditions])
    named = _where(["type IN ('access.refused', 'personal_data.read')", "data ->> 'object' = %s", *conditions])
    statement = (
        f"(SELECT id FROM events_event {happened} ORDER BY id DESC LIMIT %s) UNION"  # noqa: S608
        f" (SELECT id FROM events_event {named} ORDER BY id DESC LIMIT %s) ORDER BY id DESC LIMIT %s"
    )
    return statement, [question.object, *values, most, question.object, *values, most, most]


def _where(conditions):
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
