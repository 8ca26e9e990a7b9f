import argparse
import json

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.rails.operations import open_bank_account


class Command(BaseCommand):
    help = "Add an account of yours at a bank, from which payouts are paid."

    def add_arguments(self, parser):
        parser.add_argument("name", help="what people here call the account")
        parser.add_argument("holder", help="the account holder as the bank knows it")
        parser.add_argument("iban")
        parser.add_argument("--folder", required=True, help="name of the folder in which files are exchanged")
        parser.add_argument("--mode", required=True, choices=["live", "sandbox"])
        parser.add_argument("--bic", default="", help="without it the bank finds it by the IBAN")
        parser.add_argument("--pain", choices=[BankAccount.PAIN_09, BankAccount.PAIN_03], default=BankAccount.PAIN_09)
        parser.add_argument(
            "--single-booking", action="store_true", help="ask the bank to book every payment by itself"
        )

        parser.add_argument(
            "--instant",
            type=argparse.FileType("rb"),
            metavar="FILE",
            help="JSON: url and documented protocol of the bank's API for instant payments",
        )

    def handle(self, *, name, holder, iban, folder, mode, bic, pain, single_booking, instant, **options):
        try:
            access = json.load(instant) if instant else None
        except ValueError as error:
            raise CommandError(f"{instant.name} is no JSON: {error}") from None
        try:
            account = open_bank_account(
                name,
                holder,
                iban,
                by=SYSTEM,
                mode=mode,
                folder_name=folder,
                bic=bic,
                pain_version=pain,
                batch_booking=not single_booking,
                instant=access,
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{account.public_id}  {account}\nFiles are exchanged in {account.path}")
