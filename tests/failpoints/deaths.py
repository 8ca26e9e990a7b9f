"""The death of a process at a place that is named from outside, and the wait until nothing is left of it."""

import os
import signal
import sys
import time
import traceback
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from inspect import iscoroutinefunction
from itertools import count
from pkgutil import resolve_name
from unittest.mock import patch

from django.db import connection, connections

KILLED = 137
LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """A place in the work of a process: before, after, or at the commit that ends, the n-th call of a function."""

    when: str
    function: str
    call: int = 1

    def __str__(self):
        return f"{self.when} {self.function.removeprefix('apps.')}" + (f" {self.call}" if self.call > 1 else "")


def before(function, call=1):
    return Place("before", function, call)


def after(function, call=1):
    """Name the place behind a call of `function`, whether it returned or raised."""
    return Place("after", function, call)


def uncommitted(function, call=1):
    """Name the place where all of a function's statements are done, and its transaction is about to be committed."""
    return Place("uncommitted", function, call)


def dies(work, place) -> bool:
    """
    Run `work` in a process of its own that dies at a place; tell whether it came there.

    :raises RuntimeError: if it ended in another way; what it raised is printed.
    """
    since = _clock()
    process = os.fork()
    if process == 0:
        _die_within(lambda: _watched(place, work))
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    _wait_until_gone(since)
    if ended not in (0, KILLED):
        raise RuntimeError(f"the process ended with {ended}")
    return ended == KILLED


def _die_within(work):
    """Run `work` in this process, a child, and end it; the parent's connection is left as it is."""
    ended = 1
    try:
        for inherited in connections.all(initialized_only=True):
            inherited.connection = None
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_SECONDS)
        work()
        ended = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(ended)


def _die():
    os._exit(KILLED)


def _watched(place, work):
    with ExitStack() as stack:
        stack.enter_context(patch(place.function, _wrapped(place, resolve_name(place.function))))
        work()


def _wrapped(place, real):
    calls = count(1)

    @contextmanager
    def watch():
        if next(calls) != place.call:
            yield
            return
        if place.when == "before":
            _die()
        with ExitStack() as stack:
            if place.when == "uncommitted":
                stack.enter_context(patch.object(connection, "commit", _die))
            elif place.when == "after":
                stack.callback(_die)
            yield

    if iscoroutinefunction(real):

        async def watched(*args, **kwargs):
            with watch():
                return await real(*args, **kwargs)
    else:

        def watched(*args, **kwargs):
            with watch():
                return real(*args, **kwargs)

    return watched


def _clock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _wait_until_gone(since):
    """Wait until the server has noticed that the connections made since then are dead, and has rolled back what they left."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_start >= %s"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
                [since],
            )
            if cursor.fetchone() is None:
                return
        assert time.monotonic() < deadline, "the server still works for a process that has died"
        time.sleep(0.002)
