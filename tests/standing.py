"""
What many tests begin with, made once and kept for some seconds: each of them begins at a savepoint behind it.

It stands on levels, of which each needs those before it: a test stands on the highest one whose fixtures it asks for, all
of them those of the cast. A test that commits, or wants an empty database, finds none. Objects and files are copies.
"""

import shutil
import tempfile
import time
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.test import override_settings

from tests import factories, triple_run

OLDEST_SECONDS = 10
"""How long a level is kept: no test finds anything older, nor a transaction that began before."""

CAST, BANK = "tests.cast", "tests.reconciliation.conftest"
LEVELS = {
    "platform": dict.fromkeys(("bank_folder", "watchlist", "bank_account", "approvers", "platform"), CAST),
    "key": {"key": CAST},
    "sent": {"sent": BANK},
    "stated": {"bank": BANK, "stated": BANK},
}
"""By the fixture that asks for a level: the fixtures that it stands for, and where these are."""


def make_platform(have, folder):
    have["watchlist"] = factories.watchlist(folder)
    have["bank_account"] = factories.bank_account()
    have["approvers"] = factories.approvers()
    have["platform"] = factories.funded_platform(have["bank_account"])


def make_key(have, folder):
    have["key"] = factories.key_of(have["platform"])[0]


def make_sent(have, folder):
    from tests.reconciliation.conftest import send

    have["sent"] = send(have["platform"], have["key"], have["bank_account"], [1000, 2000, 3000])


def make_stated(have, folder):
    from tests.reconciliation.conftest import Bank

    Bank(have["bank_account"]).state_notified()
    have["stated"] = True


@dataclass
class Level:
    name: str
    block: transaction.Atomic
    folder: Path
    have: dict
    ends: float


_levels = []


def levels_of(item) -> list[str]:
    """Return the names of the levels that a test stands on."""
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "_fixtureinfo", None)
    if triple_run.SEED or not fixtures or marker and (marker.args or marker.kwargs):
        return []
    found = {name: defined[-1] for name, defined in fixtures.name2fixturedefs.items() if defined}
    own = [
        one for one in found.values() if one.func.__module__.startswith("tests.") and one.scope in ("module", "class")
    ]
    if own or "committed_db" in found:
        return []
    wanted = []
    for name, stands_for in LEVELS.items():
        if not all(one in found and found[one].func.__module__ == place for one, place in stands_for.items()):
            break
        wanted.append(name)
    return wanted


def keep(wanted) -> None:
    """Roll back every level that is not one of these in this order, or is too old, or was lost with its session."""
    is_lost = _levels and (connection.connection is None or connection.connection.closed or connection.needs_rollback)
    is_old = _levels and _levels[0].ends < time.monotonic()
    while _levels and (is_lost or is_old or [level.name for level in _levels] != wanted[: len(_levels)]):
        level = _levels.pop()
        shutil.rmtree(level.folder)
        transaction.set_rollback(True)
        level.block.__exit__(None, None, None)


def stand_on(wanted) -> None:
    """Have these levels."""
    keep(wanted)
    for name in wanted[len(_levels) :]:
        _build(name)


def _build(name):
    folder = Path(tempfile.mkdtemp(prefix="standing-"))
    have = {}
    if _levels:
        shutil.copytree(_levels[-1].folder, folder, dirs_exist_ok=True)
        have = deepcopy(_levels[-1].have)
    block = transaction.atomic()
    block._from_testcase = True
    block.__enter__()
    ends = _levels[0].ends if _levels else time.monotonic() + OLDEST_SECONDS
    _levels.append(Level(name, block, folder, have, ends))
    with override_settings(BANK_FOLDER=folder / "bank"):
        globals()[f"make_{name}"](have, folder)
    connection.check_constraints()
    connection.run_on_commit = []


def copy(folder) -> dict:
    """Return what stands, by the names of fixtures, and copy its files into a folder."""
    shutil.copytree(_levels[-1].folder, folder, dirs_exist_ok=True)
    return deepcopy(_levels[-1].have)
