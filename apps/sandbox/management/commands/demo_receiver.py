from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.sandbox.story.receiver import Inbox, serve


class Command(BaseCommand):
    help = "Receive the demo platform's webhooks (part of the demo)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--folder", type=Path, default=settings.PORTAL_HOME / "demo")

    def handle(self, *, port, folder, **options):
        folder.mkdir(parents=True, exist_ok=True)
        serve(port, Inbox(folder / "received.sqlite"), folder / "webhook-secret")
