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
from tests.failpoints import road, truth
from tests.failpoints.deaths import dies
from tests.failpoints.world import LONGEST_LEASE_SECONDS, World, people_arrive, uploads_noted

CASES_PER_DATABASE = 30
"""Then a fresh clone takes its place: invariants look at every row there is, so old cases make new ones slow."""


@dataclass
class Run:
    """The sum over cases; `problems` are (case, problem)."""

    cases: int = 0
    deaths: int = 0
    places: set = field(default_factory=set)
    not_crossed: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict:
        return {
            "cases": self.cases,
            "deaths": self.deaths,
            "places": len({place for _, place in self.places}),
            "not_crossed": [str(case) for case in self.not_crossed],
            "problems": [f"{case}: {problem}" for case, problem in self.problems],
            "seconds": round(self.seconds, 1),
        }


def run(cases, tell=lambda line: None) -> Run:
    """Run cases; the database's content is thrown away."""
    total, started = Run(), time.monotonic()
    gc.collect()
    gc.freeze()
    with uploads_noted():
        for first in range(0, len(cases), CASES_PER_DATABASE):
            with _fresh() as surroundings:
                for number, case in enumerate(cases[first : first + CASES_PER_DATABASE]):
                    _add(total, case, f"case-{first + number}", surroundings, tell)
    total.seconds = time.monotonic() - started
    return total


def _add(total, case, name, surroundings, tell):
    began, has_died = time.monotonic(), False
    world = World(name, case.family, case.outcome, *surroundings)
    try:
        has_died = dies(lambda: road.walk(world), case.place)
        if has_died:
            total.deaths += 1
            total.places.add((case.family, case.place))
            problems = _go_on(world, case.retry)
        else:
            total.not_crossed.append(case)
            problems = truth.contradictions(world)
    except Exception as failure:
        problems = [f"{type(failure).__name__}: {failure}"]
    world.leave()
    total.cases += 1
    total.problems += [(case, problem) for problem in problems]
    tell(f"{time.monotonic() - began:5.2f} s  {case}{'' if has_died else '  NOT CROSSED'}")
    for problem in problems:
        tell(f"    WRONG {problem}")


def _go_on(world, retry):
    if retry == "after the leases":
        world.let_pass(LONGEST_LEASE_SECONDS)
    road.walk(world)
    return truth.contradictions(world)


@contextmanager
def _fresh():
    """Have a fresh database with its people, the bank of instant payments, and a receiver of webhooks."""
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    database.clone()
    settings.BANK_FOLDER.mkdir(parents=True)
    people = people_arrive()
    customers, receiver = Customers(), Receiver()
    bank = InstantBank(("127.0.0.1", 0), customers)
    threading.Thread(target=bank.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield people, bank.url, receiver
    finally:
        bank.shutdown()
        bank.server_close()
        receiver.close()
        customers.close()
        connections.close_all()
