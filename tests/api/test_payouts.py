from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.payouts.models import Payout
from tests import factories
from tests.api.conftest import a_payout, a_recipient


def test_created_payout_says_where_it_stands(api):
    body = a_payout(description="June", metadata={"order": "17"})
    answer = api.create("/payouts", body)
    assert answer.status_code == 201, answer.content
    created = answer.json()
    assert created["status"] == "scheduled"
    assert (created["amount"], created["currency"], created["reference"]) == ("125.50", "EUR", body["reference"])
    assert (created["description"], created["metadata"]) == ("June", {"order": "17"})
    assert [item["what"] for item in created["waiting_on"]] == ["cut_off"]
    assert answer["Location"] == f"/api/v1/payouts/{created['id']}"
    assert api.read(f"/payouts/{created['id']}").json() == created
    assert api.read(f"/payouts/{created['id']}/explain").json()["status"] == "scheduled"
    iban = body["recipient"]["method"]["iban"]
    assert iban not in answer.content.decode()


def test_payout_to_a_known_recipient_takes_the_newest_method_or_the_one_named(api):
    recipient = api.create("/recipients", a_recipient()).json()
    by_id = api.create("/payouts", a_payout(recipient=recipient["id"])).json()
    named = api.create("/payouts", a_payout(recipient=recipient["id"], method=recipient["method"]["id"])).json()
    assert by_id["recipient"]["id"] == named["recipient"]["id"] == recipient["id"]
    assert by_id["method"] == named["method"] == recipient["method"]


def test_inline_recipient_may_not_come_with_a_method_id(api):
    recipient = api.create("/recipients", a_recipient()).json()
    answer = api.create("/payouts", a_payout(method=recipient["method"]["id"]))
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/method", "method-of-inline-recipient")
    ]


def test_reference_is_taken_once(api):
    api.create("/payouts", a_payout(reference="ONE"))
    answer = api.create("/payouts", a_payout(reference="ONE"))
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/reference", "duplicate-reference")
    ]
    assert Payout.objects.count() == 1


def test_cancelled_payout_gives_its_money_back(api):
    created = api.create("/payouts", a_payout()).json()
    assert api.read("/balances").json()["data"][0]["reserved"] == "125.50"
    answer = api.create(f"/payouts/{created['id']}/cancel", {"reason": "Order was returned"})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert api.read("/balances").json()["data"] == [
        {
            "object": "balance",
            "currency": "EUR",
            "available": "100000.00",
            "reserved": "0.00",
            "returned": "0.00",
            "blocked": "0.00",
        }
    ]
    again = api.create(f"/payouts/{created['id']}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/cannot-cancel")
    assert [fault["code"] for fault in again.json()["errors"]] == ["wrong-state"]


def test_cancelling_needs_its_own_scope(api, client_with):
    created = api.create("/payouts", a_payout()).json()
    answer = client_with("payouts:write").create(f"/payouts/{created['id']}/cancel")
    assert (answer.status_code, answer.json()["scope"]) == (403, "payouts:cancel")
    assert api.read(f"/payouts/{created['id']}").json()["status"] == "scheduled"


def test_inline_recipient_needs_the_scope_for_recipients(client_with):
    answer = client_with("payouts:write").create("/payouts", a_payout())
    assert (answer.status_code, answer.json()["scope"]) == (403, "recipients:write")
    assert Payout.objects.count() == 0


def test_execution_day_counts_on_the_banks_own_clock(api, bank_account):
    bank_account.clock_offset_seconds = 400 * 86400
    bank_account.save(update_fields=["clock_offset_seconds"])
    today = bank_account.business_today()
    assert api.create("/payouts", a_payout(execute_on=str(today + timedelta(days=365)))).status_code == 201
    assert api.create("/payouts", a_payout(execute_on=str(today - timedelta(days=1)))).status_code == 422


