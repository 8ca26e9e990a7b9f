"""A key sees and touches what is its platform's, and cannot tell another's things from things that do not exist."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import get_resolver

from apps.api.doors import Door
from apps.compliance.operations import ask_platform
from apps.core.ids import encode, uuid7
from apps.payouts.models import Payout
from tests import factories
from tests.api.conftest import a_payout, a_recipient

PREFIXES = {"recipients": "rcp", "payouts": "po", "batches": "bat", "batch-plans": "pln", "events": "evt", "webhook-endpoints": "we",
            "webhook-deliveries": "dlv", "information-requests": "rfi", "api-keys": "key", "quotes": "quo",
            "platforms": "ptn"}  # fmt: skip
SHARED = ("rails",)
"""Whose ids are nobody's own: every platform reads the same."""
NEEDED = {"/balance-history": "?currency=EUR&first=2026-11-01&last=2026-11-02", "/balance-entries": "?currency=EUR",
          "/ledger-statement": "?currency=EUR&first=2026-11-01&last=2026-11-02",
          "/rails/what-if": "?currency=EUR&country=DE"}  # fmt: skip
"""Query parameters that an address cannot do without."""


def doors():
    """Yield (method, path) for every endpoint of the API."""
    for pattern in get_resolver("apps.api.v1.urls").url_patterns:
        view = pattern.callback.cls
        assert issubclass(view, Door)
        for method in ("get", "post", "patch", "put", "delete"):
            if hasattr(view, method):
                yield method.upper(), "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))


WITH_AN_ID = [(method, path) for method, path in doors() if "{id}" in path and path.split("/")[1] not in SHARED]


@pytest.fixture
def things(api, platform, analyst):
    """One thing of each kind that belongs to the platform."""
    api.create("/payouts", a_payout(recipient=a_recipient(name=factories.LISTED)))
    asked = ask_platform(Payout.objects.get().review_id, "Which birthday do they have?", days=5, by=analyst)
    payout = api.create("/payouts", a_payout()).json()
    batch = api.create("/batches", {"reference": "B-1", "payouts": [a_payout()]}).json()
    plan = api.create("/batch-plans?reference=B-2", raw=b'{"amount": "1"}', Content_Type="application/x-ndjson").json()
    endpoint = {"url": "https://hooks.quillmarket.example/payouts", "event_types": ["*"]}
    endpoint = api.create("/webhook-endpoints", endpoint).json()
    api.create("/recipients", a_recipient())
    [event] = api.read("/events?limit=1").json()["data"]
    [delivery] = api.read(f"/webhook-endpoints/{endpoint['id']}/deliveries?limit=1").json()["data"]
    return {
        "payouts": payout["id"],
        "recipients": payout["recipient"]["id"],
        "batches": batch["id"],
        "batch-plans": plan["id"],
        "events": event["id"],
        "webhook-endpoints": endpoint["id"],
        "webhook-deliveries": delivery["id"],
        "information-requests": asked.public_id,
        "platforms": api.create("/sandbox/platforms", {"name": "Clean"}).json()["id"],
        "quotes": api.create("/quotes", {"amount": "1.00", "currency": "EUR", "country": "DE"}).json()["id"],
        "api-keys": api.read("/api-keys").json()["data"][0]["id"],
    }


def test_every_address_with_an_id_hides_other_platforms_things(api, stranger, things, subtests):
    for method, path in WITH_AN_ID:
        kind = path.removeprefix("/sandbox").split("/")[1]
        body = {"type": "iban", "iban": a_recipient()["method"]["iban"]} if path.endswith("/method") else {}
        body = {"answer": "12 March 1991"} if path.endswith("/answer") else body
        body = {"plan_hash": "0" * 64, "mode": "valid_rows"} if path.endswith("/commit") else body
        body = {"outcome": "paid"} if path.endswith("/advance") else body
        tag = f'"{"0" * 32}"' if method == "PATCH" else None
        with subtests.test(f"{method} {path}"):
            theirs = stranger.send(method, path.format(id=things[kind]), body, If_Match=tag)
            nobodys = stranger.send(method, path.format(id=encode(PREFIXES[kind], uuid7())), body, If_Match=tag)
            assert theirs.status_code == nobodys.status_code == 404
            assert without_traces(theirs) == without_traces(nobodys)
            if method == "GET":
                assert api.read(path.format(id=things[kind])).status_code == 200


def test_lists_hold_only_the_platforms_own(api, stranger, things, subtests):
    for method, path in doors():
        if method != "GET" or "{id}" in path or path.startswith(("/sandbox", "/rails", "/limits", "/requirements")):
            continue
        with subtests.test(path):
            theirs, own = (client.read(path + NEEDED.get(path, "")).json() for client in (stranger, api))
            if path == "/ledger-statement":
                continue  # of an account, which the stranger has none of
            assert own["data"]
            if path == "/events":
                assert {thing["type"] for thing in theirs["data"]} == {"api_key.created"}
            elif path == "/api-keys":
                assert [thing["begins_with"] for thing in theirs["data"]] == [stranger.token[:15]]
            elif path == "/balance-history":
                assert {thing["available"] for thing in theirs["data"]} == {"0.00"}
            else:
                assert not theirs["data"]
            assert path == "/balance-history" or not any(thing in own["data"] for thing in theirs["data"])


def test_money_of_others_is_not_told(api, stranger, things):
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    path = f"/ledger-statement?currency=EUR&first={today}&last={today}"
    assert api.read(path).json()["closing"] != "0.00"
    assert (stranger.read(path).json()["closing"], stranger.read(path).json()["moments"]) == ("0.00", [])


def test_rails_are_the_same_for_all(api, stranger):
    for path in ("/rails", "/rails/sepa_instant", "/rails/sepa_instant/calendar?first=2026-12-24&last=2026-12-26"):
        assert api.read(path).json() == stranger.read(path).json()
    assert api.read("/rails/pigeon").status_code == 404


def test_filters_by_others_ids_find_nothing(stranger, things):
    assert stranger.read(f"/payouts?recipient={things['recipients']}").json()["data"] == []
    assert stranger.read(f"/payouts?batch={things['batches']}").json()["data"] == []
    assert stranger.read(f"/events?subject={things['payouts']}").json()["data"] == []
    assert stranger.read(f"/events?after={things['events']}").status_code == 422


def test_payout_to_anothers_recipient_is_refused_like_an_unknown_one(stranger, things):
    theirs = stranger.create("/payouts", a_payout(recipient=things["recipients"]))
    nobodys = stranger.create("/payouts", a_payout(recipient=encode("rcp", uuid7())))
    assert theirs.status_code == nobodys.status_code == 422
    assert without_traces(theirs) == without_traces(nobodys)


def test_every_address_needs_a_key(client, subtests):
    for method, path in doors():
        with subtests.test(f"{method} {path}"):
            answer = client.generic(method, "/api/v1" + path.format(id="x"), b"{}", content_type="application/json")
            assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")


def without_traces(answer):
    """Return the problem without what differs between any two requests."""
    return {name: value for name, value in answer.json().items() if name not in ("request_id", "instance")}
