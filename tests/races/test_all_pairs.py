"""
Every two things that change a payout's state, done at the same instant: each happens once or not at all.

RACES sets how often each pair is raced; RACES_OF_OTHERS, if it is another number, how often those are of whose actions only
one has an effect where they meet. A race takes about a twentieth of a second.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections

from apps.audit.invariants import violations
from apps.core.errors import DomainError
from apps.core.statements import ask
from tests import factories
from tests.races import actions, calls
from tests.races.calls import CalledStages
from tests.races.stages import Stages
from tests.simulator.bugs import BUGS

pytestmark = pytest.mark.slow

RACES = int(os.environ.get("RACES", "5"))
RACES_OF_OTHERS = int(os.environ.get("RACES_OF_OTHERS", RACES))

MOST_TRIES = 30

EXCLUSIVE = (
    {"payout.cancelled", "payout.rejected", "payout.expired", "payout.submitting"},
    {"payout.failed", "payout.paid"},
)
"""Of each of these a payout meets one at most in a race."""

UNTOLD = {"create_again", "seal", "hand_over", "receive_refusal"}
"""What these do is not told of the payout."""

SWEPT = {"fund", "expire", "start", "tell", "send", "doubt", "ask"}
"""Jobs that pass over a payout which somebody else has locked: the sweep comes again."""

RAILS = {"files": (Stages, actions), "calls": (CalledStages, calls)}
"""How payouts travel: who walks them to a stage, and the road with what can be done on it."""


@pytest.fixture
def rail():
    return "files"


@pytest.fixture
def stages(rail, platform, bank_account, approvers, operator, analyst, treasurer, settings):
    settings.PAYOUT_WAIT_SECONDS = 0
    factories.fund(platform, bank_account, 200_000_000 * RACES)
    people = {"approver": approvers[0], "other_approver": approvers[1], "operator": operator, "analyst": analyst}
    people |= {"officer": factories.person("compliance_officer"), "treasurer": treasurer}
    people["other_treasurer"] = factories.person("treasurer")
    made = RAILS[rail][0](platform, bank_account, people)
    yield made
    made.leave()


@pytest.fixture
def racers():
    """Two threads that keep their connections."""
    with ThreadPoolExecutor(2) as pool:
        yield Racers(pool)


class Racers:
    """Runs two calls at the same instant; the outcome of each is "done", "refused", or a bug in words."""

    def __init__(self, pool):
        self.pool, self.barrier = pool, Barrier(2)

    def race(self, *calls):
        return [future.result() for future in [self.pool.submit(self._run, call) for call in calls]]

    def _run(self, call):
        self.barrier.wait()
        try:
            call()
        except (DomainError, ObjectDoesNotExist):
            return "refused"
        except Exception as bug:
            return f"{type(bug).__name__}: {bug}"
        return "done"

    def leave(self):
        self.race(connections.close_all, connections.close_all)


def stage_of(road, one, other):
    """Return the first stage at which both have an effect; else the earlier of theirs, where one may make way for the other."""
    common = [stage for stage in road if stage in one.stages and stage in other.stages]
    return common[0] if common else next((stage for stage in road if stage in one.stages + other.stages), None)


@pytest.mark.parametrize("rail", RAILS)
def test_every_pair_has_one_winner(committed_db, rail, stages, racers):
    """Takes most of a minute: each race has a payout of its own that was walked to where they meet."""
    meetings, possible = {}, RAILS[rail][1]
    for pair in combinations_with_replacement(possible.ACTIONS, 2):
        stage = stage_of(possible.ROAD, *pair)
        if stage is None:  # nothing comes of either, anywhere
            continue
        meetings.setdefault(stage, []).extend([pair] * (RACES if both_act(stage, *pair) else RACES_OF_OTHERS))
    wrong = []
    for stage, pairs in meetings.items():
        payouts = stages.payouts_at(stage, len(pairs))
        for payout, pair in zip(payouts, pairs, strict=True):
            wrong += [
                f"{' and '.join(one.name for one in pair)}: {problem}"
                for problem in raced(stages, racers, payout, stage, *pair)
            ]
        wrong += stages.wrong()
        assert violations() == [], stage
    racers.leave()
    assert not wrong, "\n".join(wrong)


def test_without_locks_there_are_two_winners(committed_db, stages, racers):
    """The race itself works: it sees what happens to a product that does not lock."""
    approve, cancel = (next(one for one in actions.ACTIONS if one.name == name) for name in ("approve", "cancel"))
    with BUGS["lock_nothing"]():
        payouts = stages.payouts_at("awaiting_approval", MOST_TRIES)
        seen = [
            problem
            for payout in payouts
            for problem in raced(stages, racers, payout, "awaiting_approval", approve, cancel)
        ]
    racers.leave()
    assert seen


def both_act(stage, one, other):
    return stage in one.stages and stage in other.stages


def raced(stages, racers, payout, stage, one, other):
    """Let two actions meet at a payout and yield what is wrong afterwards."""
    stages.get_ready(stage, payout)
    before = told(payout)
    outcomes = racers.race(lambda: one.act(stages, payout), lambda: other.act(stages, payout))
    after = told(payout) - before
    yield from (outcome for outcome in outcomes if outcome not in ("done", "refused"))
    yield from (f"{event} {count} times" for event, count in after.items() if count > 1)
    for exclusive in EXCLUSIVE:
        if len(met := exclusive & after.keys()) > 1:
            yield f"both {' and '.join(sorted(met))}"
    if both_act(stage, one, other) and set(outcomes) == {"refused"} and "create_again" not in (one.name, other.name):
        yield f"both were refused at {stage}"
    acting = [action for action in (one, other) if stage in action.stages and action.name not in UNTOLD]
    if not after:
        for action in acting:
            if action.name in SWEPT:
                action.act(stages, payout)
    if acting and told(payout) == before:
        yield f"nothing happened at {stage}"


def told(payout):
    return Counter(
        dict(ask("SELECT type, count(*) FROM events_event WHERE subject = %s GROUP BY 1", [payout.public_id]))
    )
