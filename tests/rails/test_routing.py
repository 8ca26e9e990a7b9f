from datetime import date

import pytest

from apps.rails.models import BankAccount
from apps.rails.routing import choose
from tests.rails.conftest import new_bank_account
from tests.rails.samples import SEPA, iban

ACCOUNT = BankAccount(mode="sandbox", currency="EUR")


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
        }
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "USD"}, ["currency-not-supported-by-rail", "no-bank-account"]),
        ({"country": "US"}, ["country-not-served"]),
        ({"country": ""}, ["country-not-served"]),
        ({"country": "RS", "on": date(2026, 1, 5)}, ["country-not-served-yet"]),
        ({"amount": 100_000_000_000}, ["amount-out-of-range"]),
        ({"mode": "live"}, ["no-bank-account"]),
        ({"requested": "wire"}, ["unknown-rail", "not-requested"]),
    ],
)
def test_every_reason_against_a_rail_is_recorded(changes, code):
    values = {"requested": "auto", "currency": "EUR", "country": "FR", "mode": "sandbox", "amount": 100} | changes
    choice = choose(**values, bank_accounts=[ACCOUNT])

    assert (choice.rail, choice.bank_account) == (None, None)
    assert codes(choice) == code
    assert [fault.code for fault in choice.faults] == code


def test_largest_amount_and_newest_country_are_served():
    choice = choose("auto", "EUR", "RS", "sandbox", amount=99_999_999_999, on=date(2026, 6, 1), bank_accounts=[ACCOUNT])

    assert choice.rail is SEPA


def test_active_bank_accounts_are_loaded_when_none_are_given(bank_account):
    assert choose("auto", "EUR", "DE", "sandbox").bank_account == bank_account

    BankAccount.objects.update(status=BankAccount.CLOSED)
    assert codes(choose("auto", "EUR", "DE", "sandbox")) == ["no-bank-account"]


def test_oldest_bank_account_pays(bank_account):
    choice = choose("auto", "EUR", "DE", "sandbox", bank_accounts=list(BankAccount.objects.paying("sandbox", "EUR")))

    assert choice.bank_account == bank_account
    assert (
        new_bank_account(mode="live", folder_name="live", iban=iban("AT", "1000000000000001"), name="Live").mode
        == "live"
    )
    assert list(BankAccount.objects.paying("sandbox", "EUR")) == [bank_account]
