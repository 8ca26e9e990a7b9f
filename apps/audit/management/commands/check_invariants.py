from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from apps.audit.invariants import file_violations, invariants, violations_at_scale


class Command(BaseCommand):
    help = "Check everything that must always be true. Prints what is not, and then ends with status 1."

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true", help="print what is checked, and check nothing")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="the connection to check through")

    def handle(self, *, list, database, **options):
        if list:
            for invariant in invariants().values():
                self.stdout.write(f"{invariant.code:45} {invariant.title}")
            return
        found = violations_at_scale(database) + file_violations(database)
        for violation in found:
            self.stdout.write(str(violation))
        if found:
            raise CommandError(f"{len({violation.code for violation in found})} invariants do not hold.")
        self.stdout.write(f"All {len(invariants()) + 1} invariants hold.")
