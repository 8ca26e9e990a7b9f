"""The simulated bank of one account, called over real HTTP on the loopback, and what the jobs do at its other end."""

import json
import threading
from dataclasses import asdict, replace
from datetime import timedelta

from django.db.models import F

from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import ask_banks, doubt_dead, send_calls, start_due
from apps.rails.models import BankAccount
from apps.sandbox.instant.behavior import USUAL_TERMS
from apps.sandbox.instant.customers import Customer, folder_of
from apps.sandbox.instant.log import read_facts
from apps.sandbox.instant.server import InstantBank

TIMES = ("next_step_at", "lease_until", "first_sent_at", "sent_before", "created_at")


class Bank:
    """The bank of one account, whose terms and doings a test chooses."""

    def __init__(self, account):
        self.account = account
        self.terms = replace(
            USUAL_TERMS, longest_call_seconds=1, longest_processing_seconds=1800, visibility_seconds=50
        )
        self.ahead = timedelta()
        self.server = InstantBank(("127.0.0.1", 0), self._customer)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.promise()

    def _customer(self, iban):
        return Customer(folder_of(self.account), "EUR", self.terms, self.ahead)

    def promise(self, **terms):
        self.terms = replace(self.terms, **terms)
        instant = {"url": self.server.url, "protocol": asdict(self.terms)}
        BankAccount.objects.filter(pk=self.account.pk).update(instant=instant)

    def will(self, *payments, queries=()):
        """Choose what befalls the calls about each payment, one after the other."""
        folder_of(self.account).mkdir(parents=True, exist_ok=True)
        programme = {"payments": {"*": list(payments)}, "queries": {"*": list(queries)}}
        (folder_of(self.account) / "behavior.json").write_text(json.dumps(programme))

    def executions(self):
        """Return how often the bank has paid each end-to-end id."""
        counts = {}
        for _, _, fact in read_facts(folder_of(self.account)):
            if fact["fact"] == "executed":
                counts[fact["end_to_end_id"]] = counts.get(fact["end_to_end_id"], 0) + 1
        return counts

    def pass_time(self, seconds):
        """Let time pass for the portal and for the bank."""
        self.ahead += timedelta(seconds=seconds)
        Attempt.objects.update(**{name: F(name) - timedelta(seconds=seconds) for name in TIMES})

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def seen(payout):
    payout, attempt = Payout.objects.get(pk=payout.pk), Attempt.objects.get(payout=payout)
    return payout.status, attempt.status, attempt.next_step


def call():
    """Do what the job does, once."""
    doubt_dead(), start_due(), send_calls(), ask_banks()
