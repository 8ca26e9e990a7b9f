import json
import logging
import os
import shutil
import sys
from contextlib import nullcontext

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tests import database
from tests.simulator import runs


class Command(BaseCommand):
    help = "Simulate schedules of payouts, crashes and a bank, in a database of its own; ends with one line of JSON."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=100_000, help="the first schedule (default 100000)")
        parser.add_argument("--count", type=int, help="how many; default 1 with --trace, else 500")
        parser.add_argument("--seconds", type=float, help="begin no schedule after so many seconds")
        parser.add_argument("--trace", action="store_true", help="print every step")

    def handle(self, *, seed, count, seconds, trace, **options):
        if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of text follows from it
            os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606
        logging.disable(logging.CRITICAL)
        database.prepare()
        count = count or (1 if trace else 500)
        tell = self.stdout.write if trace else (lambda line: None)
        try:
            with nullcontext():
                total = runs.run(seed, count, seconds=seconds, trace=tell)
        finally:
            shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
        for found, problem in total.violations:
            self.stderr.write(f"seed {found}: {problem}\n  manage.py simulate --seed {found} --trace")
        self.stdout.write(json.dumps(total.as_dict() | {"violations": len(total.violations)}))
        if total.violations:
            raise CommandError(f"{len(total.violations)} violations")
