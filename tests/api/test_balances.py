"""Balances, what moved them, and what they were."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ledger.models import Account
from tests import factories
from tests.api.conftest import a_payout

TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def moved(api, platform):
    """Three payouts, one of them cancelled, after the funding that the platform came with."""
    payouts = [api.create("/payouts", a_payout(amount=amount)).json() for amount in ("10.00", "20.00", "5.00")]
    api.create(f"/payouts/{payouts[2]['id']}/cancel")
    return payouts


def opening(platform):
    return Account.objects.get(kind="funds", holder=platform.public_id, currency="EUR").available


def test_entries_are_the_newest_first_with_what_was_left(api, moved):
    entries = api.read("/balance-entries?currency=EUR").json()["data"]
    assert [(entry["moment"], entry["change"]) for entry in entries][:4] == [
        ("payout.released", "5.00"),
        ("payout.reserved", "-5.00"),
        ("payout.reserved", "-20.00"),
        ("payout.reserved", "-10.00"),
    ]
    assert entries[1]["subject"] == moved[2]["id"]
    [balance] = api.read("/balances").json()["data"]
    assert entries[0]["balance_after"] == balance["available"]
    reserved = api.read("/balance-entries?currency=EUR&balance=reserved").json()["data"]
    assert [entry["balance_after"] for entry in reserved] == ["30.00", "35.00", "30.00", "10.00"]


def test_pages_of_entries_add_up_while_others_are_added(api, moved):
    whole = api.read("/balance-entries?currency=EUR").json()["data"]
    found, cursor = [], ""
    while True:
        answer = api.read(f"/balance-entries?currency=EUR&limit=1{cursor}").json()
        found += answer["data"]
        api.create("/payouts", a_payout(amount="1.00"))
        if not answer["has_more"]:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert found == whole


def test_a_deep_page_of_entries_reads_no_more_than_the_first(api, platform, moved):
    first = api.read("/balance-entries?currency=EUR&limit=1").json()
    with CaptureQueriesContext(connection) as queries:
        api.read(f"/balance-entries?currency=EUR&limit=1&cursor={first['next_cursor']}")
    assert not [query["sql"] for query in queries if "SUM(" in query["sql"].upper() and "ledger" in query["sql"]]


def test_entries_of_a_balance_that_was_never_used_are_none(api):
    answer = api.read("/balance-entries?currency=JPY&balance=blocked").json()
    assert (answer["data"], answer["has_more"]) == ([], False)


def test_history_ends_with_what_there_is_now(api, moved):
    path = f"/balance-history?currency=EUR&first={YESTERDAY}&last={TODAY}"
    before, now = api.read(path).json()["data"]
    [balance] = api.read("/balances").json()["data"]
    assert (before["day"], before["available"], before["reserved"]) == (YESTERDAY.isoformat(), "0.00", "0.00")
    assert now["day"] == TODAY.isoformat()
    assert {name: now[name] for name in ("available", "reserved", "returned", "blocked")} == {
        name: balance[name] for name in ("available", "reserved", "returned", "blocked")
    }


def test_statement_goes_from_opening_to_closing(api, platform, moved):
    path = f"/ledger-statement?currency=EUR&first={TODAY}&last={TODAY}"
    statement = api.read(path).json()
    assert (statement["opening"], statement["closing"]) == ("0.00", _text(opening(platform)))
    rows = {row["moment"]: (row["count"], row["in"], row["out"]) for row in statement["moments"]}
    assert rows["payout.reserved"] == (3, "0.00", "35.00")
    assert rows["payout.released"] == (1, "5.00", "0.00")
    came, went = (sum(_minor(row[side]) for row in statement["moments"]) for side in ("in", "out"))
    assert came - went == opening(platform)
    earlier = api.read(f"/ledger-statement?currency=EUR&first={YESTERDAY}&last={YESTERDAY}").json()
    assert (earlier["opening"], earlier["closing"], earlier["moments"]) == ("0.00", "0.00", [])


@pytest.mark.parametrize("path", ["/balance-history", "/ledger-statement"])
@pytest.mark.parametrize(
    ("first", "last"), [(TODAY, YESTERDAY), (TODAY, TODAY + timedelta(days=92)), ("0001-01-01", "0001-01-02")]
)
def test_spans_that_cannot_be_meant_are_refused(api, path, first, last):
    answer = api.read(f"{path}?currency=EUR&first={first}&last={last}")
    assert answer.status_code == 422
    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [("last", "date-out-of-range")]


def test_limits_tell_what_is_left(api, platform):
    assert api.read("/limits").json()["data"] == []
    factories.setting("platform_limits", {"single": 100_000, "daily": 150_000}, currency="EUR", platform=platform)
    api.create("/payouts", a_payout(amount="600.00"))
    assert api.read("/limits").json()["data"] == [
        {"object": "limit", "currency": "EUR", "at_once": "1000.00", "in_24_hours": "1500.00", "left_now": "900.00"}
    ]


def _text(minor):
    return f"{minor // 100}.{minor % 100:02d}"


def _minor(text):
    return int(text.replace(".", ""))
