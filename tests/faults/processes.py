"""
Processes of their own that run the product's code and die in the middle of it.

A process is forked, which takes milliseconds, and dies at a place that is named from outside: before or after a call of
one function. The function itself is the product's, called as ever.
"""

import os
import signal
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pkgutil import resolve_name
from unittest.mock import patch

from django.db import connection, connections

from tests.database import ONLOOKER

LONGEST_SECONDS = 30


@dataclass(frozen=True)
class Place:
    """A place in the work of a process: before or after the n-th call of a function."""

    when: str
    function: str
    call: int = 1
    constants: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.when} {self.function.removeprefix('apps.')} {self.call}"


def before(function, call=1, **constants):
    """Name the place before a call of `function`; `constants` of its module have these values in the process."""
    return Place("before", function, call, constants)


def after(function, call=1, **constants):
    return Place("after", function, call, constants)


def run(work):
    """
    Run `work` in a process of its own until it has ended; return 0, or minus the number of the signal that killed it.

    :raises AssertionError: if it ended with an error, which it has printed.
    """
    return wait(start(work))


def start(work):
    """Run `work` in a process of its own; return its id."""
    connections.close_all()  # the two would talk on one connection
    process = os.fork()
    if process == 0:
        ended = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(LONGEST_SECONDS)
            work()
            ended = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(ended)
    return process


def wait(process):
    """Wait until a process has ended; return how it ended, as `run` does."""
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert ended <= 0, "the process ended with an error"
    return ended


def killed(work, place):
    """Run `work` in a process of its own that is killed at a place; fail if it never comes there."""
    assert run(lambda: at(place, die, work)) == -signal.SIGKILL, f"the process never came to {place}"
    wait_until_alone()


def stopped(work, place):
    """Run `work` in a process of its own that stands still at a place; return its id."""
    process = start(lambda: at(place, stand_still, work))
    _, status = os.waitpid(process, os.WUNTRACED)
    assert os.WIFSTOPPED(status), f"the process never came to {place}"
    return process


def let_go_on(process):
    """Let a process that stands still go on to its end; return how it ended, as `run` does."""
    os.kill(process, signal.SIGCONT)
    return wait(process)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def stand_still():
    os.kill(os.getpid(), signal.SIGSTOP)


def at(place, happen, work):
    """Run `work` and return its result; call `happen` when it comes to the place."""
    real = resolve_name(place.function)
    calls = count(1)

    def watched(*args, **kwargs):
        here = next(calls) == place.call
        if here and place.when == "before":
            happen()
        result = real(*args, **kwargs)
        if here and place.when == "after":
            happen()
        return result

    module = place.function.rpartition(".")[0]
    with ExitStack() as stack:
        stack.enter_context(patch(place.function, watched))
        for name, value in place.constants.items():
            stack.enter_context(patch(f"{module}.{name}", value))
        return work()


def wait_until_alone():
    """Wait until the server has noticed that other processes have died, and has rolled back what they left open."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while _others_are_connected():
        assert time.monotonic() < deadline, "the server still works for a process that has died"
        time.sleep(0.005)


def _others_are_connected():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND application_name <> %s",
            [ONLOOKER],
        )
        return cursor.fetchone() is not None
