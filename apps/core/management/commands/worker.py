from django.core.management.base import BaseCommand

from apps.core.queue import run_starts
from apps.core.supervisor import Worker


class Command(BaseCommand):
    help = "Run what happens in the background: jobs, webhooks and the regular sweep. SIGTERM ends it in good order."

    def handle(self, **options):
        run_starts()
        Worker().run()
