"""
A process and its database sessions on one processor.

Client and server of a session take turns. Where each waits on a processor of its own, every statement wakes a processor that
has gone to sleep, which takes up to five times as long as a short statement itself.
"""

import contextlib
import os
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.signals import connection_created


def stay_on(place: int) -> None:
    """Keep this thread, what it starts, and sessions with the embedded server on the processor with this number."""
    if not settings.EMBEDDED or not hasattr(os, "sched_setaffinity"):
        return
    mine = {place % os.cpu_count()}
    try:
        os.sched_setaffinity(0, mine)
    except OSError:  # somebody has given us others
        return

    def bring_along(connection, **kwargs):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(connection.connection.info.backend_pid, mine)

    connection_created.connect(bring_along, weak=False, dispatch_uid="processors")


@contextmanager
def anywhere():
    """Let this thread and what it starts run on every processor until the block ends."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