def test_batch_is_created_whole_with_its_control_sums(api):
    items = [a_payout(amount="10.00"), a_payout(amount="2.50")]
    answer = api.create("/batches", {"reference": "B-1", "payouts": items, "count": 2, "totals": {"EUR": "12.50"}})
    assert answer.status_code == 201, answer.content
    batch = answer.json()
    assert (batch["count"], batch["totals"], batch["statuses"]) == (2, {"EUR": "12.50"}, {"scheduled": 2})
    assert api.read(f"/batches/{batch['id']}").json() == batch
    shown = api.read(f"/batches/{batch['id']}/items").json()["data"]
    assert [(payout["reference"], payout["batch"]) for payout in shown] == [
        (item["reference"], batch["id"]) for item in items
    ]


def test_batch_with_one_bad_item_creates_nothing_and_names_every_fault(api):
    items = [a_payout(), a_payout(amount="0", colour="red"), a_payout(recipient=a_recipient(country="UK"))]
    answer = api.create("/batches", {"reference": "B-1", "payouts": items})
    assert answer.status_code == 422
    assert sorted((fault["pointer"], fault["code"]) for fault in answer.json()["errors"]) == [
        ("/payouts/1/amount", "amount-not-positive"),
        ("/payouts/1/colour", "unknown-field"),
        ("/payouts/2/recipient/country", "unknown-country"),
    ]
    assert Payout.objects.count() == 0


def test_faults_of_the_operation_point_into_the_batch(api):
    known = api.create("/payouts", a_payout()).json()
    items = [a_payout(), a_payout(reference=known["reference"])]
    answer = api.create("/batches", {"reference": "B-1", "payouts": items})
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/payouts/1/reference", "duplicate-reference")
    ]


def test_payout_costs_so_many_statements(api):
    """What a POST costs is mostly this number; the savepoint of the test's own transaction and its release are in it."""
    known = api.create("/payouts", a_payout()).json()["recipient"]["id"]
    with CaptureQueriesContext(connection) as to_known:
        assert api.create("/payouts", a_payout(recipient=known, amount="7.00")).status_code == 201
    with CaptureQueriesContext(connection) as to_new:
        assert api.create("/payouts", a_payout()).status_code == 201
    assert (len(to_known), len(to_new)) == (20, 23)


@pytest.mark.parametrize("path", ["/payouts", "/recipients", "/events"])
def test_lists_cost_the_same_queries_however_long(api, path):
    api.create("/batches", {"reference": "B-1", "payouts": [a_payout() for _ in range(12)]})
    api.read(path)
    with CaptureQueriesContext(connection) as few:
        assert len(api.read(f"{path}?limit=2").json()["data"]) == 2
    with CaptureQueriesContext(connection) as more:
        assert len(api.read(f"{path}?limit=12").json()["data"]) == 12
    assert len(more) == len(few)


def test_short_balance_waits_for_funds_and_says_how_to_fund(api, platform):
    factories.policy((None, 0), platform=platform)
    created = api.create("/payouts", a_payout(amount="100000.01")).json()
    assert created["status"] == "awaiting_funds"
    assert api.read("/balances").json()["funding_reference"] == platform.funding_reference
    assert platform.funding_reference in created["waiting_on"][0]["unblocked_by"]


def test_recall_is_for_what_has_left_and_says_so(api, stranger):
    created = api.create("/payouts", a_payout()).json()
    answer = api.create(f"/payouts/{created['id']}/recall", {"reason": "Paid to the wrong seller"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/cannot-recall")
    assert [fault["code"] for fault in answer.json()["errors"]] == ["not-left"]
    assert "cancel it" in answer.json()["detail"]
    assert api.read(f"/payouts/{created['id']}").json() == created
    assert stranger.create(f"/payouts/{created['id']}/recall").status_code == 404


def test_recalling_needs_the_scope_to_cancel(api, client_with):
    created = api.create("/payouts", a_payout()).json()
    answer = client_with("payouts:write").create(f"/payouts/{created['id']}/recall")
    assert (answer.status_code, answer.json()["scope"]) == (403, "payouts:cancel")
