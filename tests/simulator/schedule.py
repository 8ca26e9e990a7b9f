"""One schedule: steps that chance chooses, crashes among them, then rest, and the comparison with the truth."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction

from apps.core.errors import DomainError
from tests.simulator import truth
from tests.simulator.actors import REST, ROAD, all_steps, bank, nature, people, worker
from tests.simulator.chance import seeded
from tests.simulator.crashes import Boundaries, Crash
from tests.simulator.work import to_do
from tests.simulator.world import World, set_reporting

STEPS_BY_NAME = {step.name: step for step in all_steps()}
STEPS = (30, 50)
ROAD_RATE = 0.5
CRASH_RATE = 0.35
"""How often a crash is armed; half of these come to the boundary at which it waits."""

ROUNDS_WITH_CRASHES = 2
"""Rounds of rest in which somebody may die as well."""

MOST_ROUNDS = 20


@dataclass
class Outcome:
    """What became of a schedule; `problems` is empty if all was well."""

    seed: int
    steps: int = 0
    rounds: int = 0
    crashes: int = 0
    payouts: int = 0
    states: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def run(seed: int, trace=lambda line: None) -> Outcome:
    """Run the schedule of a seed, telling `trace` of each step; the database must have its people."""
    outcome, secret = Outcome(seed), settings.SECRET_KEY
    boundaries = Boundaries()
    try:
        with seeded(seed) as chance, boundaries.watched():
            world = World(seed, chance, boundaries)
            with transaction.atomic():
                set_reporting(world)
            try:
                _live(world, outcome, trace)
                if not outcome.problems:
                    _rest(world, outcome, trace)
            except Exception as failure:
                outcome.problems.append(_words(failure))
            outcome.states = sorted(world.payouts.values_list("status", flat=True))
            outcome.payouts = len(outcome.states)
            world.leave()
    finally:
        settings.SECRET_KEY = secret
    for problem in outcome.problems:
        trace(f"WRONG {problem}")
    return outcome


def _live(world, outcome, trace):
    steps = all_steps()
    weights = [step.weight for step in steps]
    road = Road()
    for number in range(1, world.chance.randint(*STEPS) + 1):
        on_the_road = world.asked and world.chance.random() < ROAD_RATE
        step = road.next_step(world) if on_the_road else world.chance.choices(steps, weights)[0]
        said = _take(step, world, outcome, CRASH_RATE)
        outcome.steps += 1
        trace(f"{number:3} {step.name:24} {said}")


class Road:
    """Goes round the road, past the steps that would find nothing to do; a day passes where all would."""

    def __init__(self):
        self.place = 0

    def next_step(self, world):
        waiting = to_do(world)
        for ahead in range(len(ROAD)):
            name = ROAD[(self.place + ahead) % len(ROAD)]
            if name in waiting:
                self.place = (self.place + ahead + 1) % len(ROAD)
                return STEPS_BY_NAME[name]
        return STEPS_BY_NAME["nature.a_day_passes"]


def _take(step, world, outcome, crash_rate):
    """Take one step and return what is to be said of it."""
    if step.may_crash and world.chance.random() < crash_rate:
        world.boundaries.arm(world.chance)
    try:
        said = step.act(world)
    except Crash as crash:
        outcome.crashes += 1
        return f"CRASH {crash}"
    except DomainError as refusal:
        return f"refused: {refusal.code}"
    finally:
        world.boundaries.disarm()
        assert not connection.in_atomic_block, "a step left a transaction open"
    return "" if said is None else said


def _rest(world, outcome, trace):
    """Let everybody do what there is to do, day after day, until nothing is left; then look at the truth."""
    for outcome.rounds in range(1, MOST_ROUNDS + 1):
        died = _work_off(world, outcome, trace)
        if died:
            continue
        if truth.is_at_rest(world):
            break
        if world.payouts.filter(status="awaiting_funds").exists():
            world.deposit(1_000_000)
        nature.reach_what_is_next(world)
    else:
        outcome.problems += truth.unfinished(world)
    worker.look_again(world)
    trace(f"    at rest after {outcome.rounds} more rounds of work")
    outcome.problems += truth.contradictions(world)


def _work_off(world, outcome, trace) -> bool:
    """Take each step that has something to do, then let people do the same; tell whether somebody died."""
    nature.end_leases(world)
    bank.let_arrive(world)
    crashes, rate = outcome.crashes, CRASH_RATE if outcome.rounds <= ROUNDS_WITH_CRASHES else 0
    waiting = to_do(world)
    for name in REST:
        if name in waiting:
            said = _take(STEPS_BY_NAME[name], world, outcome, rate)
            trace(f"    {name:24} {said}")
            waiting = to_do(world)
    if any(name.startswith("people.") for name in waiting):
        people.decide_all(world)
    return outcome.crashes > crashes


def _words(failure):
    if isinstance(failure, ExceptionGroup):
        return "; ".join(_words(one) for one in failure.exceptions)
    place = failure.__traceback__
    while place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/apps/')[2]}:{place.tb_lineno}"
    return f"{type(failure).__name__} at {where}: {str(failure).splitlines()[0] if str(failure) else ''}"
