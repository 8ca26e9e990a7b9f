from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.ids import encode, uuid7
from apps.ledger.models import Account, Entry, Journal, Transfer
from apps.ledger.posting import (
    AccountKey,
    AlreadyPosted,
    AlreadyReversed,
    BalanceOutOfRange,
    InsufficientFunds,
    JournalDraft,
    Leg,
    lock_available,
    post,
    reversals,
    reverse,
)

from . import BOOKS_ALONE

DAY = date(2026, 3, 31)
PARTNER = encode("ptn", uuid7())
BANK_ACCOUNT = encode("ba", uuid7())
BANK = AccountKey("bank", BANK_ACCOUNT, "EUR")
CLEARING = AccountKey("clearing", BANK_ACCOUNT, "EUR")
FUNDS = AccountKey("funds", PARTNER, "EUR")
RESERVED = AccountKey("reserved", PARTNER, "EUR")

pytestmark = [pytest.mark.django_db, BOOKS_ALONE]


def draft(moment, reference, *legs, **more):
    return JournalDraft(moment, reference, "po_1", legs, DAY, **more)


def fund(amount, reference="F1"):
    return post([draft("funding.booked", reference, Leg(BANK, FUNDS, amount))])[0]


def reserve(amount, reference):
    return draft("payout.reserved", reference, Leg(FUNDS, RESERVED, amount))


def sums(key):
    account = Account.objects.get(**key._asdict())
    return account.debits, account.credits, account.available


def test_posting_moves_both_accounts():
    journal_id = fund(125_50)

    journal = Journal.objects.get()
    assert journal.pk == journal_id
    assert (journal.moment, journal.reference, journal.subject) == ("funding.booked", "F1", "po_1")
    assert (journal.value_on, journal.booked_on) == (DAY, None)
    assert sums(BANK) == (125_50, 0, 125_50)
    assert sums(FUNDS) == (0, 125_50, 125_50)


def test_one_call_posts_a_set_and_returns_ids_in_order():
    fund(100)
    ids = post([reserve(30, "R1"), reserve(20, "R2")])

    assert [Journal.objects.get(pk=pk).reference for pk in ids] == ["R1", "R2"]
    assert sums(FUNDS) == (50, 100, 50)
    assert sums(RESERVED) == (0, 50, 50)


def test_a_set_is_judged_by_where_it_ends():
    fund(100)
    post(
        [
            draft("payout.submitted", "A", Leg(RESERVED, CLEARING, 100)),
            reserve(100, "R"),
        ]
    )
    assert (sums(FUNDS)[2], sums(RESERVED)[2], sums(CLEARING)[2]) == (0, 0, 100)


def test_journal_of_several_legs_is_numbered_in_order():
    fund(100)
    fee = AccountKey("rail_fee", "", "EUR")
    post([draft("line.settled", "L", Leg(FUNDS, BANK, 90), Leg(fee, BANK, 10))])

    legs = Transfer.objects.filter(journal__reference="L").values_list("leg", "debit__kind", "credit__kind", "amount")
    assert list(legs) == [(1, "funds", "bank", 90), (2, "rail_fee", "bank", 10)]


def test_each_transfer_shows_as_two_entries_that_cancel():
    fund(100)
    entries = Entry.objects.values_list("side", "account__kind", "amount", "currency", "moment", "reference")
    assert list(entries) == [
        ("debit", "bank", 100, "EUR", "funding.booked", "F1"),
        ("credit", "funds", -100, "EUR", "funding.booked", "F1"),
    ]


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_any_number_of_journals_is_one_statement(count):
    with CaptureQueriesContext(connection) as queries:
        post([draft("funding.booked", f"F{n}", Leg(BANK, FUNDS, 1)) for n in range(count)])

    assert len(queries) == 1
    assert sums(FUNDS) == (0, count, count)


def test_nothing_to_post_is_no_statement():
    with CaptureQueriesContext(connection) as queries:
        assert post([]) == []
    assert len(queries) == 0


def test_balance_never_falls_below_its_floor():
    fund(100)
    with pytest.raises(InsufficientFunds) as refusal, transaction.atomic():
        post([reserve(60, "R1"), reserve(60, "R2")])

    assert refusal.value.code == "insufficient-funds"
    assert refusal.value.detail == f"funds of {PARTNER} has 1.00 EUR, 0.20 more than that is asked."
    assert refusal.value.extra["accounts"] == [
        {"kind": "funds", "holder": PARTNER, "currency": "EUR", "available": 100, "change": -120}
    ]
    assert Journal.objects.count() == 1
    assert sums(FUNDS) == (0, 100, 100)


def test_accounts_without_floor_may_go_below_zero():
    suspense = AccountKey("suspense", "", "EUR")
    post([draft("line.unidentified", "L", Leg(suspense, BANK, 100))])
    assert (sums(suspense)[2], sums(BANK)[2]) == (-100, -100)


