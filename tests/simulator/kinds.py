"""Kinds of schedules: payments in files, or calls to a bank, by what it documents about repeated ones."""

from contextlib import contextmanager
from random import Random

from apps.core.database import database_now
from apps.sandbox.instant.behavior import Terms
from tests.simulator.clock import Clock, clock_of_this_machine
from tests.simulator.instant import Bank

FILE = "file"
CHECKS = {
    "call-none": ("none", False),
    "call-window": ("window", True),
    "call-window-forgetful": ("window", False),
    "call-forever": ("forever", True),
    "call-forever-forgetful": ("forever", False),
}
"""For each kind of call the bank's check for duplicates, and whether it remembers what it refused."""

KINDS = (FILE, *CHECKS)


def kind_of(seed: int) -> str:
    """Return the kind of a seed's schedule: two of five are files."""
    chance = Random(f"kind {seed}")  # noqa: S311 - a simulation
    return FILE if chance.random() < 0.4 else chance.choice(list(CHECKS))


def terms(kind: str, chance) -> Terms:
    """Return what the bank of a schedule documents; queries, horizons and times are of chance."""
    check, remembers = CHECKS[kind]
    return Terms(
        duplicate_check=check,
        duplicate_window_seconds=chance.choice((120, 600)) if check == "window" else 0,
        remembers_refusals=remembers,
        can_query=chance.random() < 0.8,
        visibility_seconds=chance.choice((0, 10, 50)),
        longest_call_seconds=10,
        longest_processing_seconds=chance.choice((120, 1800)),
        can_recall=chance.random() < 0.7,
    )


@contextmanager
def bank_of(kind, chance, boundaries):
    """Put the bank and the clock of a kind in their places until the block ends; yield the bank, or None with files."""
    if kind == FILE:
        with clock_of_this_machine():
            yield None
        return
    bank = Bank(terms(kind, chance), Clock(database_now()), chance, boundaries)
    with bank.clock.governing(), bank.open():
        yield bank
