"""Fees as platforms are told of them: on payouts, in their explanation, in events and in plans of files."""

import json

import pytest

from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import commit_plans, read_plans
from tests import factories
from tests.api.conftest import a_payout


@pytest.fixture
def schedule(platform):
    return factories.fees(platform=platform, fixed=50, basis_points=125, refunded_on_return=False)


def test_payout_says_what_it_costs_to_the_cent(api, schedule):
    created = api.create("/payouts", a_payout()).json()
    assert (created["amount"], created["total"], created["net"]) == ("125.50", "127.57", "125.50")
    assert created["fee"] == {
        "amount": "2.07",
        "paid_by": "platform",
        "status": "reserved",
        "refunded_on_return": False,
        "items": [
            {"type": "fixed", "amount": "0.50", "explanation": "for each payout"},
            {"type": "percentage", "amount": "1.57", "explanation": "1.25 % of 125.50 EUR"},
        ],
        "schedule": {"id": schedule.public_id, "version": 1},
    }
    [balance] = api.read("/balances").json()["data"]
    assert (balance["available"], balance["reserved"]) == ("99872.43", "127.57")
    event = Event.objects.get(type="payout.created")
    assert {name: event.data[name] for name in ("fee", "total", "net")} == {
        name: created[name] for name in ("fee", "total", "net")
    }
    charges = api.read(f"/payouts/{created['id']}/explain").json()["charges"]
    assert charges == {
        "means": "125.50 EUR with a fee of 2.07 EUR that the platform pays on top: 127.57 EUR leave the platform's"
        " balance, and 125.50 EUR arrive.",
        **{name: created[name] for name in ("fee", "total", "net")},
    }
    ended = api.create(f"/payouts/{created['id']}/cancel").json()
    assert ended["fee"]["status"] == "given_back"
    assert api.read("/balances").json()["data"][0]["available"] == "100000.00"


def test_recipient_pays_out_of_the_amount(api, platform):
    factories.fees(platform=platform, minimum=100, basis_points=10, paid_by="recipient")
    created = api.create("/payouts", a_payout()).json()
    assert (created["amount"], created["total"], created["net"]) == ("125.50", "125.50", "124.50")
    assert [(item["type"], item["amount"]) for item in created["fee"]["items"]] == [
        ("percentage", "0.13"),
        ("minimum", "0.87"),
    ]
    refused = api.create("/payouts", a_payout(amount="1.00"))
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/amount", "fee-takes-all")
    assert Payout.objects.count() == 1


def test_without_a_schedule_nothing_is_charged(api):
    created = api.create("/payouts", a_payout()).json()
    assert (created["fee"], created["total"], created["net"]) == (None, "125.50", "125.50")
    means = api.read(f"/payouts/{created['id']}/explain").json()["charges"]["means"]
    assert means == "It costs nothing: 125.50 EUR leave the platform's balance, and 125.50 EUR arrive."


def test_payout_that_is_short_says_with_its_fee_what_is_missing(api, schedule):
    created = api.create("/payouts", a_payout(amount="100000.00", recipient=a_payout()["recipient"])).json()
    assert created["fee"]["status"] == "agreed" and created["total"] == "101250.50"


def planned(api, *amounts, name):
    content = "\n".join(
        json.dumps(a_payout(amount=amount, reference=f"{name}-{n}")) for n, amount in enumerate(amounts)
    )
    plan = api.create(f"/batch-plans?reference={name}", raw=content.encode(), Content_Type="application/x-ndjson")
    read_plans()
    return plan["Location"].removeprefix("/api/v1")


def test_plan_says_per_row_and_in_sum_what_a_file_would_cost(api, schedule):
    address = planned(api, "125.50", "10.00", "0", name="JUNE")
    [total] = api.read(address).json()["totals"]
    assert (total["amount"], total["fees"], total["total"]) == ("135.50", "2.69", "138.19")
    assert (total["balance_after"], total["covered"]) == ("99861.81", True)
    rows = api.read(f"{address}/rows?show=valid").json()["data"]
    said = [[row["plan"][name] for name in ("fee", "fee_paid_by", "total", "net")] for row in rows]
    assert said == [["2.07", "platform", "127.57", "125.50"], ["0.62", "platform", "10.62", "10.00"]]
    assert {row["plan"]["fee_schedule"] for row in rows} == {schedule.public_id}

    plan = api.read(address).json()
    assert api.create(f"{address}/commit", {"plan_hash": plan["plan_hash"], "mode": "valid_rows"}).status_code == 202
    commit_plans()
    payouts = api.read("/payouts").json()["data"]
    assert sorted(payout["total"] for payout in payouts) == ["10.62", "127.57"]
    assert api.read("/balances").json()["data"][0]["available"] == total["balance_after"]


def test_plan_is_not_committed_at_another_price(api, schedule, platform):
    address = planned(api, "125.50", name="JULY")
    plan = api.read(address).json()
    second = factories.fees(platform=platform, fixed=99)
    api.create(f"{address}/commit", {"plan_hash": plan["plan_hash"], "mode": "all_or_nothing"})
    commit_plans()
    again = api.read(address).json()
    assert (again["status"], again["created"]) == ("planned", 0)
    assert not Payout.objects.exists()
    assert [[change[part] for part in ("pointer", "old", "new")] for change in again["changes"]] == [
        ["/rows/1/fee", "2.07", "0.99"],
        ["/rows/1/fee_schedule", schedule.public_id, second.public_id],
        ["/rows/1/total", "127.57", "126.49"],
    ]
    assert again["totals"][0]["total"] == "126.49"
