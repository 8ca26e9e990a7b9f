"""Many cases in a row, in databases that are thrown away, and what came of them."""

import gc
import shutil
import threading
import time
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

CASES_PER_DATABASE = 30
"""Then a fresh clone takes its place: invariants look at every row there is, so old cases make new ones slow."""


@dataclass
class Run:
    """The sum over cases; `problems` are (case, problem)."""

    cases: int = 0
    deaths: int = 0
    places: set = field(default_factory=set)
    problems: list = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict:
        return {
            "cases": self.cases,
            "deaths": self.deaths,
            "places": len(self.places),
            "pairs_not_crossed": len(cases.pairs_not_crossed()),
            "problems": [f"{case}: {problem}" for case, problem in self.problems],
            "seconds": round(self.seconds, 1),
        }


def run(chosen, tell=lambda line: None, *, seconds=None) -> Run:
    """Run cases, or as many as begin within `seconds`; the database's content is thrown away."""
    total, started = Run(), time.monotonic()
    gc.collect()
    gc.freeze()
    with uploads_noted():
        for first in range(0, len(chosen), CASES_PER_DATABASE):
            with _fresh() as surroundings:
                for number, case in enumerate(chosen[first : first + CASES_PER_DATABASE]):
                    if seconds is not None and time.monotonic() - started > seconds:
                        break
                    _add(total, case, f"case-{first + number}", surroundings, tell)
    total.seconds = time.monotonic() - started
    return total


def _add(total, case, name, surroundings, tell):
    began, doomed = time.monotonic(), Doomed(case)
    world = World(name, case.family, case.outcome, surroundings, is_told=case.row.step is road.tell)
    try:
        road.walk(world, doomed.take)
        problems = truth.contradictions(world)
    except Exception as failure:
        problems = [f"{type(failure).__name__}: {failure}"]
    close(world.bank_account)
    if not doomed.has_died:
        problems.append("the road never came to the place")
    total.cases += 1
    total.deaths += doomed.has_died
    total.places.add(case.row.place)
    total.problems += [(case, problem) for problem in problems]
    tell(f"{time.monotonic() - began:5.2f} s  {case}")
    for problem in problems:
        tell(f"    WRONG {problem}")


class Doomed:
    """Takes the steps of a road: the case's in a process of its own, until one has died at the case's place."""

    def __init__(self, case):
        self.case, self.has_died, self.taken = case, False, 0

    def take(self, step, world):
        row = self.case.row
        if step is row.step and not self.has_died:
            self.taken += 1
            if not row.later or self.taken > 1:
                self.has_died = dies(lambda: step(world), row.place)
                if not self.has_died:
                    return
                if self.case.retry == cases.AFTER_THE_LEASES:
                    world.let_pass(LONGEST_LEASE_SECONDS)
        step(world)


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
