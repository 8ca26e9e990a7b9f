"""
Five hundred schedules, and five seeded bugs, each by the command: what it prints of a seed is what anybody sees again.

SIMULATOR_SEED chooses the seeds; otherwise they are others every day.
"""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.simulator import runs
from tests.simulator.bugs import BUGS, EQUIVALENT, RACES_ONLY, catchable, found_at

pytestmark = pytest.mark.slow  # the schedules take a minute or two of both cores, the bugs some seconds

ROOT = Path(__file__).resolve().parents[2]
SCHEDULES, CRASHES = 500, 2_500
BUGS_DRAWN = 5
A_DAY_OF_SEEDS = 1_000


def first_seed():
    day = int(time.time()) // 86400
    return int(os.environ.get("SIMULATOR_SEED") or 100_000 + day * A_DAY_OF_SEEDS)


def simulate(*arguments):
    """Run the command beside this process, in databases of its own; return its lines of JSON."""
    variables = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "manage.py", "simulate", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command[1:])}\n{done.stdout}\n{done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_nothing_is_paid_twice_and_nothing_is_lost():
    [total] = simulate("--seed", first_seed(), "--count", SCHEDULES)
    assert total["violations"] == 0
    assert total["schedules"] >= SCHEDULES
    assert total["crashes"] >= CRASHES
    assert total["rail_kinds"]["file"] > SCHEDULES / 5
    assert sum(total["rail_kinds"].values()) - total["rail_kinds"]["file"] > SCHEDULES / 5
    assert min(total["states"][state] for state in ("paid", "failed", "returned", "cancelled")) > 0


def test_seeded_bugs_are_found():
    found = simulate("--seed", first_seed(), "--draw", BUGS_DRAWN)
    assert [bug["found"] for bug in found] == [True] * min(BUGS_DRAWN, len(found_at()))


def test_a_seed_tells_the_same_story_again(committed_db, bank_folder):
    logging.disable(logging.CRITICAL)
    stories = []
    try:
        for _ in range(2):
            story = []
            runs.run(100_001, 1, trace=story.append)
            stories.append(story)
    finally:
        logging.disable(logging.NOTSET)
    assert len(stories[0]) > 20
    assert stories[0] == stories[1]


def test_every_bug_that_is_not_found_has_its_reason():
    assert EQUIVALENT.keys() | RACES_ONLY.keys() <= BUGS.keys()
    assert found_at().keys() <= set(catchable())
    assert len(catchable()) >= 40
