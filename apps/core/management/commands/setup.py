from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.queue import run_starts
from payouts_portal.database.provisioning import CannotProvision, provision
from payouts_portal.embedded import CannotStart


class Command(BaseCommand):
    help = "Make the database and the static files ready for this version. Run it after every update; twice is fine."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--no-static", action="store_true", help="leave the static files alone")

    def handle(self, *, no_static, **options):
        try:
            provision()
        except (CannotProvision, CannotStart) as refusal:
            raise CommandError(str(refusal)) from refusal
        run_starts()
        if not no_static:
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["redoc"])  # never shown
        self.stdout.write("The portal is ready.")
