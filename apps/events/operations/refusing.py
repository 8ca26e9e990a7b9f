"""What was refused, and what auditors read, written into the audit trail when the door closes behind them."""

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.core.ids import encode, uuid7
from apps.core.refusals import noting
from apps.events.models import HourlyCount
from apps.events.operations.recording import Fact, record

MOST_TOLD = 20
"""Refusals of one action that are events, for each actor and hour; what comes after them is counted."""

_COUNT = (Path(__file__).resolve().parent.parent / "sql" / "count_in_hour.sql").read_text(encoding="utf-8")


@contextmanager
def door(channel: str, **place):
    """
    Open a door: what is refused while it is open is recorded when it closes, however it closes.

    `place` says where: the `action` for refusals that name none, the `object`, the address of the caller.
    """
    with noting() as noted:
        try:
            yield noted
        finally:
            record_refusals(noted, channel, **place)


def record_refusals(refusals, channel: str, *, action="", object="", **place) -> None:
    """
    Record each refusal as an event, in transactions of their own; beyond `MOST_TOLD` in an hour they are only counted.

    Call it where no transaction of the refused operation is open any more.
    """
    for refusal in refusals:
        objects = sorted({*refusal.objects, object} - {""})
        data = {
            "action": refusal.action or action,
            "code": refusal.code,
            "faults": list(refusal.faults),
            "object": objects[0] if objects else "",
            "objects": objects,
            "channel": channel,
            "door": action,
            **place,
        }
        _record_one(refusal.by, data)


@transaction.atomic
def _record_one(by, data):
    pk, count = _counted(by, data["action"])
    if count <= MOST_TOLD:
        data |= {"count": count, "most_told": MOST_TOLD}
        record("access.refused", [Fact(encode(HourlyCount.id_prefix, pk), None, data)], by=by)


@transaction.atomic
def record_reading(public_id: str, page: str, *, by) -> None:
    """Record that somebody read a page that says whom payouts go to, once an hour for each page."""
    pk, count = _counted(by, f"read {page} {public_id}")
    if count == 1:
        data = {"object": public_id, "page": page}
        record("personal_data.read", [Fact(encode(HourlyCount.id_prefix, pk), None, data)], by=by)


def _counted(by, action):
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"id": uuid7(), "actor_id": by.actor_id, "action": action[:80]})
        return cursor.fetchone()


def forget_counts() -> None:
    """Remove the counts of hours that are over."""
    HourlyCount.objects.filter(hour__lt=Now() - timedelta(hours=2)).delete()
