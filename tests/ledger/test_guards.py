"""What the database refuses, whoever asks: the product's role, and the owner of the tables."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import DatabaseError, connection, connections, transaction

from apps.core.ids import encode, uuid7
from apps.ledger.kinds import KINDS
from apps.ledger.models import Account
from apps.ledger.posting import AccountKey, JournalDraft, Leg, post

from . import BOOKS_ALONE

pytestmark = BOOKS_ALONE

PARTNER = encode("ptn", uuid7())
FUNDS = AccountKey("funds", PARTNER, "EUR")
BANK = AccountKey("bank", encode("ba", uuid7()), "EUR")

BY_HAND = [
    "UPDATE ledger_account SET credits = credits + 1",
    "UPDATE ledger_account SET min_available = NULL",
    "DELETE FROM ledger_account",
    "INSERT INTO ledger_account (kind, holder, currency, normal, debits, credits, min_available)"
    " VALUES ('funds', 'ptn_x', 'EUR', 'credit', 0, 100, 0)",
    "UPDATE ledger_journal SET value_on = '2020-01-01'",
    "DELETE FROM ledger_journal",
    "UPDATE ledger_transfer SET amount = 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer",
    "TRUNCATE ledger_journal CASCADE",
    "TRUNCATE ledger_account CASCADE",
]


@contextmanager
def as_owner():
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


@pytest.fixture
def funded():
    def post_one():
        with transaction.atomic():
            return post([JournalDraft("funding.booked", "F1", "", (Leg(BANK, FUNDS, 100),), date(2026, 3, 31))])[0]

    return post_one


@pytest.mark.django_db
@pytest.mark.parametrize("statement", BY_HAND)
def test_product_may_not_write_by_hand(funded, statement):
    funded()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_product_may_not_insert_a_transfer_by_hand(funded):
    journal = funded()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (journal_id, leg, debit_id, credit_id, currency, amount)"
            " SELECT %s, 2, debit_id, credit_id, currency, 5 FROM ledger_transfer",
            [journal],
        )


@pytest.mark.django_db
def test_a_posted_journal_takes_no_further_transfer(funded):
    journal = funded()
    document = f"""[{{"journal": "{journal}", "leg": 2, "debit": 1, "credit": 2, "currency": "EUR", "amount": 5}}]"""
    accounts = (
        f'[{{"kind": "funds", "holder": "{PARTNER}", "currency": "EUR"}},'
        f' {{"kind": "bank", "holder": "{BANK.holder}", "currency": "EUR"}}]'
    )
    with (
        pytest.raises(DatabaseError, match="without their journal"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT ledger_post(%s, '[]', %s)", [accounts, document])
    assert Account.objects.get(kind="funds").available == 100


def test_owner_may_not_write_by_hand_either(committed_db, funded):
    funded()
    for statement in BY_HAND:
        with pytest.raises(DatabaseError, match="is refused"), as_owner() as cursor:
            cursor.execute(statement)


def test_owner_may_not_mix_currencies(committed_db, funded):
    funded()
    for change, constraint in [
        ("'USD', 5, debit_id, credit_id", "currency"),
        ("'EUR', 0, debit_id, credit_id", "ledger_transfer_amount"),
        ("'EUR', 5, debit_id, debit_id", "ledger_transfer_two_accounts"),
    ]:
        with pytest.raises(DatabaseError, match=constraint), as_owner() as cursor:
            cursor.execute(
                "INSERT INTO ledger_transfer (journal_id, leg, currency, amount, debit_id, credit_id)"
                f" SELECT journal_id, 2, {change} FROM ledger_transfer"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_account_can_be_opened(kind):
    holder = {"partner": PARTNER, "bank account": BANK.holder, "house": ""}[kind.holder]
    key = AccountKey(kind.name, holder, "EUR")
    other = FUNDS if kind.name != "funds" else BANK
    debit, credit = (key, other) if kind.normal == "debit" else (other, key)
    if debit == FUNDS or debit.kind in ("clearing", "reserved"):
        post([JournalDraft("funding.booked", "F", "", (Leg(BANK, debit, 100),), date(2026, 3, 31))])
    post([JournalDraft("x", "y", "", (Leg(debit, credit, 100),), date(2026, 3, 31))])

    account = Account.objects.get(kind=kind.name, holder=holder)
    assert account.available == 100 if kind.name != "bank" else account.available >= 100
    assert account.min_available == (0 if kind.never_negative else None)
    assert account.meaning == kind.meaning
