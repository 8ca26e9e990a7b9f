from apps.events.models import Delivery, Endpoint
from tests.api.conftest import a_payout

HOOK = {"url": "http://127.0.0.1:9/hooks", "event_types": ["payout.created"]}


def test_secret_is_shown_once(api):
    created = api.create("/webhook-endpoints", HOOK, key="hook")
    assert created.status_code == 201, created.content
    secret = created.json()["secret"]
    assert secret.startswith("whsec_")
    path = f"/webhook-endpoints/{created.json()['id']}"
    assert "secret" not in api.read(path).json()
    assert secret not in api.read("/webhook-endpoints").content.decode()
    assert api.create("/webhook-endpoints", HOOK, key="hook").json()["secret"] == secret, "a repetition gets it again"
    assert Endpoint.objects.count() == 1


def test_endpoint_is_changed_disabled_enabled_and_gets_another_secret(api):
    created = api.create("/webhook-endpoints", HOOK).json()
    path = f"/webhook-endpoints/{created['id']}"
    tag = api.read(path)["ETag"]
    changed = api.send("PATCH", path, {"event_types": ["*"]}, If_Match=tag)
    assert (changed.status_code, changed.json()["event_types"], changed.json()["url"]) == (200, ["*"], HOOK["url"])
    assert api.create(f"{path}/disable").json()["status"] == "disabled"
    assert api.create(f"{path}/disable").json()["type"] == "/problems/endpoint-disabled"
    assert api.create(f"{path}/enable").json()["status"] == "active"
    assert api.create(f"{path}/rotate-secret").json()["secret"] != created["secret"]


def test_faults_of_an_endpoint_are_named(api):
    answer = api.create("/webhook-endpoints", {"url": "http://10.0.0.1/", "event_types": ["payout.invented"]})
    assert sorted((fault["pointer"], fault["code"]) for fault in answer.json()["errors"]) == [
        ("/event_types", "unknown-event-type"),
        ("/url", "url-not-allowed"),
    ]
    assert Endpoint.objects.count() == 0


def test_delivery_is_listed_and_sent_again(api):
    endpoint = api.create("/webhook-endpoints", HOOK).json()
    payout = api.create("/payouts", a_payout()).json()
    [listed] = api.read(f"/webhook-endpoints/{endpoint['id']}/deliveries").json()["data"]
    assert (listed["event_type"], listed["status"], listed["attempts"]) == ("payout.created", "pending", 0)
    assert api.read(f"/events/{listed['event']}").json()["subject"] == payout["id"]
    path = f"/webhook-deliveries/{listed['id']}"
    assert api.read(path).json() == {**listed, "log": []}
    assert api.create(f"{path}/resend").json()["type"] == "/problems/on-its-way"
    Delivery.objects.update(status="failed")
    assert api.create(f"{path}/resend").json()["status"] == "pending"


def test_endpoint_that_was_changed_meanwhile_is_not_overwritten(api):
    path = f"/webhook-endpoints/{api.create('/webhook-endpoints', HOOK).json()['id']}"
    tag = api.read(path)["ETag"]
    assert api.send("PATCH", path, {"description": "first"}, If_Match=tag).status_code == 200
    answer = api.send("PATCH", path, {"description": "second"}, If_Match=tag)
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/precondition-failed")
    assert api.send("PATCH", path, {"description": "third"}).status_code == 428
    assert Endpoint.objects.get().description == "first"


def test_range_of_events_is_sent_again_after_the_endpoint_was_away(api):
    path = f"/webhook-endpoints/{api.create('/webhook-endpoints', {**HOOK, 'event_types': ['*']}).json()['id']}"
    api.create(f"{path}/disable")
    first = api.create("/payouts", a_payout()).json()
    last = api.read(f"/events?subject={first['id']}").json()["data"][-1]
    second = api.create("/payouts", a_payout()).json()
    refused = api.create(f"{path}/resend")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/endpoint-disabled")
    api.create(f"{path}/enable")
    assert not Delivery.objects.filter(subject__in=[first["id"], second["id"]]).exists()

    answer = api.create(f"{path}/resend", {"after": last["id"], "event_types": ["payout.created"]}).json()
    assert (answer["messages"], answer["more"], answer["next_after"]) == (1, False, None)
    assert [delivery.subject for delivery in Delivery.objects.filter(subject__startswith="po")] == [second["id"]]
    unknown = api.create(f"{path}/resend", {"after": "evt_" + "0" * 26})
    assert [(fault["pointer"], fault["code"]) for fault in unknown.json()["errors"]] == [("/after", "unknown-id")]
