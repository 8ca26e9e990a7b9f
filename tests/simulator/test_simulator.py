"""
Some hundred schedules, and five seeded bugs, each by the command: what it prints of a seed is what anybody sees again.

SIMULATOR_SEED chooses other seeds, SIMULATOR_SCHEDULES another number.
"""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction
from django_fsm import TransitionNotAllowed

from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, settle_payouts
from apps.payouts.operations.outcomes import Evidence
from tests import factories, processors
from tests.simulator import runs, schedule
from tests.simulator.bugs import BUGS, EQUIVALENT, POINTS_ONLY, RACES_ONLY, catchable, found_at

pytestmark = pytest.mark.slow  # the schedules take two minutes, the bugs some seconds each

ROOT = Path(__file__).resolve().parents[2]
SCHEDULES = int(os.environ.get("SIMULATOR_SCHEDULES", 500))
CRASHES_PER_SCHEDULE = 5
BUGS_DRAWN = 5
FIRST_SEED = int(os.environ.get("SIMULATOR_SEED", 100_000))


def simulate(*arguments):
    """Run the command beside this process, in databases of its own; return its lines of JSON."""
    variables = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "manage.py", "simulate", *map(str, arguments)]
    with processors.anywhere():
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command[1:])}\n{done.stdout}\n{done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_nothing_is_paid_twice_and_nothing_is_lost():
    """About two minutes: they need both processors."""
    [total] = simulate("--seed", FIRST_SEED, "--count", SCHEDULES)
    assert (total["violations"], total["schedules"]) == (0, SCHEDULES)
    assert total["crashes"] >= CRASHES_PER_SCHEDULE * SCHEDULES
    assert len(total["rail_kinds"]) > 1
    assert total["states"]["paid"] > 0


def test_seeded_bugs_are_found():
    found = simulate("--seed", FIRST_SEED, "--draw", BUGS_DRAWN)
    assert [bug["found"] for bug in found] == [True] * BUGS_DRAWN


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


def test_every_bug_finds_the_place_that_it_patches():
    for bug in BUGS.values():
        with bug():
            pass


def test_what_a_schedule_failed_with_names_no_folder_of_the_machine():
    try:
        raise ValueError("why")
    except ValueError as failure:
        ours = schedule._words(failure)
    try:
        json.loads("{")
    except ValueError as failure:
        theirs = schedule._words(failure)
    assert ours.startswith("ValueError at tests/simulator/test_simulator.py:")
    assert theirs.startswith("JSONDecodeError at json/decoder.py:")


def test_the_state_machine_refuses_what_a_bug_would_settle_in_any_state(platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    today = database_now().date()
    debit = Evidence(payout.pk, payout.net, "sl_any", "ma_any", today, today)
    with BUGS["settle_in_any_state"](), transaction.atomic(), pytest.raises(TransitionNotAllowed):
        settle_payouts([debit], by=SYSTEM)
    assert Payout.objects.get(pk=payout.pk).status == payout.status == "scheduled"


def test_every_bug_that_is_not_found_has_its_reason():
    assert EQUIVALENT.keys() | RACES_ONLY.keys() | POINTS_ONLY.keys() <= BUGS.keys()
    assert found_at().keys() == set(catchable())
    assert len(catchable()) >= 40
