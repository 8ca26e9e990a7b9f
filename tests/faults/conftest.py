"""A platform whose money came in through the sandbox bank, and the road of its payouts to the end, step by step."""

import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from apps.core.permissions import SYSTEM
from apps.core.queue import run_all_jobs
from apps.events.models import Event
from apps.ledger.queries import balances, totals, trial_balance, verify
from apps.payouts.jobs import apply_reports, submit_due
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import create_payouts
from apps.rails.models import BankAccount, PaymentFile, StatusReport
from apps.reconciliation.jobs import import_inbox
from apps.reconciliation.models import StatementFile, StatementLine
from apps.sandbox import bank, banking_days
from apps.sandbox.models import Booking, Order, ReceivedFile, SentFile
from apps.sandbox.operations import advance_clock, deposit
from apps.sandbox.scenarios import BOOK_SINGLY, scenario_for
from tests import factories
from tests.clocks import reach_cut_off
from tests.faults.uploads import uploads_noted, uploads_to
from tests.onlooker import violations_committed

DEPOSIT = 1_000_000
ENDS = {10_001: "paid", 10_002: "paid", 70_721: "paid", 70_701: "failed", 70_716: "returned"}
"""The payouts by amount: the third is booked as a line of its own, the fourth refused, the fifth comes back the same day."""


@pytest.fixture
def uploads():
    """The files that were put into banks' inboxes, by whichever process."""
    with uploads_noted():
        yield uploads_to


@pytest.fixture
def platform(committed_db, watchlist, bank_account):
    platform = factories.partner("Quillmarket")
    factories.policy((None, 0), platform=platform)
    deposit(bank_account.pk, DEPOSIT, f"Funding {platform.funding_reference}", by=SYSTEM)
    bank.work()
    import_inbox()
    return platform


@pytest.fixture
def road(platform, key, bank_account):
    return Road(platform, bank_account, key, ENDS)


