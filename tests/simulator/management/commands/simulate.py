import json
import logging
import os
import shutil
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tests import database
from tests.simulator import runs
from tests.simulator.bugs import BUGS, catchable
from tests.simulator.kinds import KINDS


class Command(BaseCommand):
    help = "Simulate schedules of payouts, crashes and a bank, in a database of its own; ends with one line of JSON."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=100_000, help="the first schedule (default 100000)")
        parser.add_argument("--count", type=int, help="how many; default 1 with --trace, else 500")
        parser.add_argument("--seconds", type=float, help="begin no schedule after so many seconds")
        parser.add_argument(
            "--bug", choices=sorted(BUGS), metavar="NAME", help=f"seed a bug: {', '.join(sorted(BUGS))}"
        )
        parser.add_argument(
            "--all-bugs", action="store_true", help="seed each bug in turn, and say how soon it is found"
        )
        parser.add_argument("--kind", choices=KINDS, help="only this kind of schedule; default: each seed's own")
        parser.add_argument("--trace", action="store_true", help="print every step")

    def handle(self, *, seed, count, seconds, kind, trace, bug, all_bugs, **options):
        if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of text follows from it
            os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606
        logging.disable(logging.CRITICAL)
        database.prepare()
        count = count or (1 if trace else 500)
        tell = self.stdout.write if trace else (lambda line: None)
        try:
            if all_bugs:
                self._find_all(seed, count, kind)
            elif bug:
                self._find(bug, seed, count, kind, tell)
            else:
                self._simulate(seed, count, seconds, kind, tell)
        finally:
            shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)

    def _simulate(self, seed, count, seconds, kind, tell):
        total = runs.run(seed, count, kind=kind, seconds=seconds, trace=tell)
        for found, problem in total.violations:
            self.stderr.write(
                f"seed {found}: {problem}\n  manage.py simulate --seed {found}{f' --kind {kind}' if kind else ''} --trace"
            )
        self.stdout.write(json.dumps(total.as_dict() | {"violations": len(total.violations)}))
        if total.violations:
            raise CommandError(f"{len(total.violations)} violations")

    def _find_all(self, seed, count, kind):
        missed = [name for name in catchable() if not self._find(name, seed, count, kind)]
        if missed:
            raise CommandError(f"Not found: {', '.join(missed)}")

    def _find(self, bug, seed, count, kind, tell=lambda line: None):
        """Run schedules with a bug until it is found; return whether it was."""
        with BUGS[bug]():
            total = runs.run(seed, count, kind=kind, until_found=True, trace=tell)
        problem = total.violations[0][1] if total.violations else None
        found = {"bug": bug, "found": bool(problem), "schedules": total.schedules, "problem": problem}
        self.stdout.write(json.dumps(found | {"seconds": round(total.seconds, 1)}))
        return bool(problem)
