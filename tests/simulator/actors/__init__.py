"""
Who acts, and what each may do next.

A step is a function of the world. It does one thing that a process, a person or the bank does at one moment, returns
words for the trace, and may be refused or crash. Its weight says how often it is chosen among all.
"""

from collections.abc import Callable
from dataclasses import dataclass

STEPS = {}


@dataclass(frozen=True)
class Step:
    """One thing that somebody can do; `name` is ``actor.step``."""

    name: str
    weight: int
    act: Callable
    may_crash: bool = True


ROAD = (
    "nature.cut_off_comes",
    "worker.start_due",
    "worker.seal_files",
    "worker.hand_over",
    "bank.take_files",
    "worker.mark_handed_over",
    "bank.deliver",
    "worker.collect_reports",
    "worker.apply_reports",
    "nature.a_day_passes",
    "bank.work",
    "bank.deliver",
    "worker.import_statements",
    "worker.match_waiting",
)
"""
What leads a payout to its end. Half of all steps follow it, each to where there is work, so that crashes meet work and
not idle processes.
"""

REST = (
    "worker.move_waiting",
    "worker.start_due",
    "worker.seal_files",
    "worker.hand_over",
    "bank.take_files",
    "worker.mark_handed_over",
    "bank.work",
    "bank.deliver",
    "worker.collect_reports",
    "worker.apply_reports",
    "worker.import_statements",
    "worker.match_waiting",
)
"""What workers and the bank do in a round of rest, where there is work."""

ROAD_OF_CALLS = (
    "worker.start_due",
    "caller.claim_sends",
    "caller.go_on",
    "caller.go_on",
    "hours.seconds_pass",
    "caller.doubt_dead",
    "hours.next_step_comes",
    "caller.claim_queries",
    "caller.go_on",
    "caller.go_on",
)

SELDOM = ("bank.", "people.", "worker.")
"""How the steps begin that are taken less often in schedules of calls, which have as much to do before a statement comes."""

OF_CALLS = ("caller.", "doubts.", "hours.", "platform.recall")
OF_FILES = (
    "bank.take_files",
    "nature.a_day_passes",
    "nature.cut_off_comes",
    "nature.leases_end",
    "nature.time_passes",
    "worker.apply_reports",
    "worker.collect_reports",
    "worker.hand_over",
    "worker.mark_handed_over",
    "worker.seal_files",
    "worker.whole_submission",
)
"""How the steps begin that only one of the two kinds of rails has."""


def step(weight, *, may_crash=True):
    """Register a step under the name of its module and function."""

    def register(function):
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        STEPS[name] = Step(name, weight, function, may_crash)
        return function

    return register


def all_steps(has_calls=False) -> list[Step]:
    """Return every step of schedules with files, or of those with calls, in an order that never changes."""
    from tests.simulator.actors import bank, caller, doubts, hours, nature, people, platform, worker  # noqa: F401 - they register their steps

    others = OF_FILES if has_calls else OF_CALLS
    return [STEPS[name] for name in sorted(STEPS) if not name.startswith(others)]


def step_called(name) -> Step:
    """Return a step by its name."""
    return STEPS[name]


def weight_of(step, has_calls=False) -> float:
    """Return how often a step is chosen."""
    return step.weight / 3 if has_calls and step.name.startswith(SELDOM) else step.weight
