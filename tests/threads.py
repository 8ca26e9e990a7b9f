"""Calls that meet: started together in threads, each on a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from apps.core.errors import DomainError


def at_once(*calls):
    """Run the calls in threads that start together; return what each returned, or the refusal it met."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def refused(outcomes):
    """Return the refusals among the outcomes."""
    return [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
