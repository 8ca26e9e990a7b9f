from django.conf import settings
from django.core.management.base import BaseCommand

from apps.api.documentation import problem_table, versions
from apps.audit.documentation import invariant_table
from apps.core.documents import with_part
from apps.ledger.documentation import chart
from apps.payouts.documentation import state_tables
from apps.sandbox.documentation import api_tables
from apps.users.documentation import role_tables

PARTS = {
    "api.md": api_tables,
    "auditing.md": invariant_table,
    "integrate/errors.md": problem_table,
    "integrate/versions.md": versions,
    "ledger.md": chart,
    "life-of-a-payout.md": state_tables,
    "operating.md": role_tables,
}


class Command(BaseCommand):
    help = "Write the tables in docs/ that are made from the code."
    requires_system_checks = []

    def handle(self, *args, **options):
        for name, part in PARTS.items():
            page = settings.BASE_DIR / "docs" / name
            page.write_text(with_part(page.read_text(encoding="utf-8"), part()), encoding="utf-8")
            self.stdout.write(f"{name} is up to date.")
