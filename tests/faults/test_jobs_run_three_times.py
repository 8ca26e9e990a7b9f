"""
Every job of the road is run three times, the first time dying at a boundary; a walk takes about two seconds.

The whole suite can be run so: `TRIPLE_RUN=1 pytest tests/payouts tests/reconciliation tests/rails tests/flows tests/events`.
"""

import pytest

from apps.core import queue
from apps.payouts.models import Payout
from tests import triple_run

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(monkeypatch):
    """Return a function that has every job of the queue run three times, with the chances of a seed."""
    usual = dict(queue.load_jobs())

    def run_thrice(seed):
        changed = {name: triple_run.thrice(function, f"seed {seed}") for name, function in usual.items()}
        monkeypatch.setattr(queue, "JOBS", changed)

    return run_thrice


@pytest.mark.parametrize("seed", range(3))
def test_everything_happens_once(road, jobs, seed):
    jobs(seed)
    road.go_on()
    road.assert_everything_happened_once()


def test_a_job_dies_and_is_done_twice_more(db, monkeypatch):
    ended = []

    def start():
        Payout.objects.filter(status="scheduled").count()
        Payout.objects.filter(status="scheduled").count()
        ended.append(len(ended))

    monkeypatch.setattr(triple_run, "FARTHEST_STATEMENT", 1)
    monkeypatch.setattr(triple_run, "COMMIT_RATE", 0)
    triple_run.thrice(start, "any seed")()
    assert ended == [0, 1]
