"""Who the bank's customers are: the sandbox accounts that have access to instant payments, with their clocks."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, connections

from apps.core.crypto import blind_index
from apps.rails.models import BankAccount
from apps.sandbox.instant.behavior import Terms

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
        self.seen = {}

    def __call__(self, iban: str) -> Customer | None:
        """Return the customer with this account, or None."""
        return self.asking.submit(self._find, iban).result()

    def close(self) -> None:
        self.asking.submit(connections.close_all).result()
        self.asking.shutdown()

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
        self.seen[iban] = Customer(folder_of(account), account.currency, terms, ahead)
        return self.seen[iban]
