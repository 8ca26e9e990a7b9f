from django.core.management.base import BaseCommand, CommandError

from apps.core.queue import load_jobs, run_all_jobs, run_starts


class Command(BaseCommand):
    help = "Run background jobs in this process until none is left to do."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*", help="jobs to run, like apps.payouts.jobs.start_due; all by default")

    def handle(self, *, names, **options):
        unknown = [name for name in names if name not in load_jobs()]
        if unknown:
            raise CommandError(f"There is no job {', '.join(unknown)}. There are: {', '.join(sorted(load_jobs()))}.")
        run_starts()
        run_all_jobs(names)
