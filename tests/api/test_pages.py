"""Lists continue where they stopped, whatever happens meanwhile."""

import pytest

from apps.api.pagination import DEFAULT_LIMIT
from tests.api.conftest import a_payout, a_recipient


@pytest.fixture
def many(api):
    items = [a_payout(amount="1.00") for _ in range(7)]
    batch = api.create("/batches", {"reference": "B-1", "payouts": items})
    assert batch.status_code == 201, batch.content
    return [item["reference"] for item in items], batch.json()["id"]


def test_pages_cover_everything_once_while_rows_are_added(api, many):
    references, _ = many
    seen, cursor = [], ""
    while cursor is not None:
        answer = api.read(f"/payouts?limit=3{cursor and f'&cursor={cursor}'}").json()
        seen += [payout["reference"] for payout in answer["data"]]
        assert answer["has_more"] == (answer["next_cursor"] is not None)
        cursor = answer["next_cursor"]
        api.create("/payouts", a_payout())
    assert seen == sorted(references, key=references.index, reverse=True)


def test_batch_items_come_in_the_order_they_were_sent(api, many):
    references, batch = many
    first = api.read(f"/batches/{batch}/items?limit=4").json()
    rest = api.read(f"/batches/{batch}/items?limit=4&cursor={first['next_cursor']}").json()
    assert [payout["reference"] for payout in first["data"] + rest["data"]] == references
    assert rest["next_cursor"] is None


def test_cursor_serves_only_the_list_it_was_given_for(api, stranger, many):
    cursor = api.read("/payouts?limit=1").json()["next_cursor"]
    for client, path in (
        (stranger, f"/payouts?cursor={cursor}"),
        (api, f"/recipients?cursor={cursor}"),
        (api, f"/payouts?status=scheduled&cursor={cursor}"),
        (api, f"/payouts?cursor={cursor}x"),
    ):
        answer = client.read(path)
        assert answer.status_code == 422
        assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [
            ("cursor", "cursor-invalid")
        ]


def test_filters(api, many):
    references, batch = many
    one = api.create("/payouts", a_payout(reference="ONE")).json()
    assert [payout["id"] for payout in api.read("/payouts?reference=ONE").json()["data"]] == [one["id"]]
    assert len(api.read(f"/payouts?batch={batch}").json()["data"]) == len(references)
    assert [p["id"] for p in api.read(f"/payouts?recipient={one['recipient']['id']}").json()["data"]] == [one["id"]]
    assert len(api.read("/payouts?status=scheduled").json()["data"]) == len(references) + 1
    assert api.read("/payouts?status=paid").json()["data"] == []
    moment = one["created_at"].replace("+", "%2B")
    assert len(api.read(f"/payouts?created_before={moment}").json()["data"]) == len(references)
    assert [p["id"] for p in api.read(f"/payouts?created_from={moment}").json()["data"]] == [one["id"]]


def test_pages_have_a_size_of_their_own(api):
    for _ in range(DEFAULT_LIMIT + 1):
        api.create("/recipients", a_recipient())
    assert len(api.read("/recipients").json()["data"]) == DEFAULT_LIMIT


def test_events_are_read_on_after_the_last_one_seen(api):
    first = api.create("/payouts", a_payout()).json()
    seen = api.read("/events?subject=" + first["id"]).json()["data"]
    assert [(event["type"], event["sequence"]) for event in seen] == [("payout.created", 1)]
    assert seen[0]["data"] == first
    assert api.read(f"/events?after={seen[-1]['id']}&type=payout.created").json()["data"] == []
    second = api.create("/payouts", a_payout()).json()
    later = api.read(f"/events?after={seen[-1]['id']}&type=payout.created").json()["data"]
    assert [event["subject"] for event in later] == [second["id"]]
    assert api.read(f"/events/{later[0]['id']}").json() == later[0]
    assert api.read(f"/payouts/{second['id']}/events").json()["data"] == later
