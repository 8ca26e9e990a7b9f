from datetime import date
from time import perf_counter

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.core.ids import encode, uuid7
from apps.ledger.posting import AccountKey, JournalDraft, Leg, post


def postings_per_second(journals: int, per_call: int) -> float:
    """Return how many journals a second are posted on one balance, so many in a call; nothing of it stays."""
    partner = encode("ptn", uuid7())
    bank = AccountKey("bank", encode("ba", uuid7()), "EUR")
    funds, reserved = AccountKey("funds", partner, "EUR"), AccountKey("reserved", partner, "EUR")
    with transaction.atomic():
        post([JournalDraft("measure.funded", partner, "", (Leg(bank, funds, journals),), date.today())])
        begun = perf_counter()
        for start in range(0, journals, per_call):
            numbers = range(start, min(start + per_call, journals))
            legs = (Leg(funds, reserved, 1),)
            post(
                JournalDraft("measure.reserved", f"{partner}-{number}", partner, legs, date.today())
                for number in numbers
            )
        elapsed = perf_counter() - begun
        transaction.set_rollback(True)
    return journals / elapsed


class Command(BaseCommand):
    help = "Measure how many journals a second this database posts on one balance. Leaves nothing behind."

    def add_arguments(self, parser):
        parser.add_argument("--journals", type=int, default=10_000)

    def handle(self, *, journals, **options):
        for per_call in (1, 100, 1000):
            some = min(journals, per_call * 500)
            self.stdout.write(f"{per_call:5} in a call: {postings_per_second(some, per_call):9,.0f} journals a second")
