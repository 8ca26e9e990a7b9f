"""The ledger, to look at: from a balance to the payout, and nothing to press."""

from datetime import timedelta

import pytest

from apps.core.database import database_now
from apps.ledger.models import Account, Journal
from apps.ledger.queries import latest_entries
from tests.doors.visits import Visitor

ACCOUNTS = "/admin/ledger/account/"


@pytest.fixture
def funds(sent, platform):
    return Account.objects.get(kind="funds", holder=platform.public_id)


def test_accounts_are_listed_with_holder_and_balance(funds, platform, bank_account, auditor):
    page = Visitor(auditor).open(ACCOUNTS)
    assert "99,940.00" in page and "100,000.00" in page
    assert platform.name in page and bank_account.name in page
    page = Visitor(auditor).open(f"{ACCOUNTS}?holder=partner&kind__exact=funds")
    assert "99,940.00" in page and page.count("data-id=") == 1


def test_a_statement_of_an_account_has_a_running_balance(funds):
    entries, older = latest_entries(funds)
    assert not older
    assert [(entry.change, entry.balance) for entry in entries] == [
        (-3000, 9_994_000),
        (-2000, 9_997_000),
        (-1000, 9_999_000),
        (10_000_000, 10_000_000),
    ]


def test_pages_of_an_account_continue_each_other(funds):
    first, older = latest_entries(funds, limit=3)
    assert older
    rest, older = latest_entries(funds, before=first[-1].pk, limit=3)
    assert not older
    assert [(entry.change, entry.balance) for entry in rest] == [(10_000_000, 10_000_000)]
    assert first[-1].balance - first[-1].change == rest[0].balance


def test_a_debit_account_grows_by_debits(sent, bank_account):
    bank = Account.objects.get(kind="bank", holder=bank_account.public_id)
    [entry], _older = latest_entries(bank)
    assert (entry.change, entry.balance, entry.other.kind) == (10_000_000, 10_000_000, "funds")


def test_a_balance_leads_to_its_journals_and_on_to_the_payout(funds, sent, auditor):
    page = Visitor(auditor).open(f"{ACCOUNTS}{funds.pk}/")
    journal = Journal.objects.get(moment="payout.reserved", subject=sent[0].public_id)
    assert f"/admin/ledger/journal/{journal.public_id}/" in page
    page = Visitor(auditor).open(f"/admin/ledger/journal/{journal.public_id}/")
    assert f"/admin/payouts/payout/{sent[0].public_id}/" in page
    assert page.count("10.00 <span") == 4  # both entries, and the sums of both sides


def test_journals_are_found_by_what_they_are_about(sent, auditor):
    page = Visitor(auditor).open(f"/admin/ledger/journal/?q={sent[0].public_id}")
    assert page.count("data-id=") == 2
    assert "Payout reserved" in page and "Payout submitted" in page


def test_the_trial_balance_sums_to_zero_now_and_then(funds, auditor):
    trial = f"{ACCOUNTS}trial-balance/"
    page = Visitor(auditor).open(trial)
    assert "Balances" in page and "Out of balance" not in page
    assert "99,940.00" in page
    before = (database_now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "Nothing had been posted by then." in Visitor(auditor).open(f"{trial}?as_of={before}")
    after = (database_now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "99,940.00" in Visitor(auditor).open(f"{trial}?as_of={after}")
    assert "is no moment" in Visitor(auditor).open(f"{trial}?as_of=noon")


def test_there_is_nothing_to_press_and_nothing_for_administrators(funds, auditor, administrator):
    journal = Journal.objects.first()
    for address in (
        f"{ACCOUNTS}{funds.pk}/",
        f"{ACCOUNTS}trial-balance/",
        f"/admin/ledger/journal/{journal.public_id}/",
    ):
        page = Visitor(auditor).open(address)
        assert 'method="post"' not in page[page.index('class="pp-page"') :]
        Visitor(administrator).open(address, expect=403)
    for address in (ACCOUNTS, "/admin/ledger/journal/"):
        Visitor(auditor).open(f"{address}add/", expect=404)
        Visitor(auditor).press(f"{address}{funds.pk}/delete/", expect=404)
        Visitor(administrator).open(address, expect=403)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "٣"])
def test_a_page_that_is_none_is_not_found(funds, auditor, before):
    Visitor(auditor).open(f"{ACCOUNTS}{funds.pk}/?before={before}", expect=404)


def test_lists_cost_the_same_however_many_rows_they_have(funds, auditor):
    visitor = Visitor(auditor)
    visitor.open(ACCOUNTS)
    few = visitor.count_queries("/admin/ledger/journal/?q=funding.received")
    many = visitor.count_queries("/admin/ledger/journal/?q=payout.reserved")
    assert few == many
