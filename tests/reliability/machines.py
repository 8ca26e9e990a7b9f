"""
What runs each machine: block after block of work, each a process of its own, until its share of the time is over.

A block is noted when it is done, so a run that is broken off loses one block at most, and the next goes on after it.
How much fits into a block follows from how long the last ones took.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.reliability.sums import races_of_others

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = Path(__file__).with_name("kept")
"""Blocks of runs before, in the repository, so that sums grow from machine to machine: moved there by `--keep`."""

LONGEST_BLOCK_SECONDS = 240
OVERTIME_SECONDS = 300
"""A block that takes so much longer than its share is broken off: it hangs."""

FIRST_SCHEDULE, SCHEDULES_PER_BUG, SCHEDULES_PER_BLOCK = 100_000, 500, 20
STORM_SECONDS, SECONDS_PER_KILL, LEAST_KILLS, MOST_KILLS = 60, 4, 5, 100
FAILPOINT_PARTS, TRIPLE_PARTS = 40, 12
TRIPLE_RUN = ("payouts", "reconciliation", "rails", "flows", "events")
SIDE_BY_SIDE = ("--numprocesses=auto",)
DATABASE = "payouts_reliability"
PREPARE = "import django; django.setup(); from tests import database; database.prepare()"


@dataclass(frozen=True)
class Machine:
    """One machine: its part of the time, the least that is of use to it, and what runs it; that tells if all was sound."""

    name: str
    share: float
    run: Callable
    least_seconds: int = 20


class Share:
    """A machine's share of the time, and what came of all its blocks so far, those in `kept` among them."""

    def __init__(self, machine, folder, seconds=0.0, kept=KEPT):
        self.results, self.kept = (place / f"{machine.name}.jsonl" for place in (folder, kept))
        self.ends_at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self.ends_at - time.monotonic()

    def noted(self) -> list[dict]:
        """Return what the blocks so far have come to."""
        return [json.loads(line) for file in (self.kept, self.results) for line in _lines(file)]

    def note(self, block) -> None:
        with self.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(block | {"version": version()}) + "\n")

    def keep(self) -> None:
        """Move the blocks that were noted since to those that are kept."""
        if lines := _lines(self.results):
            self.kept.parent.mkdir(exist_ok=True)
            with self.kept.open("a", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            self.results.unlink()

    def fits(self, work, default, *, least=1, most=10_000) -> int:
        """
        Return how much of what a block counts under `work` the next block shall do; 0 if not even `least` fits.

        `default` is how much of it a second does, as long as nothing was noted.
        """
        last = [block for block in self.noted() if block.get("took") and work in block][-3:]
        speed = sum(block[work] for block in last) / sum(block["took"] for block in last) if last else default
        if 2 * speed * self.left < least:
            return 0
        return min(max(int(speed * min(self.left, LONGEST_BLOCK_SECONDS)), least), most)

    @property
    def fits_another(self) -> bool:
        """Tell whether another block fits that is as long as the last."""
        last = [block["took"] for block in self.noted()[-1:]]
        return 2 * self.left > sum(last)

    def run(self, *arguments, sound=(0,), **environment):
        """
        Run a block with this Python; return its exit status, its last line as JSON if it is, and how long it took.

        What it has printed is shown if its exit status is none of those that are `sound`.
        """
        began = time.monotonic()
        try:
            ran = _run(arguments, environment, timeout=max(self.left, 0) + OVERTIME_SECONDS)
        except subprocess.TimeoutExpired as late:
            print(f"{' '.join(map(str, arguments))} did not end and was broken off\n{_text(late.stdout)[-4000:]}")
            return 1, {}, time.monotonic() - began
        if ran.returncode not in sound:
            print(ran.stdout[-8000:] + ran.stderr[-8000:], flush=True)
        lines = ran.stdout.splitlines()
        last = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
        return ran.returncode, last | {"printed": ran.stdout}, round(time.monotonic() - began, 1)


@cache
def version() -> str:
    """Return the commit of what runs, with a plus if files were changed since; nothing outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--abbrev=10", "--dirty=+"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.strip()


def prepare() -> None:
    """Have the template of the database, so that nobody's share is spent on it."""
    _run(["-c", PREPARE], {"DJANGO_SETTINGS_MODULE": "tests.settings"}, timeout=600).check_returncode()


def _run(arguments, environment, timeout):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE": DATABASE} | environment,
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def _lines(file):
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _text(printed):
    return printed.decode(errors="replace") if isinstance(printed, bytes) else printed or ""


def simulate(share) -> bool:
    """Run schedules, each seed once over all runs."""
    sound = True
    while count := share.fits("schedules", 0.3, least=10):
        done = [block["first_seed"] + block["schedules"] for block in share.noted()]
        seed = max(done, default=FIRST_SCHEDULE)
        status, block, took = share.run("manage.py", "simulate", "--seed", seed, "--count", count)
        if block.pop("printed", None) is None or "schedules" not in block:
            return False
        share.note(block | {"took": took})
        sound = sound and status == 0
    return sound


def seed_bugs(share) -> bool:
    """Seed the bugs that were not found yet, one on each processor, until they are or were sought in enough schedules."""
    _, listed, _ = share.run("manage.py", "simulate", "--list-bugs")
    waiting = deque(json.loads(listed["printed"].splitlines()[-1]))
    places = range(os.cpu_count())
    with ThreadPoolExecutor(len(places)) as pool:
        return all(list(pool.map(lambda place: _seek_waiting(share, waiting, place), places)))


def _seek_waiting(share, waiting, place) -> bool:
    """Seek one waiting bug after the other in a database of this place's own."""
    database, sound = f"{DATABASE}_{place}", True
    for name in _one_after_the_other(waiting):
        while share.fits_another:
            so_far = [block for block in share.noted() if block["bug"] == name]
            sought = sum(block["schedules"] for block in so_far)
            if any(block["found"] for block in so_far):
                break
            if sought >= SCHEDULES_PER_BUG:
                print(f"{name} was not found in {sought} schedules")
                sound = False
                break
            where = ("--seed", FIRST_SCHEDULE + sought, "--count", SCHEDULES_PER_BLOCK)
            command = ("manage.py", "simulate", "--bug", name, *where)
            _, block, took = share.run(*command, sound=(0, 1), TEST_DATABASE=database)
            if "found" not in block:
                return False
            block.pop("printed")
            share.note(block | {"took": took})
    return sound


def _one_after_the_other(waiting):
    """Yield what waits, whoever else takes from it."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def kill(share) -> bool:
    """Let storms rage, as large as the time allows."""
    while share.left > STORM_SECONDS + LEAST_KILLS * SECONDS_PER_KILL:
        seed = 1 + max((block["seed"] for block in share.noted()), default=0)
        kills = min(int((share.left - STORM_SECONDS) / SECONDS_PER_KILL), MOST_KILLS)
        with TemporaryDirectory() as folder:
            results = Path(folder) / "storms"
            status, _, took = share.run("-m", "tests.kills", "--seed", seed, "--kills", kills, "--results", results)
            for line in _lines(results):
                share.note(json.loads(line) | {"took": took})
        if status:
            return False
    return True


def die_at_failpoints(share) -> bool:
    """Run part after part of all cases; when all parts are done, they are dealt anew."""
    sound = True
    while share.fits_another:
        done = len(share.noted())
        seed, part = 1 + done // FAILPOINT_PARTS, 1 + done % FAILPOINT_PARTS
        status, block, took = share.run(
            "-m",
            "tests.failpoints",
            "--part",
            f"{part}/{FAILPOINT_PARTS}",
            "--seed",
            seed,
            "--for",
            max(share.left, 30),
        )
        if "cases" not in block:
            return False
        block.pop("printed")
        share.note(block | {"took": took})
        sound = sound and status == 0
    return sound


def race(share) -> bool:
    """Race every pair as often as the time allows; first those that were raced less often than the others."""
    while count := _races_next(share):
        each = 1 if _lag(share) else count
        environment = {"RACES": str(each), "RACES_OF_OTHERS": str(count)}
        status, _, took = share.run("-m", "pytest", *SIDE_BY_SIDE, "tests/races", **environment)
        if status:
            return False
        share.note({"each": each, "each_of_others": count, "took": took})
    return True


def _races_next(share) -> int:
    lag = _lag(share)
    return share.fits("each_of_others", 0.1, most=lag) if lag else share.fits("each", 0.02)


def _lag(share) -> int:
    """Return how much less often pairs were raced of whose actions only one has an effect where they meet."""
    blocks = share.noted()
    return max(0, sum(block["each"] for block in blocks) - sum(map(races_of_others, blocks)))


def break_files(share) -> bool:
    """Break the way of a file at each of its points, for draws of payouts that no run has had."""
    while count := share.fits("each", 0.05):
        seed = 1 + sum(block["each"] for block in share.noted())
        environment = {"FILE_SEEDS": str(count), "FILE_FIRST_SEED": str(seed)}
        status, _, took = share.run(
            "-m", "pytest", *SIDE_BY_SIDE, "tests/faults/test_file_crash_points.py", **environment
        )
        if status:
            return False
        share.note({"each": count, "took": took})
    return True


def run_thrice(share) -> bool:
    """Run tests whose jobs run three times: part after part of their files, and again with the next seed."""
    files = sorted(path for name in TRIPLE_RUN for path in (ROOT / "tests" / name).glob("**/test_*.py"))
    sound = True
    while share.fits_another:
        done = len(share.noted())
        seed, part = 1 + done // TRIPLE_PARTS, done % TRIPLE_PARTS
        status, block, took = share.run("-m", "pytest", *files[part::TRIPLE_PARTS], TRIPLE_RUN=str(seed))
        passed = re.search(r"(\d+) passed", block.get("printed", ""))
        share.note(
            {"seed": seed, "part": part, "tests": int(passed[1]) if passed else 0, "sound": not status, "took": took}
        )
        sound = sound and status == 0
    return sound


MACHINES = (
    Machine("kills", 0.24, kill, STORM_SECONDS + LEAST_KILLS * SECONDS_PER_KILL),
    Machine("simulator", 0.38, simulate),
    Machine("seeded_bugs", 0.1, seed_bugs),
    Machine("failpoints", 0.12, die_at_failpoints),
    Machine("races", 0.06, race, 40),
    Machine("file_crash_points", 0.04, break_files, 30),
    Machine("triple_run", 0.06, run_thrice),
)
