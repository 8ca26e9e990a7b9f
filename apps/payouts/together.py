"""
What counts together when people are asked to approve: all that a recipient or an account gets from a platform in 24 hours.

A payout is judged by its amount and what came before it, in the order in which payouts are made. So parts need together
what their sum would need, whether they come one by one, in a batch or from a file.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

from apps.core.database import statement
from apps.core.ids import encode, first_uuid7
from apps.core.statements import ask
from apps.payouts.models import Payout
from apps.payouts.states import UNPAID

WINDOW = timedelta(hours=24)
MOST_PARTS = 20
"""How many of what counted are named, the newest; the sum is of all."""
LOCKS = 64
"""Over how many locks the recipients and accounts of a platform are spread: few for a large batch, many for two at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """A payout that is asked for: whom and where it pays (no recipient: one who is not known yet), and how much."""

    recipient: UUID | None
    account: bytes
    currency: str
    amount: int
    public_id: str = ""
    reference: str = ""

    @property
    def payee(self):
        return self.recipient, self.account, self.currency

    @property
    def keys(self):
        """Return by what it is found again: its account and, if known, its recipient."""
        account = ("account", self.account, self.currency)
        return [account, ("recipient", self.recipient, self.currency)] if self.recipient else [account]


@dataclass(slots=True)
class Before:
    """What counts beside a payout: the sum in minor units, and the public ids of the newest parts, the newest first."""

    amount: int = 0
    parts: list[str] = field(default_factory=list)


def lock_parts(partner_id, parts) -> datetime:
    """
    Let whoever pays the same recipients or accounts count after the other until this transaction ends.

    Return the database's clock as it is once nobody else counts.
    """
    buckets = sorted({crc32(repr(key).encode()) % LOCKS for part in parts for key in part.keys})
    names = [f"payouts.together/{partner_id}/{bucket}" for bucket in buckets]
    locking = (
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)), clock_timestamp() FROM unnest(%s::text[]) AS name"
    )
    return max(now for _, now in ask(locking, [names]))


def count_before(partner_id, parts, now, *, beside=None) -> list[Before]:
    """
    Return what counts before each of the parts, which come in this order: payouts of the window, and the parts before it.

    `beside` are sums by (account, currency) of what is planned before all of them. Whoever makes payouts has locked the
    parts first.
    """
    made, run = _made_before(partner_id, {part.payee for part in parts}, now), _Run()
    counted = []
    for part in parts:
        amount, names = made.get(part.payee, (0, []))
        amount += run.amount(part) + (beside or {}).get((part.account, part.currency), 0)
        counted.append(Before(amount, [*run.names(part), *names][:MOST_PARTS]))
        run.add(part)
    return counted


class _Run:
    """What was asked for so far, by recipient, by account and by both: a part of both counts once."""

    def __init__(self):
        self.sums, self.newest = defaultdict(int), defaultdict(list)

    def amount(self, part) -> int:
        both = self.sums[part.payee] if part.recipient else 0
        return sum(self.sums[key] for key in part.keys) - both

    def names(self, part) -> list[str]:
        found = {name for key in part.keys for name in self.newest[key]}
        return [name for _, name in sorted(found, reverse=True)]

    def add(self, part):
        place = self.sums["place"] = self.sums["place"] + 1
        self.sums[part.payee] += part.amount
        for key in part.keys:
            self.sums[key] += part.amount
            if part.public_id:
                self.newest[key] = [*self.newest[key][1 - MOST_PARTS :], (place, part.public_id)]


def _made_before(partner_id, payees, now) -> dict:
    """Return the sum and the newest public ids of what each payee got in the window, from payouts that may still pay."""
    payees = list(payees)
    if not payees:
        return {}
    recipients, accounts, currencies = zip(*payees, strict=True)
    values = {
        "recipients": list(recipients),
        "accounts": list(accounts),
        "currencies": list(currencies),
        "partner": partner_id,
        "since": first_uuid7(now - WINDOW),
        "unpaid": [str(state) for state in UNPAID],
        "most": MOST_PARTS,
    }
    return {
        payees[place - 1]: (int(amount), [encode(Payout.id_prefix, pk) for pk in ids])
        for place, amount, ids in ask(statement(__file__, "counted_together.sql"), values)
    }
