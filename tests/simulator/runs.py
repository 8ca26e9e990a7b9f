"""Many schedules in a row, and what came of them."""

import gc
import shutil
import time
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.db import connections

from tests import database
from tests.simulator import schedule
from tests.simulator.world import people_arrive

SCHEDULES_PER_DATABASE = 40
"""Then a fresh clone takes its place: invariants look at every row there is, so old schedules make new ones slow."""


@dataclass
class Run:
    """The sum over schedules; `violations` are (seed, problem)."""

    first_seed: int
    schedules: int = 0
    steps: int = 0
    crashes: int = 0
    payouts: int = 0
    states: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)
    rail_kinds: dict = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, outcome) -> None:
        self.schedules += 1
        for name in ("steps", "crashes", "payouts"):
            setattr(self, name, getattr(self, name) + getattr(outcome, name))
        self.rail_kinds[outcome.kind] = self.rail_kinds.get(outcome.kind, 0) + 1
        for state in outcome.states:
            self.states[state] = self.states.get(state, 0) + 1
        self.violations += [(outcome.seed, problem) for problem in outcome.problems]

    def as_dict(self) -> dict:
        return asdict(self) | {"seconds": round(self.seconds, 1)}


def run(first_seed, count, *, kind=None, seconds=None, until_found=False, trace=lambda line: None) -> Run:
    """
    Run the schedules of `count` seeds, or as many as begin within `seconds`; with `until_found` stop at the first problem.

    Each is of the kind that its seed chooses, or of the one given.
    The database's content is thrown away.
    """
    total, started = Run(first_seed), time.monotonic()
    gc.freeze()
    keys = settings.FIELD_KEYS
    try:
        for seed in range(first_seed, first_seed + count):
            if seconds is not None and time.monotonic() - started > seconds or until_found and total.violations:
                break
            if total.schedules % SCHEDULES_PER_DATABASE == 0:
                _start_afresh(keys)
            total.add(schedule.run(seed, trace, kind))
    finally:
        settings.FIELD_KEYS = keys
        connections.close_all()
    total.seconds = time.monotonic() - started
    return total


def _start_afresh(keys):
    settings.FIELD_KEYS = keys
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    database.clone()
    people_arrive()
