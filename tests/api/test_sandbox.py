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
