"""
Triple-run mode: every job that a test runs is run three times, the first of them dying at a boundary that chance chooses.

A queue may run a job as often as it likes, and its process may die at any statement. So a test that is green must be
green in this mode too, for any seed: `TRIPLE_RUN=1 pytest tests/flows`. What is measured by the run, such as the number
of statements, is marked `run_once`.
"""

import os
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from random import Random

from django.db import connection
from django.db.models.functions import Now

from apps.core import queue
from apps.rails.models import PaymentFile

SEED = os.environ.get("TRIPLE_RUN", "")
FARTHEST_STATEMENT = 40
FARTHEST_COMMIT = 4
COMMIT_RATE = 0.4
_NO_BOUNDARY = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Crash(BaseException):
    """The process has died here; no `Exception`, so nothing takes it for a failure and goes on."""


def install(seed=SEED):
    """Let every job be run three times; those who have imported one before keep the one they have."""
    for name, function in list(queue.load_jobs().items()):
        queue.JOBS[name] = thrice(function, seed)
        setattr(sys.modules[function.__module__], function.__name__, queue.JOBS[name])


def thrice(function, seed):
    """Return a job that dies, is taken up by another process when its leases have ended, and is done once more."""

    @wraps(function)
    def run():
        if run_once or getattr(_running, "job", None):  # a job that another one runs is a part of it
            return function()
        _running.job = function
        try:
            with suppress(Crash), _dying(_chance(seed)):
                function()
            connection.run_on_commit = []
            PaymentFile.objects.exclude(lease_until=None).update(lease_until=Now() - timedelta(seconds=1))
            function()
            return function()
        finally:
            _running.job = None

    return run


run_once = False
"""Whether the test that is running is marked `run_once`."""

_running = threading.local()
_chances = {}


def _chance(seed):
    """Return the source of chance of the test that is running, so that a test alone meets what it met among others."""
    name = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" (")[0]
    return _chances.setdefault(name, Random(f"{seed} {name}"))


@contextmanager
def _dying(chance):
    """Raise `Crash` before a statement, or before or after a commit."""
    is_commit = chance.random() < COMMIT_RATE
    left = chance.randint(1, FARTHEST_COMMIT if is_commit else FARTHEST_STATEMENT)
    commit = connection.commit

    def comes():
        nonlocal left
        left -= 1
        return left == 0

    def execute(run, sql, params, many, context):
        if not is_commit and not str(sql).startswith(_NO_BOUNDARY) and comes():
            raise Crash("before a statement")
        return run(sql, params, many, context)

    def commits():
        if is_commit and comes():
            connection.rollback()
            raise Crash("before a commit")
        commit()
        if is_commit and comes():
            raise Crash("after a commit")

    connection.commit = commits
    try:
        with connection.execute_wrapper(execute):
            yield
    finally:
        connection.commit = commit
