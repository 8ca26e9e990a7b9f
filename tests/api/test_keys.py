"""A platform's keys, and the keys of its requests."""

from datetime import timedelta

from django.utils import timezone

from apps.events.models import Event
from apps.partners.models import ApiKey
from apps.partners.operations import create_key
from tests import factories
from tests.api.conftest import ApiClient, a_payout, a_recipient


def test_key_replaces_itself_and_works_on_for_the_overlap(api, platform):
    answer = api.create("/api-keys/rotate", {"overlap_hours": 2})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["token"].startswith(made["begins_with"])
    assert ApiClient(made["token"]).read("/payouts").status_code == 200
    assert api.read("/payouts").status_code == 200
    newer, older = api.read("/api-keys").json()["data"]
    assert newer == {
        **{name: value for name, value in made.items() if name != "token"},
        "last_used_at": newer["last_used_at"],
    }
    assert (newer["scopes"], newer["name"]) == (older["scopes"], older["name"])
    ends = ApiKey.objects.get(pk__lt=ApiKey.objects.latest("pk").pk).expires_at
    assert abs(ends - timezone.now() - timedelta(hours=2)) < timedelta(minutes=1)
    again = api.create("/api-keys/rotate")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/ends-already")
    assert ApiKey.objects.count() == 2


def test_whoever_was_answerable_for_a_key_is_so_for_the_next(platform):
    administrator = factories.person("administrator")
    key, token = create_key(platform.pk, "Back end", ["keys:write", "payouts:write"], by=administrator)
    made = ApiClient(token).create("/api-keys/rotate", {"overlap_hours": 0}).json()
    successor = ApiKey.objects.exclude(pk=key.pk).get()
    assert (successor.public_id, successor.created_by) == (made["id"], administrator)
    assert ApiClient(token).read("/api-keys").status_code == 401
    event = Event.objects.get(type="api_key.rotated")
    assert event.changes["replaced_by"] == [None, made["id"]]


def test_token_of_a_new_key_is_in_the_repeated_answer_and_nowhere_else(api):
    first = api.create("/api-keys/rotate", key="rotate")
    token = first.json()["token"]
    assert api.create("/api-keys/rotate", key="rotate").content == first.content
    for path in ("/api-keys", f"/api-keys/{first.json()['id']}", "/events", "/idempotency-keys"):
        assert token not in api.read(path).content.decode()
    assert ApiKey.objects.count() == 2


def test_keys_are_listed_by_whether_they_are_revoked(api, platform):
    other = factories.key_of(platform)[0].api_key
    ApiKey.objects.filter(pk=other.pk).update(revoked_at=timezone.now())
    assert [key["id"] for key in api.read("/api-keys?status=revoked").json()["data"]] == [other.public_id]
    assert other.public_id not in api.read("/api-keys?status=active").content.decode()


def test_idempotency_key_tells_its_request_and_what_it_made(api):
    body = a_payout()
    payout = api.create("/payouts", body, key="order-1").json()
    api.create("/recipients", a_recipient(name=""), key="refused")
    api.create(f"/payouts/{payout['id']}/cancel", key="order-1-cancel")
    [found] = api.read("/idempotency-keys?key=order-1").json()["data"]
    assert {name: found[name] for name in ("key", "method", "path", "status", "created")} == {
        "key": "order-1",
        "method": "POST",
        "path": "/api/v1/payouts",
        "status": 201,
        "created": payout["id"],
    }
    assert api.read("/idempotency-keys?key=refused").json()["data"] == []
    listed = api.read("/idempotency-keys").json()["data"]
    assert [(one["key"], one["created"]) for one in listed] == [("order-1-cancel", None), ("order-1", payout["id"])]
