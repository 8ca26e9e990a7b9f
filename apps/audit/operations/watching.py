"""The invariants, checked while the portal works: what contradicts one stops the rail concerned, or everything."""

import time
from datetime import timedelta

from django.db import connection, transaction

from apps.audit.invariants import violations
from apps.audit.models import InvariantRun
from apps.audit.queries import last_run
from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.payouts.errors import CannotStop
from apps.payouts.operations import stop_sending
from apps.rails.models import Stop
from apps.rails.registry import RAILS

EVERY = timedelta(seconds=60)
ONE_AT_A_TIME = 0x696E76


@transaction.atomic
def watch_invariants(*, every=EVERY) -> InvariantRun | None:
    """
    Check every invariant if the last check is `every` ago and nobody else is at it; return the run, or None.

    What was not found at the last check stops its rail, or everything if its row names none, until two people lift the
    stop. What they have looked at does not stop it again, as long as it stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return None
    before = last_run()
    if before and before.ran_at > database_now() - every:
        return None
    began = time.monotonic()
    found = violations()
    known = {(known["code"], _rail_of(known["row"])) for known in before.violations} if before else set()
    news = {}
    for violation in found:
        place = violation.code, _rail_of(violation.row)
        if place not in known:
            news.setdefault(place[1], violation)
    for rail, violation in news.items():
        _stop(rail, str(violation))
    return InvariantRun.objects.create(
        milliseconds=round(1000 * (time.monotonic() - began)),
        violations=[{"code": one.code, "title": one.title, "row": one.row} for one in found],
    )


def _rail_of(row) -> str:
    """Return the rail that a row names, or nothing."""
    rail = row.get("rail")
    return rail if rail in RAILS else ""


def _stop(rail, reason) -> None:
    scope = Stop.Scope.RAIL if rail else Stop.Scope.EVERYTHING
    try:
        stop_sending(scope, rail, by=SYSTEM, reason=reason, kind=Stop.Kind.INVARIANT)
    except CannotStop as refusal:
        if refusal.code != "already-stopped":
            raise
