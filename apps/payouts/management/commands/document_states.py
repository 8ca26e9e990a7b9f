from django.conf import settings
from django.core.management.base import BaseCommand

from apps.payouts.documentation import with_tables


class Command(BaseCommand):
    help = "Write the tables of docs/life-of-a-payout.md from the code."
    requires_system_checks = []

    def handle(self, *args, **options):
        page = settings.BASE_DIR / "docs" / "life-of-a-payout.md"
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"{page.name} is up to date.")