class Road:
    """
    The steps of the worker and of the bank, each as the process does it that runs for ever.

    `ends` says by its amount how each payout must end; no two have the same, and one at least is ordinary.
    """

    def __init__(self, platform, bank_account, key, ends):
        self.platform = platform
        self.bank_account = bank_account
        self.ends = ends
        drafts = [factories.payout_draft(amount=amount) for amount in ends]
        reach_cut_off(bank_account, create_payouts(platform.pk, drafts, by=key))

    submit = staticmethod(submit_due)
    answer = staticmethod(bank.work)
    apply = staticmethod(apply_reports)
    book = staticmethod(bank.work)
    take_statement = staticmethod(import_inbox)
    STEPS = ("submit", "answer", "apply", "book", "take_statement")

    def go_until(self, step):
        """Walk the road up to a step; that one is not taken."""
        for name in self.STEPS[: self.STEPS.index(step)]:
            getattr(self, name)()
            if name == "apply":
                self.end_the_day()

    def go_on(self):
        """Let worker and bank do what is left to the end, however far the others came."""
        run_all_jobs()
        bank.work()
        run_all_jobs()
        self.let_leases_end()
        run_all_jobs()
        bank.work()
        run_all_jobs()
        self.end_the_day()
        bank.work()
        run_all_jobs()

    def end_the_day(self):
        """Let the banking day end; on a weekend or a holiday that is the next one."""
        self.bank_account.refresh_from_db()
        today = self.bank_account.business_today()
        days = (banking_days.banking_day_from(today) - today).days + 1
        advance_clock(self.bank_account.pk, by_seconds=days * 24 * 3600, by=SYSTEM)

    @staticmethod
    def let_leases_end():
        """Let the time pass for which a worker that died may have been at work."""
        PaymentFile.objects.exclude(lease_until=None).update(lease_until=Now() - timedelta(seconds=1))

    def assert_sound(self):
        """Whatever was committed so far is whole."""
        assert violations_committed() == []

    def assert_everything_happened_once(self, *, statement_first=False):
        """With `statement_first`, payouts may have been paid before the bank's acceptance was read: that is no news then."""
        self._assert_one_file_reached_the_bank()
        self._assert_each_was_paid_once()
        self._assert_every_message_was_read_once()
        self._assert_each_was_told_once(statement_first)
        self._assert_the_books_balance()

    def _assert_one_file_reached_the_bank(self):
        [file] = PaymentFile.objects.all()
        state = "partly_accepted" if "failed" in self.ends.values() else "accepted"
        assert (file.state, file.transactions, file.control_sum) == (state, len(self.ends), sum(self.ends))
        assert (file.problem, file.lease_until) == ("", None)
        box = BankAccount.objects.get(pk=self.bank_account.pk).path
        assert contents(box / "to_bank") == {}
        assert contents(box / "to_bank" / "archive") == {file.file_name: file.sha256}
        assert [received.message_id for received in ReceivedFile.objects.all()] == [file.message_id]

    def _assert_each_was_paid_once(self):
        paid = [amount for amount, end in self.ends.items() if end != "failed"]
        singly = [amount for amount in paid if scenario_for(amount).effect == BOOK_SINGLY]
        bookings = Counter(Booking.objects.values_list("kind", "amount"))
        fee = bookings.pop(("fee", len(paid) * 2 + 50))
        assert fee == 1
        assert bookings == {
            ("deposit", DEPOSIT): 1,
            ("batch", sum(paid) - sum(singly)): 1,
            **{("single", amount): 1 for amount in singly},
            **{("return", amount): 1 for amount, end in self.ends.items() if end == "returned"},
        }
        orders = {
            order.amount: (order.debit_id is not None, order.credit_id is not None) for order in Order.objects.all()
        }
        assert Order.objects.count() == len(self.ends)
        assert orders == {amount: (end != "failed", end == "returned") for amount, end in self.ends.items()}

    def _assert_every_message_was_read_once(self):
        sent = sorted(SentFile.objects.values_list("file_name", flat=True))
        box = self.bank_account.path / "from_bank"
        assert contents(box) == {}
        assert sorted(contents(box / "read")) == sent
        read = [*StatusReport.objects.values_list("file_name"), *StatementFile.objects.values_list("file_name")]
        assert sorted(name for (name,) in read) == sent
        assert not StatusReport.objects.unapplied().exists() and not StatusReport.objects.parked().exists()
        assert set(StatementFile.objects.values_list("status", flat=True)) == {"imported"}
        assert not StatementLine.objects.open().exists()

    def _assert_each_was_told_once(self, statement_first):
        assert dict(Payout.objects.values_list("amount", "status")) == self.ends
        assert list(Attempt.objects.values_list("number", flat=True)) == [1] * len(self.ends)
        told = Counter(Event.objects.filter(subject__startswith="po_").values_list("type", flat=True))
        ended = Counter(self.ends.values())
        paid = len(self.ends) - ended["failed"]
        accepted = told.pop("payout.accepted", 0)
        assert accepted == paid or statement_first and accepted < paid
        assert told == +Counter(
            {
                "payout.created": len(self.ends),
                "payout.submitting": len(self.ends),
                "payout.sent": len(self.ends),
                "payout.failed": ended["failed"],
                "payout.paid": paid,
                "payout.returned": ended["returned"],
            }
        )

    def _assert_the_books_balance(self):
        paid = sum(amount for amount, end in self.ends.items() if end == "paid")
        held = Counter(balances(self.platform.public_id)["EUR"])
        assert +held == {"funds": DEPOSIT - paid}
        assert balances(self.bank_account.public_id)["EUR"]["clearing"] == 0
        assert totals(trial_balance()) == {"EUR": 0}
        assert verify() == []
        assert violations_committed() == []


def contents(folder):
    """Return the digests of the files in a folder by name, hidden ones too."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}
