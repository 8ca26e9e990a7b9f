"""Many schedules, in one process or in several, and what came of them."""

import gc
import multiprocessing
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.db import connections

from tests import database, processors
from tests.simulator import schedule
from tests.simulator.world import people_arrive

SCHEDULES_PER_DATABASE = 25
"""Then a fresh copy takes its place: invariants look at every row there is, so old schedules make new ones slow."""

_copied = set()  # processes and databases of which there is a copy to begin with


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

    def include(self, other) -> None:
        """Add the sum of other schedules."""
        for name in ("schedules", "steps", "crashes", "payouts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("states", "rail_kinds"):
            sums, more = getattr(self, name), getattr(other, name)
            setattr(self, name, {key: sums.get(key, 0) + more.get(key, 0) for key in sorted(sums | more)})
        self.violations = sorted(self.violations + other.violations)

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
    gc.set_threshold(50_000, 20, 100)  # the collector would look at all of Django again and again
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


def run_in_processes(first_seed, count, processes, *, kind=None, seconds=None) -> Run:
    """
    Run the schedules of `count` seeds in several processes, each with a database and a bank's folder of its own.

    Seeds are dealt out in slices that begin with a fresh database, and none begins after `seconds`.
    """
    total, started = Run(first_seed), time.monotonic()
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    places = fork.Queue()
    for place in range(processes):
        places.put(place)
    with ProcessPoolExecutor(processes, mp_context=fork, initializer=_move_in, initargs=(places,)) as pool:
        slices = [
            pool.submit(
                _run_slice, first, min(SCHEDULES_PER_DATABASE, first_seed + count - first), kind, started, seconds
            )
            for first in range(first_seed, first_seed + count, SCHEDULES_PER_DATABASE)
        ]
        for done in as_completed(slices):
            total.include(done.result())
    for place in range(processes):
        database.drop(_database_of(place))
        shutil.rmtree(_folder_of(place), ignore_errors=True)
    total.seconds = time.monotonic() - started
    return total


def _run_slice(first, count, kind, started, seconds) -> Run:
    if seconds is None:
        return run(first, count, kind=kind)
    left = started + seconds - time.monotonic()  # processes of one machine share this clock
    return run(first, count, kind=kind, seconds=left) if left > 0 else Run(first)


def _move_in(places) -> None:
    """Point this process to a database and a folder of its own."""
    place = places.get()
    processors.stay_on(place)
    name, settings.BANK_FOLDER = _database_of(place), _folder_of(place)
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name


def _database_of(place) -> str:
    return f"{settings.DATABASES['default']['NAME']}_{place}"


def _folder_of(place) -> str:
    return f"{settings.BANK_FOLDER}_{place}"


def _start_afresh(keys):
    """Throw away what schedules have made; what they begin with is made once in each process, and copied."""
    settings.FIELD_KEYS = keys
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    place = os.getpid(), settings.DATABASES["default"]["NAME"]
    if place in _copied:
        database.bring_back("backup")
        return
    database.clone()
    people_arrive()
    database.back_up()
    _copied.add(place)
