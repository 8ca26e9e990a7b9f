from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.sandbox.operations import open_sandbox


class Command(BaseCommand):
    help = "Set up a sandbox platform with a key and a simulated bank account of its own, and print what its developers need."

    def add_arguments(self, parser):
        parser.add_argument("name", help="what the platform is called")

    def handle(self, *, name, **options):
        try:
            sandbox = open_sandbox(name, by=SYSTEM)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"partner            {sandbox.partner.public_id}  {sandbox.partner.name}")
        self.stdout.write(f"funding reference  {sandbox.partner.funding_reference}")
        self.stdout.write(f"bank account       {sandbox.bank_account.public_id}  {sandbox.bank_account}")
        self.stdout.write(f"API key            {sandbox.token}  (shown this once)")
