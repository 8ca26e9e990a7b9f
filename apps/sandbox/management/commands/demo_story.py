import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.sandbox.story.memory import write_whole
from apps.sandbox.story.prepare import Stage
from apps.sandbox.story.story import Story
from apps.sandbox.story.telling import Broken, Teller


class Command(BaseCommand):
    help = "Tell the demo's story over HTTP (part of the demo). Told again after a crash, it goes on where it was."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.PORTAL_HOME / "demo")

    def handle(self, *, folder, **options):
        teller = Teller(self.stdout)
        try:
            summary = Story(Stage.load(folder), folder, teller).tell()
        except Broken as broken:
            ended = {"broken": str(broken), "timeline": teller.timeline, "promises": teller.promises}
            write_whole(folder / "summary.json", json.dumps(ended, indent=1), mode=0o644)
            raise CommandError(str(broken), returncode=3) from None
        write_whole(folder / "summary.json", json.dumps(summary, indent=1), mode=0o644)
