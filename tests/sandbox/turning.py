"""The whole of a small world in one process: the portal's jobs and the simulated bank take turns, real files between them."""

import threading
from contextlib import contextmanager
from datetime import datetime, timedelta

from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.authentication import key_for
from apps.payouts import jobs as payouts
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.rails.models import BankAccount
from apps.reconciliation import jobs as reconciliation
from apps.sandbox import bank
from apps.sandbox.instant.customers import Customers
from apps.sandbox.instant.server import InstantBank
from apps.sandbox.operations import advance_clock, announce_instant_bank, deposit, open_sandbox
from apps.sandbox.operations.platforms import NO_APPROVALS
from tests import factories

JOBS = (
    payouts.move_waiting,
    payouts.submit_due,
    payouts.call_banks,
    payouts.apply_reports,
    reconciliation.import_inbox,
    reconciliation.match_waiting,
    payouts.stop_contradicted,
    payouts.ask_recalls,
)


class Shop:
    """One sandbox platform with money, and what its programs and its time do."""

    def __init__(self, name="Shop", funds=10_000_000):
        self.sandbox = open_sandbox(name, bands=NO_APPROVALS, by=SYSTEM)
        self.partner, self.token = self.sandbox.partner, self.sandbox.token
        self.by = key_for(self.token).partner.service_user
        if funds:
            deposit(self.account.pk, funds, self.partner.funding_reference, by=SYSTEM)
            turn()

    @property
    def account(self):
        return BankAccount.objects.get(pk=self.sandbox.bank_account.pk)

    def pay(self, *amounts, **details):
        drafts = [factories.payout_draft(amount=amount, **details) for amount in amounts]
        return create_payouts(self.partner.pk, drafts, by=self.by)

    def pass_time(self, **time):
        advance_clock(self.account.pk, by_seconds=int(timedelta(**time).total_seconds()), by=SYSTEM)
        turn()

    def go_to(self, moment: datetime):
        advance_clock(self.account.pk, to=moment, by=SYSTEM)
        turn()

    def send(self, *made):
        """Let the cut-off of payouts come, and the files go."""
        self.go_to(max(payout.cut_off_at for payout in made) + timedelta(seconds=1))

    def told(self):
        """Return every event of the platform: (subject's place among the subjects, type)."""
        events = list(Event.objects.filter(partner_id=self.partner.pk).order_by("id"))
        places = {subject: place for place, subject in enumerate(dict.fromkeys(event.subject for event in events))}
        return [(places[event.subject], event.type) for event in events]


def turn(times=2):
    """Let everybody who has something to do do it: the bank, then the portal, so often that answers are read."""
    for _ in range(times):
        bank.work()
        for job in JOBS:
            job()


def status(payout):
    return str(Payout.objects.get(pk=payout.pk).status)


@contextmanager
def instant_bank():
    """Serve instant payments for every account of the database."""
    customers = Customers()
    server = InstantBank(("127.0.0.1", 0), customers, customers.wishes)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    announce_instant_bank(server.url, by=SYSTEM)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        customers.close()
