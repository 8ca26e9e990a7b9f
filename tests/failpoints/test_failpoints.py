"""As many cases of a seeded fifth as begin within 25 seconds, each place once before any comes twice; all: `python -m tests.failpoints`."""

import logging
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.failpoints import cases, runs

pytestmark = pytest.mark.slow

SECONDS = 25


@pytest.fixture
def seed():
    """The seed that deals the cases: `FAILPOINT_SEED` chooses another."""
    chosen = int(os.environ.get("FAILPOINT_SEED", 1))
    print(f"FAILPOINT_SEED={chosen}")  # noqa: T201 - pytest shows it where this fails
    return chosen


@pytest.fixture
def quiet(settings):
    """Refusals of a simulated bank are no news; its folder is in memory, where there is one."""
    logging.disable(logging.CRITICAL)
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of this database's name below it
        settings.BANK_FOLDER = Path("/dev/shm") / os.environ["TEST_DATABASE"]  # noqa: S108
    yield
    logging.disable(logging.NOTSET)


def test_whoever_dies_wherever_each_payout_is_paid_once(committed_db, quiet, seed):
    total = runs.run(cases.part_of(cases.all_cases(), 1, 5, seed), seconds=SECONDS)
    assert total.problems == []
    assert total.deaths == total.cases > 0


def test_the_table_has_forty_places_and_640_cases():
    every = cases.all_cases()
    assert len({case.row.place for case in every}) >= 40
    assert len(every) >= 640
    for rows, outcomes in cases.TABLE.values():
        assert len(outcomes) == 8
        assert all(any(row.is_crossed_by(outcome) for outcome in outcomes) for row in rows)


def test_the_parts_are_the_whole():
    every = cases.all_cases()
    parts = [cases.part_of(every, number, 5, seed=7) for number in range(1, 6)]
    assert Counter(case for part in parts for case in part) == Counter(every)
    assert parts[0] != cases.part_of(every, 1, 5, seed=8)
