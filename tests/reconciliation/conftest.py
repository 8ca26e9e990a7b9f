from datetime import timedelta

import pytest

from apps.core.permissions import SYSTEM
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, mark_handed_over, seal_files, start_due
from apps.rails.jobs import hand_over_files
from apps.reconciliation.models import Statement, StatementLine
from apps.reconciliation.operations import import_bank_file
from tests import factories
from tests.reconciliation.bank import Ntry, statement


def send(platform, key, account, amounts):
    """Create payouts and bring them to the bank; return them as they are then."""
    drafts = [factories.payout_draft(amount=amount) for amount in amounts]
    payouts = create_payouts(platform.pk, drafts, by=key)
    bring_to_bank(payouts, account)
    return list(Payout.objects.filter(pk__in=[payout.pk for payout in payouts]).order_by("pk"))


def bring_to_bank(payouts, account):
    """Let the cut-off of the payouts pass and their file reach the bank's folder."""
    ahead = max(payout.cut_off_at for payout in payouts) - account.business_now() + timedelta(seconds=2)
    if ahead > timedelta():
        account.clock_offset_seconds += int(ahead.total_seconds())
        account.save(update_fields=["clock_offset_seconds"])
    start_due()
    seal_files()
    hand_over_files()
    mark_handed_over()


class Bank:
    """The bank of one account: it states entries one day after the other, each statement where the last one closed."""

    def __init__(self, account):
        self.account = account
        self.iban = account.read_iban()

    @property
    def closing(self):
        last = Statement.objects.filter(bank_account=self.account, kind="camt.053").order_by("-number").first()
        return last.closing if last else 0

    def write(self, entries, **changes):
        number = Statement.objects.filter(bank_account=self.account).count() + 1
        details = {"opening": self.closing, "id": f"STM-{number}", "day": self.account.business_today()}
        return statement(self.iban, entries, **(details | changes))

    def state(self, *entries, by=SYSTEM, **changes):
        """Import a statement with these entries."""
        return import_bank_file(self.write(entries, **changes), "statement.xml", by=by)

    def state_notified(self):
        """Import a statement that lists what notifications have told of."""
        lines = StatementLine.objects.filter(bank_account=self.account, statement=None)
        return self.state(
            *[
                Ntry(
                    line.amount if line.sign == "CRDT" else -line.amount,
                    reference=line.bank_reference,
                    day=line.booked_on,
                )
                for line in lines
            ]
        )


@pytest.fixture
def iban(bank_account):
    return bank_account.read_iban()


@pytest.fixture
def day(bank_account):
    return bank_account.business_today()


@pytest.fixture
def sent(platform, key, bank_account, standing):
    """Three payouts that the bank has: 10.00, 20.00 and 30.00 EUR, in one file."""
    return standing.get("sent") or send(platform, key, bank_account, [1000, 2000, 3000])


@pytest.fixture
def bank(bank_account):
    return Bank(bank_account)


@pytest.fixture
def stated(sent, bank, standing):
    """The bank with one statement: the platform's 100,000.00 EUR that arrived before."""
    if not standing.get("stated"):
        bank.state_notified()
    assert bank.closing == 10_000_000
    return bank
