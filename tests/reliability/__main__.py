"""
Let each machine of `docs/reliability.md` run for its share of the time, go on where the last run ended, and add up.

What came of each is kept in a folder, a line of JSON for each slice; running this again adds to it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.sums import SUMS

ROOT = Path(__file__).resolve().parent.parent.parent
RACES, FILE_SEEDS, PARTS = 5, 5, 20
"""Done in one go, since what is begun is finished: races of each pair, draws of each crash point, parts of all failpoints."""


@dataclass(frozen=True)
class Machine:
    """One machine: its share of the time, and what runs it for so many seconds and keeps what came of it."""

    name: str
    share: float
    run: Callable[[Path, float], bool]


def main(arguments=None) -> int:
    options = _parse(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.only or [machine.name for machine in MACHINES]
    machines = [machine for machine in MACHINES if machine.name in names]
    whole, sound = sum(machine.share for machine in machines), True
    for machine in machines if options.minutes else ():
        seconds = 60 * options.minutes * machine.share / whole
        print(f"{machine.name}: {seconds:.0f} seconds …", flush=True)
        if not machine.run(options.folder / f"{machine.name}.jsonl", seconds):
            print(f"{machine.name}: something is wrong, see above", flush=True)
            sound = False
    _show(options.folder)
    return 0 if sound else 1


def _parse(arguments):
    parser = argparse.ArgumentParser("make reliability", description=__doc__.strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30, help="for all machines together; 0 only adds up")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "reliability")
    parser.add_argument("--only", nargs="+", choices=[machine.name for machine in MACHINES], metavar="MACHINE")
    return parser.parse_args(arguments)


def _show(folder):
    for machine in MACHINES:
        slices = noted(folder / f"{machine.name}.jsonl")
        print(f"{machine.name}: {json.dumps(SUMS[machine.name](slices)) if slices else 'not run yet'}")


def noted(results) -> list[dict]:
    """Return what the runs so far have noted."""
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def _note(results, part):
    with results.open("a", encoding="utf-8") as file:
        file.write(json.dumps(part) + "\n")


def _simulate(results, seconds) -> bool:
    command = ["manage.py", "simulate", "--count", "10000000", "--for", str(seconds), "--results", str(results)]
    return _run(command, DJANGO_SETTINGS_MODULE="tests.simulator.settings").returncode == 0


def _seed_bugs(results, seconds) -> bool:
    """Seed each bug that was not sought yet, in turn."""
    found = _run(
        ["manage.py", "simulate", "--list-bugs"], capture=True, DJANGO_SETTINGS_MODULE="tests.simulator.settings"
    )
    names, deadline, sound = json.loads(found.stdout.splitlines()[-1]), time.monotonic() + seconds, True
    sought = {part["bug"] for part in noted(results)}
    for name in names:
        if name in sought or time.monotonic() > deadline:
            continue
        done = _run(
            ["manage.py", "simulate", "--bug", name], capture=True, DJANGO_SETTINGS_MODULE="tests.simulator.settings"
        )
        part = json.loads(done.stdout.splitlines()[-1])
        _note(results, part)
        sound = sound and part["found"]
    return sound


def _kill(results, seconds) -> bool:
    seed = 1 + max((part["seed"] for part in noted(results)), default=0)
    command = ["-m", "tests.kills", "--seed", str(seed), "--kills", "1000000", "--for", str(seconds)]
    return _run([*command, "--results", str(results)]).returncode == 0


def _die_at_failpoints(results, seconds) -> bool:
    """Run part after part of all cases; when all parts are done, they are dealt anew."""
    deadline, done, sound = time.monotonic() + seconds, len(noted(results)), True
    while time.monotonic() < deadline:
        seed, part = 1 + done // PARTS, 1 + done % PARTS
        command = ["-m", "tests.failpoints", "--part", f"{part}/{PARTS}", "--seed", str(seed)]
        ran = _run(command, capture=True)
        _note(results, json.loads(ran.stdout.splitlines()[-1]))
        sound, done = sound and ran.returncode == 0, done + 1
        if ran.returncode:
            print(ran.stdout + ran.stderr)
    return sound


def _race(results, seconds) -> bool:
    return _pytest(results, seconds, ["tests/races"], "RACES", RACES)


def _break_files(results, seconds) -> bool:
    paths, count = ["tests/faults/test_file_crash_points.py"], FILE_SEEDS
    return _pytest(results, seconds, paths, "FILE_SEEDS", count, first_seed="FILE_FIRST_SEED")


def _pytest(results, seconds, paths, variable, count, first_seed="") -> bool:
    """
    Run tests that an environment variable repeats, again and again; note how often each was repeated.

    The variable that `first_seed` names, if any, gets the first seed that no run has had.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        began, seed = time.monotonic(), 1 + sum(part["each"] for part in noted(results))
        variables = {variable: str(count)} | ({first_seed: str(seed)} if first_seed else {})
        ran = _run(["-m", "pytest", *paths], capture=True, **variables)
        if ran.returncode:
            print(ran.stdout + ran.stderr)
            return False
        _note(results, {"each": count, "seconds": round(time.monotonic() - began, 1)})
    return True


def _run(arguments, *, capture=False, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE": "payouts_reliability"} | environment,
        text=True,
        capture_output=capture,
        check=False,
    )


MACHINES = (
    Machine("simulator", 0.4, _simulate),
    Machine("seeded_bugs", 0.1, _seed_bugs),
    Machine("kills", 0.25, _kill),
    Machine("failpoints", 0.14, _die_at_failpoints),
    Machine("races", 0.08, _race),
    Machine("file_crash_points", 0.03, _break_files),
)

if __name__ == "__main__":
    sys.exit(main())
