import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection, connections

from apps.sandbox.bank import work

logger = logging.getLogger(__name__)

_LOCK = 0x5A4D_B0BA
_WAIT_FOR_DATABASE_SECONDS = 1


class Command(BaseCommand):
    help = "Be the simulated bank: take payment files, answer them, book, and write statements. One at a time does the work."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due and end")
        parser.add_argument(
            "--poll", type=float, default=0.3, metavar="SECONDS", help="how often to look (default 0.3)"
        )

    def handle(self, *, once, poll, **options):
        if once:
            work()
            return
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        self.stdout.write("The sandbox bank is open.")
        while not stopping.is_set():
            try:
                if _is_the_only_one():
                    work(stopping=stopping.is_set)
            except (OperationalError, InterfaceError) as error:
                logger.warning("the database does not answer, the bank waits: %s", error)
                connections.close_all()
                stopping.wait(_WAIT_FOR_DATABASE_SECONDS)
            stopping.wait(poll)


def _is_the_only_one() -> bool:
    """Hold the bank's lock on this connection; it is free again as soon as the process or the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = 0 AND objid = %s AND granted",
            [_LOCK],
        )
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return cursor.fetchone()[0]
