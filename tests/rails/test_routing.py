from datetime import date

import pytest

from apps.rails.models import BankAccount
from apps.rails.registry import RAILS
from apps.rails.routing import choose
from tests.rails.conftest import new_bank_account
from tests.rails.samples import SEPA, iban

ACCOUNT = BankAccount(mode="sandbox", currency="EUR", name="Main")
WITH_ACCESS = BankAccount(mode="sandbox", currency="EUR", instant={"url": "http://127.0.0.1:1", "protocol": {}})
WITHOUT_ACCESS = {"code": "no-instant-access", "detail": "Main has no access to SEPA Instant."}
NOT_ASKED_FOR = {"code": "not-requested", "detail": "SEPA Instant was not asked for."}


def codes(choice):
    return [fault.code for one in choice.considered for fault in one.faults]


@pytest.mark.parametrize("requested", ["auto", "sepa_credit_transfer"])
def test_rail_that_can_is_taken(requested):
    choice = choose(requested, "EUR", "FR", "sandbox", amount=100, bank_accounts=[ACCOUNT])

    assert choice.rail is SEPA
    assert choice.bank_account is ACCOUNT
    assert choice.faults == []
    assert [one.as_dict() for one in choice.considered] == [
        {
            "rail": "sepa_credit_transfer",
            "taken": True,
            "reasons": [],
            "note": "asked for" if requested != "auto" else "first of those that can",
        },
        {
            "rail": "sepa_instant",
            "taken": False,
            "reasons": [WITHOUT_ACCESS if requested == "auto" else NOT_ASKED_FOR],
            "note": "",
        },
    ]


def test_instant_payments_are_made_when_asked_for():
    choice = choose("sepa_instant", "EUR", "FR", "sandbox", amount=100, bank_accounts=[WITH_ACCESS])

    assert choice.rail is RAILS["sepa_instant"]
    assert choice.bank_account is WITH_ACCESS
    assert [(one.rail, one.note) for one in choice.considered] == [
        ("sepa_credit_transfer", ""),
        ("sepa_instant", "asked for"),
    ]


def test_instant_payments_are_never_made_unasked():
    choice = choose("auto", "EUR", "FR", "sandbox", amount=100, bank_accounts=[WITH_ACCESS])

    assert choice.rail is SEPA
    assert choice.considered[1].note == "can, but comes later"


def test_account_without_access_makes_no_instant_payments():
    choice = choose("sepa_instant", "EUR", "FR", "sandbox", amount=100, bank_accounts=[ACCOUNT])

    assert (choice.rail, choice.bank_account) == (None, None)
    assert codes(choice) == ["not-requested", "no-instant-access"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "USD"}, ["currency-not-supported-by-rail", "no-bank-account"] * 2),
        ({"country": "US"}, ["country-not-served", "country-not-served", "no-instant-access"]),
        ({"country": ""}, ["country-not-served", "country-not-served", "no-instant-access"]),
        (
            {"country": "RS", "on": date(2026, 1, 5)},
            ["country-not-served-yet", "country-not-served-yet", "no-instant-access"],
        ),
        ({"amount": 100_000_000_000}, ["amount-out-of-range", "amount-out-of-range", "no-instant-access"]),
        ({"mode": "live"}, ["no-bank-account"] * 2),
        ({"requested": "wire"}, ["unknown-rail", "not-requested", "not-requested"]),
    ],
)
def test_every_reason_against_a_rail_is_recorded(changes, code):
    values = {"requested": "auto", "currency": "EUR", "country": "FR", "mode": "sandbox", "amount": 100} | changes
    choice = choose(**values, bank_accounts=[ACCOUNT])

    assert (choice.rail, choice.bank_account) == (None, None)
    assert codes(choice) == code
    assert {fault.code for fault in choice.faults} == set(code)


def test_largest_amount_and_newest_country_are_served():
    choice = choose("auto", "EUR", "RS", "sandbox", amount=99_999_999_999, on=date(2026, 6, 1), bank_accounts=[ACCOUNT])

    assert choice.rail is SEPA


def test_active_bank_accounts_are_loaded_when_none_are_given(bank_account):
    assert choose("auto", "EUR", "DE", "sandbox").bank_account == bank_account

    BankAccount.objects.update(status=BankAccount.CLOSED)
    assert codes(choose("auto", "EUR", "DE", "sandbox")) == ["no-bank-account", "no-bank-account"]


def test_oldest_bank_account_pays(bank_account):
    choice = choose("auto", "EUR", "DE", "sandbox", bank_accounts=list(BankAccount.objects.paying("sandbox", "EUR")))

    assert choice.bank_account == bank_account
    assert (
        new_bank_account(mode="live", folder_name="live", iban=iban("AT", "1000000000000001"), name="Live").mode
        == "live"
    )
    assert list(BankAccount.objects.paying("sandbox", "EUR")) == [bank_account]
