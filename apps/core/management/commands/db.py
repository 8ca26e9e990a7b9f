import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from payouts_portal.embedded import CannotStart


class Command(BaseCommand):
    help = "Start, stop or look at the embedded PostgreSQL, or open its shell."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["start", "stop", "status", "shell"])
        parser.add_argument("--if-idle", action="store_true", help="stop only when nobody else is connected")

    def handle(self, *, action, if_idle, **options):
        cluster = settings.CLUSTER
        if cluster is None:
            raise CommandError("DATABASE_URL names a server of your own; this command is for the embedded one.")
        try:
            if action == "start":
                cluster.start()
            elif action == "stop" and not (if_idle and cluster.clients()):
                cluster.stop()
            elif action == "shell":
                return self.open_shell(cluster)
        except CannotStart as refusal:
            raise CommandError(str(refusal)) from refusal
        state = "running" if cluster.answers() else "stopped"
        self.stdout.write(f"{state}, data in {cluster.data}")
        return None

    def open_shell(self, cluster):
        """Replace this process by psql, as the owner."""
        cluster.start()
        psql = cluster.program("psql")
        os.execv(psql, [psql, cluster.conninfo(settings.DATABASES["owner"]["NAME"], "payouts_owner")])  # noqa: S606
