from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.sandbox.management.commands.sandbox_clock import find_account
from apps.sandbox.messages.camt import VERSIONS
from apps.sandbox.operations import change_reporting


class Command(BaseCommand):
    help = "Say how the sandbox bank writes the statements of an account; without options, show it."

    def add_arguments(self, parser):
        parser.add_argument("--bank-account", metavar="ba_…", help="default: the oldest sandbox account")
        parser.add_argument("--statement-version", choices=VERSIONS, help="version of camt.053 and camt.054")
        parser.add_argument("--batch-details", choices=["yes", "no"], help="whether batch lines list their payments")

    def handle(self, *, bank_account, statement_version, batch_details, **options):
        details = None if batch_details is None else batch_details == "yes"
        try:
            account = find_account(bank_account)
            book = change_reporting(account.pk, statement_version=statement_version, batch_details=details, by=SYSTEM)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        listed = "with" if book.batch_details else "without"
        self.stdout.write(
            f"{account.public_id}  camt.053.001.{book.statement_version}, batch lines {listed} their payments"
        )
