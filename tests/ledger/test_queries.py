from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.database import database_now
from apps.core.ids import encode, uuid7
from apps.ledger.posting import AccountKey, JournalDraft, Leg, post
from apps.ledger.queries import Difference, TrialBalanceRow, account_statement, balances, totals, trial_balance, verify

from . import BOOKS_ALONE

pytestmark = BOOKS_ALONE

DAY = date(2026, 3, 31)
PARTNER = encode("ptn", uuid7())
BANK_ACCOUNT = encode("ba", uuid7())
BANK = AccountKey("bank", BANK_ACCOUNT, "EUR")
FUNDS = AccountKey("funds", PARTNER, "EUR")
RESERVED = AccountKey("reserved", PARTNER, "EUR")
YEN = AccountKey("funds", PARTNER, "JPY")
BANK_YEN = AccountKey("bank", BANK_ACCOUNT, "JPY")


def move(moment, reference, debit, credit, amount):
    return post([JournalDraft(moment, reference, "", (Leg(debit, credit, amount),), DAY)])[0]


@pytest.fixture
def books(db):
    """Funded, a part reserved, and the moment between the two."""
    move("funding.booked", "F1", BANK, FUNDS, 100_00)
    move("funding.booked", "F2", BANK_YEN, YEN, 5000)
    between = database_now()
    move("payout.reserved", "R1", FUNDS, RESERVED, 30_00)
    move("payout.reserved", "R2", FUNDS, RESERVED, 20_00)
    return between


def test_trial_balance_shows_every_account_and_sums_to_zero(books):
    rows = trial_balance()
    assert rows == [
        TrialBalanceRow(BANK, 100_00, 0),
        TrialBalanceRow(FUNDS, 50_00, 100_00),
        TrialBalanceRow(RESERVED, 0, 50_00),
        TrialBalanceRow(BANK_YEN, 5000, 0),
        TrialBalanceRow(YEN, 0, 5000),
    ]
    assert [row.balance for row in rows] == [100_00, -50_00, -50_00, 5000, -5000]
    assert totals(rows) == {"EUR": 0, "JPY": 0}


def test_trial_balance_of_a_moment_leaves_out_what_came_later(books):
    rows = trial_balance(books)
    assert rows == [
        TrialBalanceRow(BANK, 100_00, 0),
        TrialBalanceRow(FUNDS, 0, 100_00),
        TrialBalanceRow(BANK_YEN, 5000, 0),
        TrialBalanceRow(YEN, 0, 5000),
    ]
    assert totals(rows) == {"EUR": 0, "JPY": 0}
    assert [row for row in trial_balance(database_now()) if row.debits or row.credits] == trial_balance()


def test_account_statement_runs_from_opening_to_closing(books):
    statement = account_statement(FUNDS)
    assert (statement.opening, statement.closing) == (0, 50_00)
    assert [(entry.reference, entry.change, entry.balance) for entry in statement.entries] == [
        ("F1", 100_00, 100_00),
        ("R1", -30_00, 70_00),
        ("R2", -20_00, 50_00),
    ]


def test_account_statement_of_a_span_begins_with_what_was_before(books):
    later = account_statement(FUNDS, since=books)
    assert (later.opening, later.closing) == (100_00, 50_00)
    assert [(entry.reference, entry.balance) for entry in later.entries] == [("R1", 70_00), ("R2", 50_00)]

    earlier = account_statement(FUNDS, until=books)
    assert (earlier.opening, earlier.closing) == (0, 100_00)
    assert [entry.reference for entry in earlier.entries] == ["F1"]


def test_account_statement_of_a_debit_account_grows_by_debits(books):
    statement = account_statement(BANK)
    assert [(entry.change, entry.balance) for entry in statement.entries] == [(100_00, 100_00)]


def test_account_that_was_never_used_has_an_empty_statement(db):
    statement = account_statement(FUNDS)
    assert (statement.opening, statement.closing, statement.entries) == (0, 0, [])


def test_balances_of_a_holder(books):
    assert balances(PARTNER) == {"EUR": {"funds": 50_00, "reserved": 50_00}, "JPY": {"funds": 5000}}
    assert balances(encode("ptn", uuid7())) == {}


def test_live_trial_balance_and_balances_are_one_statement_each(books):
    with CaptureQueriesContext(connection) as queries:
        trial_balance()
        balances(PARTNER)
    assert len(queries) == 2


def test_stored_sums_are_the_sums_of_the_transfers(books):
    assert verify() == []


def test_verify_names_the_account_whose_sums_were_bent(committed_db):
    with transaction.atomic():
        move("funding.booked", "F1", BANK, FUNDS, 100_00)
    with bent_books():
        assert verify() == [Difference(FUNDS, stored=(0, 100_01), summed=(0, 100_00))]
        with pytest.raises(CommandError, match="does not balance in EUR"):
            call_command("trial_balance", stdout=StringIO())
    assert verify() == []


class bent_books:
    """Let the owner add a cent to a balance with the guards off, for the length of a block."""

    def __enter__(self):
        self._bend(+1)

    def __exit__(self, *exception):
        self._bend(-1)

    def _bend(self, cent):
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_guard")
            cursor.execute("UPDATE ledger_account SET credits = credits + %s WHERE kind = 'funds'", [cent])
            cursor.execute("ALTER TABLE ledger_account ENABLE TRIGGER ledger_account_guard")


def test_command_prints_the_trial_balance(books):
    out = StringIO()
    call_command("trial_balance", stdout=out)
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert ["EUR", "funds", PARTNER, "50.00", "100.00", "-50.00"] in lines
    assert ["JPY", "bank", BANK_ACCOUNT, "5000", "0", "5000"] in lines
    assert ["EUR", "sum", "0.00"] in lines


def test_command_prints_the_trial_balance_of_a_moment(books):
    out = StringIO()
    call_command("trial_balance", as_of=books, stdout=out)
    assert "reserved" not in out.getvalue()
    with pytest.raises(CommandError, match="no date and time"):
        call_command("trial_balance", "--as-of", "yesterday", stdout=out)
