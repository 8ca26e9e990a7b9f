"""Each sandbox platform has a bank account, a clock and a balance of its own, and its programs can open clean ones."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import NotFound, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.partners.authentication import key_for
from apps.partners.models import Partner
from apps.partners.operations import create_partner
from apps.payouts.models import Payout
from apps.payouts.operations import cancel_payouts, create_payouts
from apps.rails.models import BankAccount
from apps.rails.operations import CannotOpenBankAccount, open_bank_account
from apps.sandbox.models import OpenedPlatform, Statement
from apps.sandbox.operations import (
    CannotOpenPlatform,
    add_platform,
    close_opened_platform,
    open_from_sandbox,
    sandbox_account,
)
from apps.sandbox.operations.platforms import MOST_OPEN
from tests import factories
from tests.api.conftest import ApiClient
from tests.sandbox.test_operations import Nobody
from tests.sandbox.turning import Shop, status, turn

pytestmark = pytest.mark.usefixtures("db", "watchlist", "bank_folder")


@pytest.fixture
def shop():
    return Shop("First")


def test_payouts_leave_from_the_platforms_own_account_and_move_nobody_elses_clock(shop):
    other = Shop("Second")
    [mine], [theirs] = shop.pay(1_000), other.pay(2_000)
    assert (mine.bank_account, theirs.bank_account) == (shop.account, other.account)
    shop.send(mine)
    shop.pass_time(days=5)
    assert (status(mine), status(theirs)) == ("paid", "scheduled")
    assert (shop.account.clock_offset_seconds > 5 * 86_400, other.account.clock_offset_seconds) == (True, 0)
    assert Statement.objects.filter(book=shop.account.pk).count() >= 3
    assert not Statement.objects.filter(book=other.account.pk).exists()


def test_an_own_account_comes_before_one_for_all(shop, watchlist):
    shared = factories.bank_account()
    assert sandbox_account(shop.partner) == shop.account
    without = create_partner("Without", "sandbox", by=SYSTEM)
    assert sandbox_account(without) == shared


def test_no_payout_leaves_from_another_platforms_account(shop):
    other = Shop("Second")
    [payout] = shop.pay(1_000)
    row = Payout.objects.get(pk=payout.pk)
    row.pk, row.bank_account = other.partner.pk, other.account
    row.reference, row.end_to_end_id = "COPY", "PO00COPY"
    with pytest.raises(IntegrityError, match="bank account of another platform"), transaction.atomic():
        row.save(force_insert=True)
    assert Payout.objects.count() == 1


def test_whose_an_account_is_never_changes_and_is_of_its_mode(shop):
    live = factories.partner(mode="live")
    with pytest.raises(CannotOpenBankAccount):
        open_bank_account("L", "H", factories.iban(), by=SYSTEM, mode="live", folder_name="l", partner=live)
    with pytest.raises(CannotOpenBankAccount):
        open_bank_account("S", "H", factories.iban(), by=SYSTEM, mode="sandbox", folder_name="s", partner=shop.partner)
    for change in ({"partner": None}, {"partner": factories.partner()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BankAccount.objects.filter(pk=shop.account.pk).update(**change)
    assert BankAccount.objects.get() == shop.account


def test_a_platform_of_the_sandbox_is_added_with_its_account_and_a_live_one_without():
    add_platform("Live", "live", by=SYSTEM)
    sandbox = add_platform("Trial", "sandbox", by=SYSTEM)
    [account] = BankAccount.objects.all()
    assert (account.partner, account.currency, account.instant["url"]) == (sandbox, "EUR", "http://127.0.0.1:8010")


def test_a_twin_has_a_clock_of_its_own():
    live = factories.partner(mode="live")
    twin = add_platform("Twin", "sandbox", by=SYSTEM, twin_of=live.pk)
    assert sandbox_account(twin).partner == twin


def test_a_clean_platform_is_opened_by_api_and_pays_without_approval(shop):
    opened = open_from_sandbox(shop.partner.pk, "Run 1", by=shop.by)
    partner = key_for(opened.token).partner
    assert (partner, opened.bank_account.partner) == (opened.partner, opened.partner)
    assert (balances(partner.public_id).get("EUR", {}).get("funds", 0), shop.account.clock_offset_seconds) == (0, 0)
    [payout] = create_payouts(partner.pk, [factories.payout_draft(amount=99_999_999)], by=partner.service_user)
    assert status(payout) == "awaiting_funds"
    assert Event.objects.get(type="sandbox.platform_opened").data["opened_by"] == shop.partner.public_id


def test_who_may_not_opens_and_closes_nothing(shop):
    stranger = Shop("Stranger", funds=0)
    opened = open_from_sandbox(shop.partner.pk, "Run 1", by=shop.by)
    count = Partner.objects.count()
    for act, refusal in (
        (lambda: open_from_sandbox(shop.partner.pk, "Run", by=Nobody()), PermissionDenied),
        (lambda: open_from_sandbox(factories.partner(mode="live").pk, "Run", by=shop.by), NotFound),
        (lambda: open_from_sandbox(opened.partner.pk, "Run", by=opened.partner.service_user), PermissionDenied),
        (lambda: close_opened_platform(stranger.partner.pk, opened.partner.pk, by=stranger.by), NotFound),
        (lambda: close_opened_platform(shop.partner.pk, stranger.partner.pk, by=shop.by), NotFound),
    ):
        with pytest.raises(refusal), transaction.atomic():
            act()
    assert Partner.objects.count() == count
    assert Partner.objects.get(pk=opened.partner.pk).is_active


def test_opened_platforms_open_no_others_and_are_not_too_many(shop, monkeypatch):
    opened = open_from_sandbox(shop.partner.pk, "Run 1", by=shop.by)
    with pytest.raises(CannotOpenPlatform) as refused:
        open_from_sandbox(opened.partner.pk, "Run", by=key_for(opened.token).partner.service_user)
    assert refused.value.code == "opened-itself"
    for number in range(2, MOST_OPEN + 1):
        open_from_sandbox(shop.partner.pk, f"Run {number}", by=shop.by)
    with pytest.raises(CannotOpenPlatform) as refused:
        open_from_sandbox(shop.partner.pk, "Run", by=shop.by)
    assert (refused.value.code, OpenedPlatform.objects.count()) == ("too-many-open", MOST_OPEN)
    close_opened_platform(shop.partner.pk, opened.partner.pk, by=shop.by)
    open_from_sandbox(shop.partner.pk, "Run", by=shop.by)


def test_a_platform_closes_once_nothing_of_it_is_under_way(shop):
    opened = open_from_sandbox(shop.partner.pk, "Run 1", by=shop.by)
    user = key_for(opened.token).partner.service_user
    [payout] = create_payouts(opened.partner.pk, [factories.payout_draft()], by=user)
    closing = close_opened_platform(shop.partner.pk, opened.partner.pk, by=shop.by)
    assert (closing.closed_at, key_for(opened.token)) == (None, None)
    assert BankAccount.objects.get(partner=opened.partner).status == "active"
    cancel_payouts([payout.pk], by=SYSTEM, reason="Over")
    closed = close_opened_platform(shop.partner.pk, opened.partner.pk, by=shop.by)
    assert closed.closed_at and BankAccount.objects.get(partner=opened.partner).status == "closed"
    assert close_opened_platform(shop.partner.pk, opened.partner.pk, by=shop.by).closed_at == closed.closed_at
    assert Event.objects.filter(type="sandbox.platform_closed").count() == 1
    turn(1)


def test_doors_of_the_api_ask_for_the_accounts_open_to_the_platform():
    """`BankAccount.objects.open_to`: what a platform is told of days and rails is true of the account it pays from."""
    doors = Path(__file__).resolve().parents[2] / "apps" / "api"
    assert [path.name for path in doors.rglob("*.py") if "BankAccount.objects.active(" in path.read_text()] == []


def test_quotes_and_checks_are_of_the_platforms_own_bank_too(shop):
    """Where no account is open to all, a platform's own is the one that its quotes and checks ask."""
    shop.pass_time(days=3)
    api = ApiClient(shop.token)
    quote = api.create("/quotes", {"country": "DE", "amount": "12.50", "currency": "EUR"})
    assert quote.status_code == 201, quote.content
    days = {option["rail"]: option["execute_on"] for option in quote.json()["options"]}
    assert days["sepa_instant"] == shop.account.business_today().isoformat()
    account = factories.iban()
    checked = api.create(
        "/recipients/check",
        {"name": "Ada", "kind": "individual", "country": "DE", "method": {"type": "iban", "iban": account}},
    )
    assert [rail["reaches"] for rail in checked.json()["rails"]] == [True, True]
