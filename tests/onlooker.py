"""
Somebody beside the tests who looks whether the invariants hold.

To plan their queries takes a hundred times as long as to run them on few rows, so one session keeps the plans while
the sessions of the tests come and go.
"""

from concurrent.futures import ThreadPoolExecutor

from django.db import OperationalError, connection

from apps.audit.invariants import violations
from tests.database import ONLOOKER

_beside = ThreadPoolExecutor(1, thread_name_prefix=ONLOOKER)


def violations_committed() -> list:
    """Return what `violations` finds in what is committed."""
    return _beside.submit(_look).result()


def _look():
    try:
        return _look_once()
    except OperationalError:  # its database was dropped, another has the name now
        connection.close()
        return _look_once()


def _look_once():
    if connection.connection is None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET application_name = '{ONLOOKER}'")
    return violations()


def leave() -> None:
    """End the session."""
    _beside.submit(lambda: connection.close()).result()
