from datetime import datetime, timedelta

from apps.sandbox.models import Booking
from tests import factories
from tests.api.conftest import ApiClient


def test_clock_goes_forward_only(api):
    before = api.read("/sandbox/clock").json()
    later = api.create("/sandbox/clock/advance", {"by_seconds": 86400})
    assert later.status_code == 200
    assert later.json()["offset_seconds"] == before["offset_seconds"] + 86400
    to = (datetime.fromisoformat(later.json()["now"]) + timedelta(days=1)).isoformat()
    assert api.create("/sandbox/clock/advance", {"to": to}).status_code == 200
    back = api.create("/sandbox/clock/advance", {"to": before["now"]})
    assert (back.status_code, back.json()["type"]) == (409, "/problems/clock-goes-forward")


def test_clock_is_told_in_exactly_one_way(api):
    for body in ({}, {"by_seconds": 1, "to": "2030-01-01T00:00:00Z"}):
        assert api.create("/sandbox/clock/advance", body).json()["errors"][0]["code"] == "one-of"


def test_deposit_carries_the_platforms_reference(api, platform):
    answer = api.create("/sandbox/deposits", {"amount": "5000.00"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["amount"], answer.json()["reference"]) == ("5000.00", platform.funding_reference)
    assert Booking.objects.count() == 1


def test_live_platform_sees_no_sandbox(platform):
    live = ApiClient(factories.key_of(factories.partner(mode="live"))[1])
    assert live.read("/sandbox/clock").status_code == 404
    assert live.create("/sandbox/clock/advance", {"by_seconds": 60}).status_code == 404
    assert live.create("/sandbox/deposits", {"amount": "1.00"}).status_code == 404
    assert Booking.objects.count() == 0


def test_a_run_of_tests_has_a_clean_platform_of_its_own(api, platform):
    opened = api.create("/sandbox/platforms", {"name": "CI run 7"})
    assert opened.status_code == 201, opened.content
    assert (opened.json()["status"], opened.json()["opened_by"]) == ("open", platform.public_id)
    run = ApiClient(opened.json()["api_key"])
    assert run.read("/payouts").json()["data"] == []
    run.create("/sandbox/clock/advance", {"by_seconds": 3600})
    assert run.read("/sandbox/clock").json()["bank_account"] == opened.json()["bank_account"]
    assert api.read("/sandbox/clock").json()["offset_seconds"] == 0

    assert run.create("/sandbox/platforms", {"name": "Another"}).json()["type"] == "/problems/opened-itself"
    address = f"/sandbox/platforms/{opened.json()['id']}/close"
    assert run.create(address, {}).status_code == 404
    assert api.create(f"/sandbox/platforms/{platform.public_id}/close", {}).status_code == 404
    assert api.create("/sandbox/platforms/nonsense/close", {}).status_code == 404
    assert api.create(address, {}).json()["status"] == "closed"
    assert run.read("/payouts").status_code == 401


RULES = [
    {"reference": "INV-1", "outcome": "refused", "reason": "AC04", "banking_days": 1},
    {"amount_from": "5.00", "amount_to": "6.00", "outcome": "returned"},
]


def run_of(api):
    return ApiClient(api.create("/sandbox/platforms", {"name": "CI run"}).json()["api_key"])


def test_a_scenario_file_is_kept_as_it_was_posted(api):
    run = run_of(api)
    assert run.read("/sandbox/scenarios").status_code == 404
    posted = run.create("/sandbox/scenarios", {"name": "November", "rules": RULES})
    assert posted.status_code == 201, posted.content
    assert run.read("/sandbox/scenarios").json() == posted.json()
    first, second = posted.json()["rules"]
    assert (posted.json()["number"], first["reference"], first["reason"]) == (1, "INV-1", "AC04")
    assert (second["amount_from"], second["amount_to"], second["per_thousand"]) == ("5.00", "6.00", None)
    assert api.create("/sandbox/scenarios", {"name": "x", "rules": []}).json()["type"] == "/problems/shared-bank"


def test_faults_of_scenario_files_and_outcomes_are_all_named(api):
    run = run_of(api)
    wrong = {
        "name": "x",
        "rules": [
            {"outcome": "exploded"},
            {"outcome": "paid", "reason": "AC04"},
            {"outcome": "refused", "reason": "ZZ99", "x": 1},
        ],
    }
    answer = run.create("/sandbox/scenarios", wrong)
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/rules/0/outcome", "unknown-choice"),
        ("/rules/1/reason", "not-of-this-outcome"),
        ("/rules/2/reason", "unknown-choice"),
        ("/rules/2/x", "unknown-field"),
    }
    assert run.read("/sandbox/scenarios").status_code == 404


def test_a_payout_is_advanced_by_its_own_platform_only(api):
    run = run_of(api)
    body = {
        "recipient": {
            "kind": "individual",
            "name": "Ada",
            "country": "DE",
            "method": {"type": "iban", "iban": factories.iban()},
        },
        "amount": "12.50",
        "currency": "EUR",
        "reference": "INV-7",
    }
    payout = run.create("/payouts", body).json()
    address = f"/sandbox/payouts/{payout['id']}/advance"
    assert api.create(address, {"outcome": "paid"}).status_code == 404
    assert run.create(address, {"outcome": "lost", "banking_days": 1}).status_code == 422
    assert run.create(address, {"outcome": "recall_granted"}).json()["type"] == "/problems/outcome-not-on-this-rail"
    asked = run.create(address, {"outcome": "refused", "reason": "AC04"})
    assert (asked.status_code, asked.json()["at_bank"], asked.json()["clock"]["offset_seconds"]) == (
        200,
        "not_there",
        0,
    )
    assert run.read(f"/payouts/{payout['id']}").json()["status"] == "awaiting_funds", (
        "states follow from the bank alone"
    )
