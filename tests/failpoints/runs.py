"""Many cases in a row, in databases that are thrown away, and what came of them."""

import gc
import shutil
import threading
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from apps.sandbox.instant.customers import Customers
from apps.sandbox.instant.server import InstantBank
from tests import database
from tests.events.conftest import Receiver
from tests.failpoints import cases, road, truth
from tests.failpoints.deaths import dies
from tests.failpoints.world import LONGEST_LEASE_SECONDS, Surroundings, World, close
from tests.faults.uploads import uploads_noted

ROADS_PER_DATABASE = 30
"""Then a fresh clone takes its place: invariants look at every row there is, so old cases make new ones slow."""


@dataclass
class Run:
    """The sum over cases; `problems` are (cases of a road, problem)."""

    cases: int = 0
    roads: int = 0
    deaths: int = 0
    places: set = field(default_factory=set)
    problems: list = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict:
        return {
            "cases": self.cases,
            "roads": self.roads,
            "deaths": self.deaths,
            "places": len(self.places),
            "pairs_not_crossed": len(cases.pairs_not_crossed()),
            "problems": [f"{case}: {problem}" for case, problem in self.problems],
            "seconds": round(self.seconds, 1),
        }


def run(chosen, tell=lambda line: None, *, seconds=None, deaths=1) -> Run:
    """
    Run cases, or as many as begin within `seconds`; the database's content is thrown away.

    Up to so many `deaths` happen on one road, which saves most of the time. A case that the deaths before it have kept
    the road from has a road of its own.
    """
    total, started = Run(), time.monotonic()
    gc.collect()
    gc.freeze()
    roads = deque(cases.roads_of(chosen, deaths))
    with uploads_noted():
        while roads:
            with _fresh() as surroundings:
                for _ in range(min(len(roads), ROADS_PER_DATABASE)):
                    if seconds is not None and time.monotonic() - started > seconds:
                        roads.clear()
                        break
                    _add(total, roads, surroundings, tell)
    total.seconds = time.monotonic() - started
    return total


def _add(total, roads, surroundings, tell):
    """Walk the next road; what did not happen on it, though it was not the first to happen, is put behind the others."""
    chosen, began = roads.popleft(), time.monotonic()
    doomed, is_told = Doomed(chosen), any(case.row.step is road.tell for case in chosen)
    total.roads += 1
    world = World(f"case-{total.roads}", chosen[0].family, chosen[0].outcome, surroundings, is_told=is_told)
    try:
        road.walk(world, doomed.take)
        problems = truth.contradictions(world)
    except Exception as failure:
        problems = [f"{type(failure).__name__}: {failure}"]
    close(world.bank_account)
    if doomed.living and len(chosen) > 1:
        roads.extend([case] for case in doomed.living)
    elif doomed.living:
        problems.append("the road never came to the place")
    happened = [case for case in chosen if case not in doomed.living or len(chosen) == 1]
    total.cases += len(happened)
    total.deaths += len(chosen) - len(doomed.living)
    total.places.update(case.row.place for case in happened)
    words = " and ".join(map(str, chosen))
    total.problems += [(words, problem) for problem in problems]
    tell(f"{time.monotonic() - began:5.2f} s  {words}")
    for problem in problems:
        tell(f"    WRONG {problem}")


class Doomed:
    """
    Takes the steps of a road: in a process of its own while there is a case whose place is in the step, until that has
    died there. Whoever takes it after that comes to the next place.
    """

    def __init__(self, chosen):
        self.living, self.taken = list(chosen), Counter()

    def take(self, step, world):
        self.taken[step] += 1
        while case := self._next(step):
            if not dies(lambda: step(world), case.row.place):
                return
            self.living.remove(case)
            if case.retry == cases.AFTER_THE_LEASES:
                world.let_pass(LONGEST_LEASE_SECONDS)
        step(world)

    def _next(self, step):
        is_later = self.taken[step] > 1
        return next((case for case in self.living if case.row.step is step and (is_later or not case.row.later)), None)


@contextmanager
def _fresh():
    """Have a fresh database with its people, the bank of instant payments, and a receiver of webhooks."""
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    database.clone()
    settings.BANK_FOLDER.mkdir(parents=True)
    customers, receiver = Customers(), Receiver()
    customers("")  # its connection to the database stands before processes are forked
    bank = InstantBank(("127.0.0.1", 0), customers)
    threading.Thread(target=bank.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield Surroundings(bank.url, receiver)
    finally:
        bank.shutdown()
        bank.server_close()
        receiver.close()
        customers.close()
        connections.close_all()
