from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.reconciliation.camt import UnreadableBankFile
from apps.reconciliation.camt.inspection import inspect


class Command(BaseCommand):
    help = "Print as JSON what a bank statement file (camt.052, 053 or 054) says, with warnings. Nothing is stored."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            for piece in inspect(file.read_bytes()):
                self.stdout.write(piece, ending="")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except UnreadableBankFile as error:
            raise CommandError(f"{file}: {error.code}: {error.detail}") from None
