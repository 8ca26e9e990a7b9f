"""The invariants, checked while the portal works: what contradicts one stops the rail concerned, or everything."""

import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from apps.audit.invariants import violations_soonest
from apps.audit.models import InvariantRun
from apps.audit.queries import last_run
from apps.core.database import assert_no_open_transaction, database_now
from apps.core.permissions import SYSTEM
from apps.core.statements import ask
from apps.payouts.errors import CannotStop
from apps.payouts.operations import stop_sending
from apps.rails.models import Stop
from apps.rails.registry import RAILS

EVERY = timedelta(seconds=60)
ONE_AT_A_TIME = 0x696E76


def watch_invariants(*, every=EVERY) -> InvariantRun | None:
    """
    Check every invariant if the last check is `every` ago and nobody else is at it; return the run, or None.

    What was not found at the last check stops its rail, or everything if its row names none, until two people lift the
    stop. What they have looked at does not stop it again, as long as it stays.
    """
    assert_no_open_transaction()
    with _alone() as is_alone:
        before = last_run()
        if not is_alone or before and before.ran_at > database_now() - every:
            return None
        began = time.monotonic()
        found = violations_soonest()
        return _note(found, before, milliseconds=round(1000 * (time.monotonic() - began)))


@contextmanager
def _alone():
    """
    Tell whether nobody else is at it, and keep others from it until the block ends.

    It takes a lock of the session, since sessions that share the checks see nothing of a transaction that is open here.
    """
    [(is_alone,)] = ask("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield is_alone
    finally:
        if is_alone:
            ask("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


@transaction.atomic
def _note(found, before, *, milliseconds) -> InvariantRun:
    """Stop what contradicts an invariant and was not found `before`, and keep what was found."""
    known = {(known["code"], _rail_of(known["row"])) for known in before.violations} if before else set()
    news = {}
    for violation in found:
        place = violation.code, _rail_of(violation.row)
        if place not in known:
            news.setdefault(place[1], violation)
    for rail, violation in news.items():
        _stop(rail, str(violation))
    return InvariantRun.objects.create(
        milliseconds=milliseconds,
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
