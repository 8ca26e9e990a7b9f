"""
A seeded fifth of the cases, up to six on a road: it takes about 40 seconds. `python -m tests.failpoints` runs them all,
each on a road of its own.
"""

import logging
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.failpoints import cases, runs

pytestmark = pytest.mark.slow

DEATHS_ON_A_ROAD = 6


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
    chosen = cases.part_of(cases.all_cases(), 1, 5, seed)
    total = runs.run(chosen, deaths=DEATHS_ON_A_ROAD)
    assert total.problems == []
    assert total.deaths == total.cases == len(chosen) >= 128


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


def test_cases_that_share_a_road_differ_in_place_only():
    chosen = cases.part_of(cases.all_cases(), 1, 5, seed=7)
    roads = cases.roads_of(chosen, 6)
    assert Counter(case for road in roads for case in road) == Counter(chosen)
    for road in roads:
        assert len({(case.family, case.outcome) for case in road}) == 1
        assert len({case.row for case in road}) == len(road) <= 6
    assert cases.roads_of(chosen, 1) == [[case] for case in chosen]
