"""The sandbox bank's API for instant payments, served by a thread of the tests, with terms and a clock that tests set."""

import json
import threading
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta

from apps.rails.models import BankAccount
from apps.rails.registry import RAILS
from apps.sandbox.instant.behavior import FILE_NAME, USUAL_TERMS
from apps.sandbox.instant.customers import Customer
from apps.sandbox.instant.log import read_facts
from apps.sandbox.instant.server import InstantBank
from tests.rails.samples import iban, instruction

INSTANT = RAILS["sepa_instant"]


def bank_account(url, terms=USUAL_TERMS, **changes):
    """Return an unsaved account of ours, whose bank is at the address."""
    account = BankAccount(**({"name": "Main", "mode": "sandbox", "currency": "EUR", "folder": "main"} | changes))
    account.instant = {"url": url, "protocol": asdict(terms)}
    account.write_iban(iban())
    return account


class Bank:
    """A bank with one customer, and the customer's side of it: the rail."""

    def __init__(self, folder):
        self.folder = folder
        self.terms = replace(USUAL_TERMS, longest_call_seconds=2)
        self.ahead = timedelta()
        self.open()

    def open(self):
        self.server = InstantBank(("127.0.0.1", 0), self.customer)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def customer(self, number):
        return Customer(self.folder, "EUR", self.terms, self.ahead) if number == iban() else None

    @property
    def account(self):
        return bank_account(self.server.url, self.terms)

    def promise(self, **changes):
        self.terms = replace(self.terms, **changes)

    def wait(self, seconds):
        """Let time pass on the account's clock."""
        self.ahead += timedelta(seconds=seconds)

    def programme(self, **parts):
        (self.folder / FILE_NAME).write_text(json.dumps(parts))

    def submit(self, amount=1250, number=1, attempt=1, **changes):
        order = instruction(number, amount=amount, instruction_id=f"PO00TEST{number:08d}-{attempt}", **changes)
        return INSTANT.submit(self.account, order, timeout_seconds=2)

    def query(self, number=1):
        return INSTANT.query(self.account, f"PO00TEST{number:08d}", timeout_seconds=2)

    def recall(self, recall_id="RC1", number=1):
        return INSTANT.recall(self.account, recall_id, f"PO00TEST{number:08d}", timeout_seconds=2)

    def query_recall(self, recall_id="RC1"):
        return INSTANT.query_recall(self.account, recall_id, timeout_seconds=2)

    def facts(self):
        return [fact for _, _, fact in read_facts(self.folder)]

    def log(self):
        """Return the names of the facts in the log."""
        return [fact["fact"] for fact in self.facts()]


@contextmanager
def open_bank(folder):
    folder.mkdir(parents=True, exist_ok=True)
    bank = Bank(folder)
    try:
        yield bank
    finally:
        bank.close()
