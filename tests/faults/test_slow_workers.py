"""
A worker that stands still in the middle of a step, while others do its work, and then goes on as if nothing had been.

It stands still for a second or more, and the others walk the whole road meanwhile.
"""

import os
import signal

import pytest

from apps.payouts.models import Payout
from apps.payouts.operations import mark_handed_over
from tests.faults import processes
from tests.faults.processes import after, before, let_go_on, run

FILES = "apps.rails.operations.files"
FOLDER = "apps.rails.transports.folder"
SUBMIT = "apps.payouts.operations.submit"
LEASE_SECONDS = 0.5
"""Short, so that the time in which the worker may hand over has passed when it goes on."""

pytestmark = pytest.mark.slow


@pytest.fixture
def stopped():
    """Start a process that stands still at a place; if it still does at the end of the test, it is killed."""
    started = []

    def start(work, place):
        started.append(processes.stopped(work, place))
        return started[-1]

    yield start
    for process in started:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
        os.waitpid(process, 0)


@pytest.mark.parametrize(
    "place",
    [
        before(f"{FOLDER}.place"),
        before(f"{FOLDER}._write_beside"),
        after(f"{FOLDER}._write_beside"),
        before(f"{FOLDER}.os.link"),
        after(f"{FOLDER}.os.link"),
        after(f"{FOLDER}.place"),
        after(f"{FILES}._finish_handing_over"),
    ],
    ids=str,
)
def test_sleeping_through_the_lease_does_no_harm(road, stopped, monkeypatch, place):
    monkeypatch.setattr(f"{FILES}.LEASE_SECONDS", LEASE_SECONDS)
    sleeper = stopped(road.submit, place)
    assert run(road.go_on) == 0
    assert let_go_on(sleeper) == 0
    road.answer()
    road.assert_everything_happened_once()


def test_payouts_that_another_worker_holds_are_told_later(road, stopped):
    """The one that holds them dies, so nobody has told them, whatever the other found to do."""
    holder = stopped(road.submit, before("apps.payouts.models.attempt.AttemptQuerySet.move_live"))
    assert mark_handed_over() == 0
    os.kill(holder, signal.SIGKILL)
    processes.wait(holder)
    processes.wait_until_alone()
    assert set(Payout.objects.values_list("status", flat=True)) == {"submitting"}
    assert run(road.go_on) == 0
    road.assert_everything_happened_once()


def test_claims_of_one_worker_are_left_alone_by_another(road, stopped):
    claimer = stopped(road.submit, after("apps.payouts.facts.record"))
    road.submit()
    assert set(Payout.objects.values_list("status", flat=True)) == {"scheduled"}
    assert let_go_on(claimer) == 0
    assert run(road.go_on) == 0
    road.assert_everything_happened_once()
