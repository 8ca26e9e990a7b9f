"""Postings that meet: every test commits, so each takes a fresh database (about 0.3 s)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connections, transaction

from apps.core.ids import encode, uuid7
from apps.ledger.models import Account, Journal
from apps.ledger.posting import AccountKey, AlreadyPosted, InsufficientFunds, JournalDraft, Leg, lock_available, post
from apps.ledger.queries import verify

from . import BOOKS_ALONE

pytestmark = BOOKS_ALONE

DAY = date(2026, 3, 31)
PARTNER = encode("ptn", uuid7())
BANK = AccountKey("bank", encode("ba", uuid7()), "EUR")
FUNDS = AccountKey("funds", PARTNER, "EUR")
RESERVED = AccountKey("reserved", PARTNER, "EUR")


def at_once(*calls):
    """Run the calls in threads that start together; return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            with transaction.atomic():
                return call()
        except (AlreadyPosted, InsufficientFunds) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def move(reference, debit, credit, amount, moment="payout.reserved"):
    return JournalDraft(moment, reference, "", (Leg(debit, credit, amount),), DAY)


def fund(amount):
    with transaction.atomic():
        post([move("F", BANK, FUNDS, amount, "funding.booked")])


def available(key):
    return Account.objects.get(**key._asdict()).available


def test_a_hundred_reservations_at_once_never_overdraw(committed_db):
    """Takes a second: a hundred connections to wait for one row."""
    fund(100)
    outcomes = []
    for wave in range(5):
        outcomes += at_once(
            *[lambda n=n, wave=wave: post([move(f"R{wave}-{n}", FUNDS, RESERVED, 3)]) for n in range(20)]
        )

    refused = [outcome for outcome in outcomes if isinstance(outcome, InsufficientFunds)]
    assert len(refused) == 100 - 33
    assert (available(FUNDS), available(RESERVED)) == (1, 99)
    assert verify() == []


def test_reserving_what_is_seen_under_the_lock_never_overdraws(committed_db):
    fund(100)

    def reserve(number):
        if lock_available([FUNDS])[FUNDS] >= 30:
            post([move(f"R{number}", FUNDS, RESERVED, 30)])
            return "reserved"
        return "waits"

    outcomes = at_once(*[lambda n=n: reserve(n) for n in range(10)])
    assert sorted(outcomes) == ["reserved"] * 3 + ["waits"] * 7
    assert available(FUNDS) == 10


def test_moment_posted_twice_at_once_is_posted_once(committed_db):
    fund(100)
    outcomes = at_once(*[lambda: post([move("R", FUNDS, RESERVED, 10)])] * 8)

    assert sum(isinstance(outcome, AlreadyPosted) for outcome in outcomes) == 7
    assert available(RESERVED) == 10
    assert Journal.objects.filter(moment="payout.reserved").count() == 1


def test_opposite_orders_never_wait_in_a_circle(committed_db):
    """A deadlock would surface as an OperationalError in one of the threads."""
    accounts = [AccountKey("suspense", "", currency) for currency in ("EUR", "USD", "GBP", "JPY", "CHF", "SEK")]
    other = [AccountKey("rail_fee", "", key.currency) for key in accounts]
    pairs = list(zip(accounts, other, strict=True))

    def post_all(thread, step, ordered):
        post([move(f"{thread}-{step}-{debit.currency}", debit, credit, 1, "x") for debit, credit in ordered])

    for step in range(10):
        at_once(
            *[
                lambda thread=thread, step=step: post_all(thread, step, pairs if thread % 2 else pairs[::-1])
                for thread in range(6)
            ]
        )
    assert Journal.objects.count() == 6 * 10 * 6
    assert verify() == []


def test_account_wanted_by_many_at_once_is_opened_once(committed_db):
    outcomes = at_once(*[lambda n=n: post([move(f"F{n}", BANK, FUNDS, 1, "funding.booked")]) for n in range(10)])

    assert len(outcomes) == 10
    assert Account.objects.count() == 2
    assert available(FUNDS) == 10
