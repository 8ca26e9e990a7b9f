from django.core.management.base import BaseCommand

from apps.core.queue import run_starts
from apps.core.supervisor import Worker, run_queue


class Command(BaseCommand):
    help = "Run what happens in the background: jobs, webhooks and the regular sweep. SIGTERM ends it in good order."

    def add_arguments(self, parser):
        parser.add_argument("--queue-only", action="store_true", help="be the part that runs jobs (used by the worker)")

    def handle(self, *, queue_only, **options):
        if queue_only:
            run_queue()
        else:
            run_starts()
            Worker().run()
