"""What is going on at a moment, seen from beside: a connection that never starts a database that is down."""

import http.client
import time
from contextlib import suppress

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django_q.models import OrmQ

from apps.core.queue import load_jobs, nudge

SENDING, HAND_OVER, WEBHOOKS, IMPORT, BATCH = "sending", "hand-over", "webhooks", "statement import", "batch commit"

_IN_PROGRESS = {
    SENDING: "SELECT FROM payouts_attempt WHERE next_step = 'send' AND lease_until > now()",
    HAND_OVER: "SELECT FROM rails_paymentfile WHERE state = 'handing_over' AND lease_until > now()",
    WEBHOOKS: "SELECT FROM events_delivery WHERE status = 'pending' AND lease_until > now()",
    # Whoever has written to a table holds this lock on it until the transaction ends.
    IMPORT: "SELECT FROM pg_locks WHERE relation = 'reconciliation_statementfile'::regclass AND mode = 'RowExclusiveLock'",
    BATCH: "SELECT FROM pg_locks WHERE relation = 'payouts_batch'::regclass AND mode = 'RowExclusiveLock'",
}
_QUERY = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS ({query})" for name, query in _IN_PROGRESS.items())


class Observer:
    """Looks at database and web server, and says nothing where there is no answer."""

    def __init__(self, stage):
        self.stage = stage
        self.connection = None

    def in_progress(self) -> set[str]:
        """Return what is being done at this moment."""
        return {name for (name,) in self._rows(_QUERY)}

    def database_answers(self) -> bool:
        return self._rows("SELECT 1") == [(1,)]

    def web_answers(self) -> bool:
        """Tell whether the web server serves, which includes that it can use the database."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stage.web_port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def _rows(self, query):
        try:
            if self.connection is None:
                conninfo = settings.CLUSTER.conninfo(settings.DATABASES["default"]["NAME"])
                self.connection = psycopg.connect(conninfo, autocommit=True)
            return self.connection.execute(query).fetchall()
        except psycopg.Error:
            self.close()
            return []


class Probe:
    """Nudges made from a moment on, one after the other; work goes on as soon as one of them is done."""

    EVERY_SECONDS = 0.5

    def __init__(self):
        self.job = load_jobs()["apps.reconciliation.jobs.match_waiting"]
        self.made = []
        self.next_at = 0

    def is_done(self) -> bool:
        with suppress(DatabaseError, InterfaceError):
            if time.monotonic() >= self.next_at:
                self.made.append(nudge_and_return_id(self.job))
                self.next_at = time.monotonic() + self.EVERY_SECONDS
            waiting = OrmQ.objects.filter(pk__in=self.made).count()
            return waiting < len(self.made)
        connection.close()
        return False


def nudge_and_return_id(job) -> int:
    before = OrmQ.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    nudge(job)
    return OrmQ.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True).last() or before
