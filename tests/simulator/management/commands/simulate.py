import json
import logging
import os
import shutil
import sys
import time
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tests import database
from tests.simulator import runs
from tests.simulator.bugs import BUGS, catchable, found_at
from tests.simulator.kinds import KINDS

FIRST_SEED = 100_000
SCHEDULES = 500
SLICE = 200
"""Schedules between two lines of the file of results."""

MOST_PER_BUG = 500

SEEDED_BADLY = ("TypeError", "AttributeError", "NameError", "ImportError")
"""What a patch fails with that does not fit the product any more: nobody has found the bug then."""


class Command(BaseCommand):
    help = "Simulate schedules of payouts, crashes and a bank, in a database of its own; ends with one line of JSON."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, help=f"the first schedule (default {FIRST_SEED}, with --draw: the day)")
        parser.add_argument("--count", type=int, help="how many; default 1 with --trace, else 500")
        parser.add_argument("--seconds", "--for", type=float, help="begin no schedule after so many seconds")
        parser.add_argument("--processes", type=int, default=os.cpu_count(), help="default: one for each core")
        parser.add_argument(
            "--results", type=Path, metavar="FILE", help="note each slice there, and go on after the last"
        )
        parser.add_argument("--kind", choices=KINDS, help="only this kind of schedule; default: each seed's own")
        parser.add_argument("--trace", action="store_true", help="print every step")
        parser.add_argument(
            "--bug", choices=sorted(BUGS), metavar="NAME", help=f"seed a bug: {', '.join(sorted(BUGS))}"
        )
        parser.add_argument(
            "--all-bugs", action="store_true", help="seed each bug in turn, and say how soon it is found"
        )
        parser.add_argument("--list-bugs", action="store_true", help="print the names of the bugs that must be found")
        parser.add_argument(
            "--draw", type=int, metavar="N", help="seed N bugs that --seed draws, where they were found"
        )

    def handle(
        self, *, seed, count, seconds, processes, results, kind, trace, bug, all_bugs, list_bugs, draw, **options
    ):
        self.kind = kind
        if list_bugs:
            self.stdout.write(json.dumps(catchable()))
            return
        if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of text follows from it
            os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606
        logging.disable(logging.CRITICAL)
        database.prepare()
        first = FIRST_SEED if seed is None else seed
        tell = self.stdout.write if trace else (lambda line: None)
        try:
            if draw:
                self._find_drawn(draw, int(time.time()) // 86400 if seed is None else seed)
            elif all_bugs:
                self._find_all(catchable(), first, count or MOST_PER_BUG)
            elif bug:
                self._find_all([bug], first, count or MOST_PER_BUG, tell)
            elif trace or processes == 1 and not results:
                self._end(runs.run(first, count or (1 if trace else SCHEDULES), kind=kind, seconds=seconds, trace=tell))
            elif results:
                self._go_on(results, first, count or SCHEDULES, seconds, processes)
            else:
                self._end(runs.run_in_processes(first, count or SCHEDULES, processes, kind=kind, seconds=seconds))
        finally:
            shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
            database.drop(settings.DATABASES["default"]["NAME"])

    def _end(self, total):
        for seed, problem in total.violations:
            again = f"--seed {seed}{f' --kind {self.kind}' if self.kind else ''} --trace"
            self.stderr.write(f"seed {seed}: {problem}\n  manage.py simulate {again}")
        self.stdout.write(json.dumps(total.as_dict() | {"violations": len(total.violations)}))
        if total.violations:
            raise CommandError(f"{len(total.violations)} violations")

    def _go_on(self, results, first, count, seconds, processes):
        """Run slice after slice, and note each: seeds from `first` on that an earlier run has noted are not run again."""
        total, started = runs.Run(first), time.monotonic()
        seed = max([first, *(last for last in _noted(results) if last <= first + count)])
        while seed < first + count and (seconds is None or time.monotonic() - started < seconds):
            part = runs.run_in_processes(seed, min(SLICE, first + count - seed), processes, kind=self.kind)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(part.as_dict()) + "\n")
            total.include(part)
            seed += part.schedules
        total.seconds = time.monotonic() - started
        self._end(total)

    def _find_drawn(self, number, draw):
        known = found_at()
        pool = sorted(known.keys() & set(catchable()))
        names = Random(draw).sample(pool, min(number, len(pool)))  # noqa: S311 - no secret
        self.stdout.write(f"bugs drawn by --seed {draw}: {', '.join(names)}")
        missed = [name for name in names if not self._find(name, known[name], MOST_PER_BUG)]
        if missed:
            raise CommandError(f"Not found: {', '.join(missed)}")

    def _find_all(self, names, seed, count, tell=lambda line: None):
        missed = [name for name in names if not self._find(name, seed, count, tell)]
        if missed:
            raise CommandError(f"Not found: {', '.join(missed)}")

    def _find(self, bug, seed, count, tell=lambda line: None):
        """Run schedules with a bug until it is found; return whether it was."""
        with BUGS[bug]():
            total = runs.run(seed, count, kind=self.kind, until_found=True, trace=tell)
        where, problem = total.violations[0] if total.violations else (None, None)
        if problem and problem.startswith(SEEDED_BADLY):
            raise CommandError(f"{bug} is seeded badly: {problem}")
        found = {"bug": bug, "found": bool(problem), "seed": where, "schedules": total.schedules, "problem": problem}
        self.stdout.write(json.dumps(found | {"seconds": round(total.seconds, 1)}))
        self.stdout.flush()
        return bool(problem)


def _noted(results):
    """Yield, for each slice in the file, the seed that comes after it."""
    if results.exists():
        for line in results.read_text(encoding="utf-8").splitlines():
            part = json.loads(line)
            yield part["first_seed"] + part["schedules"]
