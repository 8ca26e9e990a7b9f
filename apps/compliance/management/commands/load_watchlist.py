from datetime import date

from django.core.management.base import BaseCommand, CommandError

from apps.compliance.operations import load_watchlist
from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM


class Command(BaseCommand):
    help = "Load OFAC's list from its published files sdn.csv, alt.csv and add.csv, and make it the active version."

    def add_arguments(self, parser):
        parser.add_argument("sdn", help="the entries: sdn.csv")
        parser.add_argument("alt", help="their other names: alt.csv")
        parser.add_argument("add", help="their addresses: add.csv")
        parser.add_argument("--published-on", type=date.fromisoformat, help="the publisher's date, YYYY-MM-DD")

    def handle(self, *, sdn, alt, add, published_on, **options):
        try:
            loaded = load_watchlist([sdn, alt, add], by=SYSTEM, published_on=published_on)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        watchlist = loaded.watchlist
        for warning in loaded.warnings:
            self.stderr.write(f"Note: {warning}.")
        done = "Loaded" if loaded.is_new else "Already loaded:"
        self.stdout.write(
            f"{done} {watchlist.version}: {watchlist.entries:,} entries, {watchlist.names:,} names, "
            f"{watchlist.addresses:,} addresses. It is the active version."
        )
