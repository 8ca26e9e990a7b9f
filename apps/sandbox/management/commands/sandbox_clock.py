import re
from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.sandbox.banking_days import ZONE
from apps.sandbox.operations import advance_clock

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Command(BaseCommand):
    help = "Show the clock of a sandbox bank account, or advance it."

    def add_arguments(self, parser):
        parser.add_argument("--bank-account", metavar="ba_…", help="default: the oldest sandbox account")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--advance", type=duration, metavar="DURATION", help="such as 90s, 30m, 8h, 1d, 2w")
        how.add_argument("--to", type=moment, metavar="MOMENT", help="such as 2026-11-24 or 2026-11-24T15:00")

    def handle(self, *, bank_account, advance, to, **options):
        try:
            account = find_account(bank_account)
            if advance is not None or to is not None:
                seconds = None if advance is None else int(advance.total_seconds())
                account = advance_clock(account.pk, to=to, by_seconds=seconds, by=SYSTEM)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        now = account.business_now().astimezone(ZONE)
        self.stdout.write(f"{account.public_id}  {now:%A %Y-%m-%d %H:%M:%S %Z}")


def find_account(public_id):
    """Return the sandbox bank account with this public id, or the oldest."""
    accounts = BankAccount.objects.filter(mode="sandbox").order_by("pk")
    if public_id:
        try:
            accounts = accounts.filter(pk=decode(BankAccount.id_prefix, public_id))
        except NotAnId as error:
            raise CommandError(f"{public_id} is {error}.") from None
    account = accounts.first()
    if account is None:
        raise CommandError("There is no such sandbox bank account.")
    return account


def duration(text):
    match = re.fullmatch(r"(\d{1,9})([smhdw])", text)
    if not match:
        raise ValueError(text)
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})


def moment(text):
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZONE)
