"""One schedule: steps that chance chooses, crashes among them, then rest, and the comparison with the truth."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction

from apps.core.errors import DomainError
from tests.simulator import rest_of_calls, truth
from tests.simulator.actors import (
    REST,
    ROAD,
    ROAD_OF_CALLS,
    Step,
    all_steps,
    bank,
    hours,
    nature,
    people,
    step_called,
    weight_of,
    worker,
)
from tests.simulator.chance import seeded
from tests.simulator.crashes import Boundaries, Crash
from tests.simulator.kinds import bank_of, kind_of
from tests.simulator.work import KNOWN, to_do
from tests.simulator.world import World, set_reporting

STEPS = (14, 26)
FIRST_OF_CALLS = ("worker.import_statements", "platform.ask_for_batch", "worker.start_due")
ROAD_RATE = 0.5
IDLE_RATE = 0.1
"""How often a step is taken without a look whether it would find something to do."""

ASKING = ("platform.ask", "platform.ask_for_batch")
LAST_ASKED = 0.6
"""After this part of a schedule no more payouts are asked for: what comes later meets few others, and few crashes."""

CRASH_RATE, CRASH_RATE_OF_CALLS = 0.45, 0.6
"""How often a crash is armed; half of these come to the boundary at which it waits."""

LOOK_RATE = 0.3
"""How often somebody looks in the middle and after an undoing: what is wrong there may be made good before the end."""

ROUNDS_WITH_CRASHES = 2
"""Rounds of rest in which somebody may die as well."""

SECOND_THOUGHTS_RATE = 0.25
"""How often somebody takes back a match when all is at rest: most of them are made after the steps."""

MOST_ROUNDS = 20

_IN_A_FOLDER = re.compile(rf"{re.escape(str(settings.BASE_DIR))}/|.*/(?:site-packages|python3[.]\d+)/")
"""What of a file's name differs from machine to machine."""


@dataclass
class Outcome:
    """What became of a schedule; `problems` is empty if all was well."""

    seed: int
    kind: str
    steps: int = 0
    rounds: int = 0
    crashes: int = 0
    payouts: int = 0
    states: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def run(seed: int, trace=lambda line: None, kind=None) -> Outcome:
    """Run the schedule of a seed, of its own kind or another, telling `trace` of each step; the database must have its people."""
    outcome, secret = Outcome(seed, kind or kind_of(seed)), settings.SECRET_KEY
    boundaries = Boundaries()
    try:
        with seeded(seed) as chance, boundaries.watched(), bank_of(outcome.kind, chance, boundaries) as called:
            world = World(seed, chance, boundaries, called)
            with transaction.atomic():
                set_reporting(world)
            try:
                _live(world, outcome, trace)
                if not outcome.problems:
                    _rest(world, outcome, trace)
            except Exception as failure:
                outcome.problems.append(_words(failure))
            outcome.states = sorted(payout.status for payout in world.all_payouts())
            outcome.payouts = len(outcome.states)
            world.leave()
    finally:
        settings.SECRET_KEY = secret
    for problem in outcome.problems:
        trace(f"WRONG {problem}")
    return outcome


def crash_rate(world) -> float:
    return CRASH_RATE_OF_CALLS if world.bank else CRASH_RATE


def _live(world, outcome, trace):
    steps = all_steps(has_calls=bool(world.bank))
    road = _road(
        world, ROAD_OF_CALLS if world.bank else ROAD, "hours.next_step_comes" if world.bank else "nature.a_day_passes"
    )
    count = world.chance.randint(*STEPS)
    checked = world.chance.randint(1, count) if world.chance.random() < LOOK_RATE else None
    for number in range(1, count + 1):
        if world.bank and number <= len(FIRST_OF_CALLS):
            step = step_called(FIRST_OF_CALLS[number - 1])
        elif world.asked and world.chance.random() < ROAD_RATE:
            step = step_called(next(road))
        else:
            step = _any_of(steps, world, is_late=number > count * LAST_ASKED)
        said = _take(step, world, outcome, crash_rate(world))
        outcome.steps += 1
        if number == checked or step.name == "people.undo" and world.chance.random() < LOOK_RATE:
            outcome.problems += truth.at_any_moment(world)
        trace(f"{number:3} {step.name:24} {said}")


def _any_of(steps, world, is_late):
    """Choose a step, mostly of those that would find something to do; nobody asks for more payouts when it is late."""
    if is_late and world.asked:
        steps = [step for step in steps if not step.name.startswith(ASKING)]
    if world.chance.random() > IDLE_RATE:
        waiting = to_do(world)
        steps = [step for step in steps if step.name in waiting or step.name not in KNOWN]
    return world.chance.choices(steps, [weight_of(step, bool(world.bank)) for step in steps])[0]


def _road(world, road, time_passes):
    """Yield the way round the road, past the steps that would find nothing to do; time passes where all would."""
    place = 0
    while True:
        waiting = to_do(world)
        ahead = (place + step for step in range(len(road)))
        place = next((at for at in ahead if (name := road[at % len(road)]) in waiting or name not in KNOWN), None)
        yield time_passes if place is None else road[place % len(road)]
        place = 0 if place is None else place + 1


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
    has_second_thoughts = world.chance.random() < SECOND_THOUGHTS_RATE
    for outcome.rounds in range(1, MOST_ROUNDS + 1):
        rate = crash_rate(world) if outcome.rounds <= ROUNDS_WITH_CRASHES else 0

        def take(name, act, rate=rate):
            trace(f"    {name:24} {_take(Step(name, 0, lambda _: act()), world, outcome, rate)}")

        if world.bank:
            rest_of_calls.work_a_day(world, take)
        elif _work_off(world, outcome, trace, rate):
            continue
        if truth.is_at_rest(world):
            if not has_second_thoughts:
                break
            has_second_thoughts = False
            take("people.undo", lambda: people.undo(world))
            outcome.problems += truth.at_any_moment(world)
            continue
        if any(payout.status == "awaiting_funds" for payout in world.all_payouts()):
            world.deposit(1_000_000)
        hours.next_day(world) if world.bank else nature.reach_what_is_next(world)
    else:
        outcome.problems += truth.unfinished(world)
    if not world.bank:
        worker.look_again(world)
    trace(f"    at rest after {outcome.rounds} more rounds of work")
    outcome.problems += truth.contradictions(world)


def _work_off(world, outcome, trace, rate) -> bool:
    """Take each step that has something to do, then let people do the same; tell whether somebody died."""
    nature.end_leases(world)
    bank.everything_arrives(world)
    crashes = outcome.crashes
    waiting = to_do(world)
    for step in map(step_called, REST):
        if step.name in waiting:
            said = _take(step, world, outcome, rate)
            trace(f"    {step.name:24} {said}")
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
    where = f"{_IN_A_FOLDER.sub('', place.tb_frame.f_code.co_filename)}:{place.tb_lineno}"
    return f"{type(failure).__name__} at {where}: {str(failure).splitlines()[0] if str(failure) else ''}"
