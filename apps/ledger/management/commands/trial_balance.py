from datetime import UTC

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from apps.core.money import format_amount
from apps.ledger.queries import totals, trial_balance


def moment(text):
    """Return the aware datetime behind ISO 8601 text; without a zone it is UTC."""
    value = parse_datetime(text)
    if value is None:
        raise CommandError(f"{text} is no date and time such as 2026-03-31T22:00:00Z.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Print every account with its debits, credits and balance. Ends with status 1 if a currency is not zero."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", type=moment, help="as posted until this moment, such as 2026-03-31T22:00:00Z")

    def handle(self, *, as_of, **options):
        rows = trial_balance(as_of)
        line = "{:3}  {:14} {:32} {:>20} {:>20} {:>20}"
        self.stdout.write(line.format("", "account", "holder", "debits", "credits", "balance"))
        for row in rows:
            kind, holder, currency = row.account
            sums = (format_amount(sum_, currency) for sum_ in (row.debits, row.credits, row.balance))
            self.stdout.write(line.format(currency, kind, holder, *sums))
        crooked = []
        for currency, sum_ in totals(rows).items():
            self.stdout.write(line.format(currency, "sum", "", "", "", format_amount(sum_, currency)))
            if sum_ != 0:
                crooked.append(currency)
        if crooked:
            raise CommandError(f"The ledger does not balance in {', '.join(crooked)}.")
