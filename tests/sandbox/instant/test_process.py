"""The bank as a process of its own: killed at every step of a call, and started again."""

import io
import os
import signal
import time

import pytest
from django.core.management import CommandError, call_command

from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.sandbox import bank as sandbox_bank
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.instant.log import read_facts
from apps.sandbox.models import Booking
from apps.sandbox.operations import advance_clock, open_sandbox
from tests.faults import processes
from tests.faults.processes import after, before
from tests.instant_bank import INSTANT
from tests.rails.samples import instruction

KEEP, APPEND = "apps.sandbox.instant.account.InstantAccount._keep", "apps.sandbox.instant.log.FactLog.append"

# Each starts real processes and commits to a database that is made anew afterwards.
pytestmark = pytest.mark.slow


@pytest.fixture
def sandbox(committed_db, settings, tmp_path):
    settings.BANK_FOLDER = tmp_path / "bank"
    return open_sandbox("Shop", by=SYSTEM).bank_account


@pytest.fixture
def start(sandbox):
    """Start the bank, to be killed at a place if one is named; return its process once it takes calls."""
    started = []

    def serve():
        call_command("sandbox_instant_bank", "--port", "0", stdout=io.StringIO())

    def start(place=None):
        BankAccount.objects.update(instant=sandbox.instant | {"url": "http://127.0.0.1:1"})
        started.append(processes.start(serve if place is None else lambda: processes.at(place, processes.die, serve)))
        ends_at = time.monotonic() + 10
        while BankAccount.objects.get().instant["url"] == "http://127.0.0.1:1":
            assert time.monotonic() < ends_at, "the bank did not start"
            time.sleep(0.01)
        return started[-1]

    yield start
    for process in started:
        try:
            is_running = os.waitpid(process, os.WNOHANG) == (0, 0)
        except ChildProcessError:  # the test has seen its end
            continue
        if is_running:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def submit(amount=1250, attempt=1):
    order = instruction(1, amount=amount, instruction_id=f"PO00TEST00000001-{attempt}")
    return INSTANT.submit(BankAccount.objects.get(), order, timeout_seconds=5)


def query():
    return INSTANT.query(BankAccount.objects.get(), "PO00TEST00000001", timeout_seconds=5)


def log(account):
    return [fact["fact"] for _, _, fact in read_facts(folder_of(account))]


@pytest.mark.parametrize(
    ("place", "before_restart", "afterwards"),
    [
        (before(KEEP), [], ["executed"]),
        (after(APPEND), ["executed"], ["executed", "repeated"]),
        (after(KEEP), ["executed"], ["executed", "repeated"]),
    ],
    ids=str,
)
def test_killed_bank_knows_what_it_did_and_pays_once(sandbox, start, place, before_restart, afterwards):
    bank = start(place)
    told = submit()
    assert (told.outcome, told.code) == ("unknown", "connection-broken")
    assert processes.wait(bank) == -signal.SIGKILL
    assert submit().outcome == "not_sent"
    assert log(sandbox) == before_restart

    start()
    assert submit(attempt=2).outcome == "executed"
    assert log(sandbox) == afterwards
    sandbox_bank.work()
    assert list(Booking.objects.filter(kind="instant").values_list("amount", flat=True)) == [1250]


def test_bank_goes_by_the_clock_and_the_terms_of_its_customer(sandbox, start):
    start()
    told = submit()
    assert query().outcome == "absent"
    advance_clock(sandbox.pk, by_seconds=10, by=SYSTEM)
    assert (query().outcome, query().bank_reference) == ("executed", told.bank_reference)

    account = BankAccount.objects.get()
    account.instant["protocol"]["can_query"] = False
    account.save(update_fields=["instant"])
    assert query().code == "status-403"


def test_one_process_keeps_the_logs(sandbox, start):
    bank = start()
    with pytest.raises(CommandError, match="Another process"):
        call_command("sandbox_instant_bank", "--port", "0")
    os.kill(bank, signal.SIGTERM)
    assert processes.wait(bank) == 0
    start()
    assert submit().outcome == "executed"


def test_closed_account_is_no_customer(sandbox, start):
    start()
    BankAccount.objects.update(status=BankAccount.CLOSED)
    assert submit().code == "no-such-account"
    assert log(sandbox) == []
