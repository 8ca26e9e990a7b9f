"""Who the bank's customers are: the sandbox accounts that have access to instant payments, with their clocks."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, connections

from apps.core.crypto import blind_index
from apps.rails.models import BankAccount
from apps.sandbox.choosing import Choice, Seen, recall_answer
from apps.sandbox.instant.behavior import Terms
from apps.sandbox.scenarios import InstantScenario

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Customer:
    """One account: where its log is, what time it is there, and what the bank promises."""

    folder: Path
    currency: str
    terms: Terms
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Wishes:
    """What the holder of an account asked the sandbox's bank to do, asked for in the thread that has the database."""

    def __init__(self, book_id, ask):
        self.book_id, self.ask = book_id, ask

    def scenario(self, order) -> InstantScenario | None:
        """Return the scenario that a payment meets; None where the database does not answer."""
        seen = Seen(order.end_to_end_id, order.amount, order.creditor_name)
        return self.ask(lambda: Choice(self.book_id, [seen]).instant(seen))

    def recall_answer(self, end_to_end_id: str) -> str:
        """Return the answer to a recall that was asked for, or nothing."""
        return self.ask(lambda: recall_answer(self.book_id, end_to_end_id)) or ""


def folder_of(account: BankAccount) -> Path:
    """Return where the bank keeps the log of an account."""
    return account.path / "sandbox_instant"


def token_for(iban: str) -> str:
    """Return what the holder of an account proves to be its customer by."""
    return blind_index(iban, "sandbox.instant.token").hex()


class Customers:
    """
    Finds customers in the database, by one connection in a thread of its own.

    While the database does not answer, a customer is as it was last seen: the bank outlives its customer's database.
    """

    def __init__(self):
        self.asking = ThreadPoolExecutor(1, "customers")
        self.seen, self.books = {}, {}

    def __call__(self, iban: str) -> Customer | None:
        """Return the customer with this account, or None."""
        return self.asking.submit(self._find, iban).result()

    def close(self) -> None:
        self.asking.submit(connections.close_all).result()
        self.asking.shutdown()

    def wishes(self, folder: Path) -> Wishes:
        """Return what the customer whose log is in the folder asks for; it has called before."""
        return Wishes(self.books[folder], self._ask)

    def _ask(self, question):
        return self.asking.submit(_answer, question).result()

    def _find(self, iban):
        try:
            index = blind_index(iban, "rails.bank_account.iban")
            account = BankAccount.objects.active().filter(mode="sandbox", iban_index=index).first()
        except (OperationalError, InterfaceError) as error:
            connections.close_all()
            if iban not in self.seen:
                raise
            logger.warning("the database does not answer, the account is as last seen: %s", type(error).__name__)
            return self.seen[iban]
        if account is None or account.instant is None:
            return None
        ahead = timedelta(seconds=account.clock_offset_seconds)
        terms = Terms(**account.instant["protocol"])
        self.books[folder_of(account)] = account.pk
        self.seen[iban] = Customer(folder_of(account), account.currency, terms, ahead)
        return self.seen[iban]


def _answer(question):
    try:
        return question()
    except (OperationalError, InterfaceError) as error:
        connections.close_all()
        logger.warning("the database does not answer, amounts decide: %s", type(error).__name__)
        return None