def test_moment_is_posted_once_per_reference():
    fund(100)
    post([reserve(10, "R")])
    with pytest.raises(AlreadyPosted, match="payout.reserved, R"), transaction.atomic():
        post([reserve(10, "other"), reserve(10, "R")])

    assert sums(RESERVED)[2] == 10
    assert Journal.objects.count() == 2


def test_moment_is_posted_once_within_a_set():
    with pytest.raises(AlreadyPosted), transaction.atomic():
        post([draft("funding.booked", "F", Leg(BANK, FUNDS, 1))] * 2)
    assert Journal.objects.count() == 0


def test_sum_beyond_64_bits_is_refused_whole():
    fund(2**63 - 1)
    with pytest.raises(BalanceOutOfRange), transaction.atomic():
        fund(1, "F2")
    assert sums(BANK) == (2**63 - 1, 0, 2**63 - 1)


@pytest.mark.parametrize(
    "legs",
    [
        (),
        (Leg(BANK, FUNDS, 0),),
        (Leg(BANK, FUNDS, -1),),
        (Leg(BANK, FUNDS, 1.0),),
        (Leg(BANK, FUNDS, True),),
        (Leg(FUNDS, FUNDS, 1),),
        (Leg(BANK, FUNDS._replace(currency="USD"), 1),),
        (Leg(BANK, FUNDS._replace(kind="pocket"), 1),),
        (Leg(BANK._replace(currency="EURO"), FUNDS._replace(currency="EURO"), 1),),
    ],
)
def test_draft_that_makes_no_sense_is_a_bug(legs):
    with pytest.raises(ValueError):
        post([draft("funding.booked", "F", *legs)])
    assert Account.objects.count() == 0


@pytest.mark.parametrize(
    "key", [FUNDS._replace(holder=""), FUNDS._replace(holder=BANK_ACCOUNT), BANK._replace(holder="")]
)
def test_account_belongs_to_the_holder_its_kind_says(key):
    with pytest.raises(DatabaseError, match="ledger_account_kind"), transaction.atomic():
        post([draft("x", "y", Leg(key, AccountKey("suspense", "", "EUR"), 1))])


def test_lock_available_tells_what_is_there_and_opens_what_is_not():
    fund(100)
    assert lock_available([RESERVED, FUNDS, FUNDS]) == {FUNDS: 100, RESERVED: 0}
    assert sums(RESERVED) == (0, 0, 0)


def test_contra_journal_undoes_every_transfer_exactly():
    fund(100)
    fee = AccountKey("rail_fee", "", "EUR")
    [settled] = post([draft("line.settled", "L", Leg(FUNDS, BANK, 90), Leg(fee, BANK, 10))])
    [contra] = post([reverse(settled, "mat_1", value_on=DAY)])

    journal = Journal.objects.get(pk=contra)
    assert (journal.moment, journal.reference, journal.reverses_id) == ("line.settled.reversed", "mat_1", settled)
    assert journal.subject == "po_1"
    assert list(journal.transfers.values_list("leg", "debit__kind", "credit__kind", "amount")) == [
        (1, "bank", "funds", 90),
        (2, "bank", "rail_fee", 10),
    ]
    assert (sums(FUNDS)[2], sums(BANK)[2], sums(fee)[2]) == (100, 100, 0)


def test_journal_is_reversed_once():
    funded = fund(100)
    post([reverse(funded, "first", value_on=DAY)])
    with pytest.raises(AlreadyReversed), transaction.atomic():
        post([reverse(funded, "second", value_on=DAY)])
    assert sums(FUNDS)[2] == 0


def test_contra_that_is_not_exact_is_refused_by_the_database():
    funded = fund(100)
    for legs in [(Leg(FUNDS, BANK, 99),), (Leg(FUNDS, BANK, 99), Leg(FUNDS, BANK, 1)), (Leg(BANK, FUNDS, 100),)]:
        with pytest.raises(DatabaseError, match="exact contra"), transaction.atomic():
            post([draft("funding.undone", "U", *legs, reverses=funded)])
    assert sums(FUNDS) == (0, 100, 100)


@pytest.mark.parametrize("count", [10, 200])
def test_contra_journals_of_a_set_are_read_with_two_statements(count):
    ids = post([draft("funding.booked", f"F{n}", Leg(BANK, FUNDS, n + 1)) for n in range(count)])
    with CaptureQueriesContext(connection) as queries:
        drafts = reversals({pk: f"U{n}" for n, pk in enumerate(ids)}, value_on=DAY)

    assert len(queries) == 2
    assert [d.reference for d in drafts] == [f"U{n}" for n in range(count)]
    post(drafts)
    assert sums(FUNDS)[2] == 0
