import fcntl
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from apps.core.permissions import SYSTEM
from apps.sandbox.instant.customers import Customers
from apps.sandbox.instant.server import InstantBank
from apps.sandbox.operations import announce_instant_bank


class Command(BaseCommand):
    help = "Be the simulated bank's API for instant payments, on 127.0.0.1. One at a time keeps the bank's logs."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=settings.SANDBOX_INSTANT_PORT, help="0 takes any that is free")

    def handle(self, *, port, **options):
        settings.BANK_FOLDER.mkdir(parents=True, exist_ok=True)
        with (settings.BANK_FOLDER / ".sandbox_instant.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("Another process keeps this bank's logs already.") from None
            self.serve(port)

    def serve(self, port):
        customers = Customers()
        try:
            server = InstantBank(("127.0.0.1", port), customers, customers.wishes)
        except OSError as error:
            raise CommandError(f"Port {port} cannot be taken: {error.strerror}.") from None
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
        try:
            announce_instant_bank(server.url, by=SYSTEM)
        except OperationalError as error:
            self.stderr.write(f"The accounts could not be told where the bank is: {error}")
        finally:
            connections.close_all()
        self.stdout.write(f"The sandbox bank takes instant payments at {server.url}")
        self.stdout.flush()
        server.serve_forever(poll_interval=0.1)
        server.server_close()
        customers.close()
