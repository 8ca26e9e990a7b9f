"""The world that is measured: one funded sandbox platform, approvers, a watchlist, and the processes around them."""

import subprocess
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.core.management.commands.serve import WEB
from apps.core.permissions import SYSTEM
from apps.core.supervisor import manage
from apps.ledger.queries import balances
from apps.payouts.jobs import move_waiting
from apps.reconciliation.jobs import import_inbox
from apps.sandbox.operations import advance_clock, deposit, open_sandbox
from apps.users.operations import create_person
from tests import factories

FUNDED = 900_000_000_00
"""Minor units: enough for every round."""


class World:
    """One sandbox platform with money, whose payouts of any amount need one approval."""

    def __init__(self):
        number = uuid.uuid4().hex[:8]
        self.sandbox = open_sandbox(f"Bench {number}", by=SYSTEM)
        self.partner, self.account, self.token = (
            self.sandbox.partner, self.sandbox.bank_account, self.sandbox.token,
        )  # fmt: skip
        address = f"ann-{number}@example.test"
        self.approver = create_person(address, "Ann Approver", by=SYSTEM, roles=["approver"])
        factories.policy((None, 1), platform=self.partner)
        self.fund()

    def fund(self):
        deposit(self.account.pk, FUNDED, self.partner.funding_reference, by=SYSTEM)
        self.until(lambda: self.funds >= FUNDED, import_inbox, "the deposit")

    @property
    def funds(self):
        return balances(self.partner.public_id).get("EUR", {}).get("funds", 0)

    def advance_to(self, instant):
        advance_clock(self.account.pk, to=instant, by=SYSTEM)
        self.account.refresh_from_db()

    def advance_a_day(self):
        self.advance_to(self.account.business_now() + timedelta(days=1))

    def until(self, reached, work, what, seconds=120):
        """Repeat `work` until `reached`; return the seconds that were spent waiting for the bank."""
        deadline, waited = time.monotonic() + seconds, 0.0
        while True:
            work()
            if reached():
                return waited
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds} s for {what}")
            start = time.monotonic()
            time.sleep(0.05)
            waited += time.monotonic() - start


def provision(folder):
    """Have the database with today's schema, the peer's table and a watchlist."""
    settings.CLUSTER.start()
    call_command("setup", no_static=True, verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_note (id bigserial PRIMARY KEY, reference varchar(35) NOT NULL,"
            " amount bigint NOT NULL, created_at timestamptz NOT NULL)"
        )
        cursor.execute("GRANT ALL ON bench_note, bench_note_id_seq TO payouts_app")
    folder.mkdir(parents=True, exist_ok=True)
    factories.watchlist(folder)
    move_waiting()


@contextmanager
def running(*command, ready=lambda: True):
    """Run a process until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[:3]} did not start")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def bank():
    """Run the sandbox bank."""
    return running(*manage("sandbox_bank", "--poll", "0.2"))


def web(port, ready):
    """Run the web server as `manage.py serve` does."""
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8", "--log-level", "warning"]
    return running(*WEB, *options, ready=ready)
