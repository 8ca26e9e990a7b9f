import asyncio
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.db.models.functions import Now

from apps.core.permissions import SYSTEM
from apps.core.statements import ask
from apps.events.dispatcher import Dispatcher
from apps.events.models import Delivery
from apps.events.operations import Fact, create_endpoint, record
from apps.partners.operations import create_partner


@dataclass
class Received:
    path: str
    headers: dict
    body: bytes
    at: float


class Receiver:
    """A partner's webhook receiver: a real HTTP server on the loopback address that answers as it is told."""

    def __init__(self):
        self.received = []
        self.answers = []  # functions of the request handler, used up one per request; then 204
        self.connections = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                receiver.connections += 1
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(Received(self.path, headers, body, time.monotonic()))
                answer = receiver.answers.pop(0) if receiver.answers else status(204)
                try:
                    answer(self)
                except OSError:  # the sender is gone
                    self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def ids(self):
        return [one.headers["webhook-id"] for one in self.received]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def status(code, headers=(), body=b"", after=0.0):
    """Return an answer for a receiver: this status code, so many seconds late."""

    def answer(handler):
        time.sleep(after)
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        if code != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


@pytest.fixture
def another_receiver():
    server = Receiver()
    yield server
    server.close()


def platform(name="Acme Market"):
    return create_partner(name, "sandbox", by=SYSTEM)


def endpoint_of(partner, receiver, event_types=("*",)):
    """Return (endpoint, secret)."""
    return create_endpoint(partner.pk, receiver.url, event_types, by=SYSTEM)


def happen(partner, *subjects, type="payout.created"):
    """Record one event per subject, as an operation does."""
    with transaction.atomic():
        record(type, [Fact(subject, partner.pk, {"id": subject}) for subject in subjects], by=SYSTEM)


def dispatch(**options):
    """Deliver whatever is due now."""
    dispatcher = Dispatcher(poll_seconds=0.02, **options)
    try:
        asyncio.run(asyncio.wait_for(dispatcher.run(until_idle=True), 30))
    except TimeoutError:
        sessions = ask("SELECT state, wait_event, now() - query_start, left(query, 80) FROM pg_stat_activity")
        pytest.fail(f"It is not idle: {len(dispatcher._in_the_air)} requests are in the air, sessions: {sessions}")


def make_due(**which):
    """Let the time until the next attempt pass."""
    Delivery.objects.filter(status="pending", **which).update(next_at=Now())
