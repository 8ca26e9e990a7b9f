"""What SEPA Instant offers: days, limits, access, and the record of what its bank documents."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from apps.rails.contract import DuplicateCheck, Limits, Protocol
from apps.rails.models import BankAccount
from apps.rails.operations import CannotOpenBankAccount
from apps.sandbox.instant.behavior import USUAL_TERMS
from tests.instant_bank import INSTANT, bank_account
from tests.rails.conftest import new_bank_account

RECORD = asdict(USUAL_TERMS)


@pytest.mark.parametrize(
    ("on", "largest"),
    [
        (date(2018, 1, 1), 1_500_000),
        (date(2020, 7, 1), 10_000_000),
        (date(2025, 10, 4), 10_000_000),
        (date(2025, 10, 5), 99_999_999_999),
        (None, 99_999_999_999),
    ],
)
def test_largest_amount_is_that_of_the_day(on, largest):
    assert INSTANT.capabilities.limits_on("EUR", on).maximum == largest
    assert INSTANT.check_reach(largest, "EUR", "DE", on=on) == []
    assert [fault.code for fault in INSTANT.check_reach(largest + 1, "EUR", "DE", on=on)] == ["amount-out-of-range"]


def test_before_its_first_day_the_rail_serves_no_currency():
    assert INSTANT.capabilities.limits_on("EUR", date(2017, 11, 20)) is None
    assert INSTANT.capabilities.limits["EUR"][0] == Limits(1, 1_500_000, date(2017, 11, 21))


@pytest.mark.parametrize(
    ("now", "execute_on", "leaves_at", "day", "moves"),
    [
        ((2026, 12, 25, 23, 30), None, (2026, 12, 25, 23, 30), date(2026, 12, 26), []),
        ((2026, 11, 22, 3, 0), None, (2026, 11, 22, 3, 0), date(2026, 11, 22), []),
        ((2026, 11, 22, 3, 0), date(2026, 11, 22), (2026, 11, 22, 3, 0), date(2026, 11, 22), []),
        ((2026, 11, 22, 3, 0), date(2026, 11, 29), (2026, 11, 28, 23, 0), date(2026, 11, 29), []),
        ((2026, 11, 22, 3, 0), date(2026, 11, 20), (2026, 11, 22, 3, 0), date(2026, 11, 22), ["date-passed"]),
    ],
)
def test_payment_leaves_at_once_on_any_day(now, execute_on, leaves_at, day, moves):
    plan = INSTANT.plan(datetime(*now, tzinfo=UTC), None, execute_on)

    assert plan.cut_off_at == datetime(*leaves_at, tzinfo=UTC)
    assert (plan.execute_on, plan.expected_settlement_on) == (day, day)
    assert [move.code for move in plan.moves] == moves
    again = INSTANT.plan_of(plan.cut_off_at)
    assert (again.execute_on, again.expected_settlement_on) == (day, day)


def test_account_needs_access():
    assert INSTANT.check_access(bank_account("http://127.0.0.1:1")) == []
    [fault] = INSTANT.check_access(BankAccount(name="Main"))
    assert (fault.pointer, fault.code) == ("/rail", "no-instant-access")


def test_protocol_is_what_the_bank_documents():
    protocol = INSTANT.protocol(bank_account("http://127.0.0.1:1"))
    assert protocol == Protocol(DuplicateCheck.FOREVER, 0, True, True, 10, 10, 60, True)
    assert Protocol.from_record(protocol.as_record()) == protocol
    assert protocol.as_record() == RECORD


@pytest.mark.parametrize(
    "wrong",
    [
        {"duplicate_check": "sometimes"},
        {"duplicate_check": "window"},
        {"duplicate_window_seconds": 60},
        {"visibility_seconds": -1},
        {"visibility_seconds": "10"},
        {"longest_call_seconds": 0},
        {"can_query": 1},
        {"longest_processing_seconds": True},
        {"can_fly": True},
    ],
)
def test_protocol_that_cannot_be_meant_is_refused(wrong, bank_folder, db):
    record = RECORD | wrong
    with pytest.raises(ValueError):
        Protocol.from_record(record)
    with pytest.raises(CannotOpenBankAccount) as refusal:
        new_bank_account(instant={"url": "http://127.0.0.1:8010", "protocol": record})
    assert [fault.pointer for fault in refusal.value.errors] == ["/instant/protocol"]
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(
    ("mode", "instant", "pointer"),
    [
        ("sandbox", {"url": "http://127.0.0.1:8010"}, "/instant"),
        ("sandbox", {"url": "ftp://bank", "protocol": RECORD}, "/instant/url"),
        ("sandbox", {"url": None, "protocol": RECORD}, "/instant/url"),
        ("live", {"url": "http://bank.example", "protocol": RECORD}, "/instant/url"),
    ],
)
def test_access_that_cannot_be_meant_is_refused(mode, instant, pointer, bank_folder, db):
    with pytest.raises(CannotOpenBankAccount) as refusal:
        new_bank_account(mode=mode, instant=instant)
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]


def test_database_keeps_no_half_access(bank_folder, db):
    bank_account = new_bank_account()
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(pk=bank_account.pk).update(instant={"url": "http://127.0.0.1:8010"})
