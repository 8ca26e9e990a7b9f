"""One key, one effect; the same answer as often as it is asked for."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from apps.api.models import IdempotencyKey
from apps.ledger.posting import AccountKey, lock_available
from apps.payouts.models import Payout
from tests import factories
from tests.api.conftest import ApiClient, a_payout, a_recipient


def test_repeated_request_gets_the_first_answer(api):
    body = a_payout()
    first = api.create("/payouts", body, key="order-1")
    again = api.create("/payouts", dict(reversed(body.items())), key="order-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Payout.objects.count() == 1


def test_bare_and_quoted_key_are_one_and_case_matters(api):
    body = a_payout()
    assert api.create("/payouts", body, key="abc").status_code == 201
    assert api.create("/payouts", body, key='"abc"')["Idempotent-Replayed"] == "true"
    other = api.create("/payouts", a_payout(), key="ABC")
    assert other.status_code == 201
    assert "Idempotent-Replayed" not in other


def test_key_of_another_body_is_refused_naming_what_differs(api):
    body = a_payout(metadata={"order": "1"})
    assert api.create("/payouts", body, key="order-1").status_code == 201
    recipient = {**body["recipient"], "name": "Bob Quill"}
    other = {**body, "amount": "999.00", "recipient": recipient, "description": "new"}
    answer = api.create("/payouts", other, key="order-1")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/amount", "/description", "/recipient/name"]
    assert Payout.objects.count() == 1


def test_key_of_another_address_is_refused(api):
    assert api.create("/payouts", a_payout(), key="order-1").status_code == 201
    answer = api.create("/recipients", a_recipient(), key="order-1")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert answer.json()["detail"] == "The key belongs to a POST /api/v1/payouts."


def test_refused_request_leaves_its_key_free(api):
    body = a_payout()
    assert api.create("/payouts", {**body, "amount": "0"}, key="order-1").status_code == 422
    assert api.create("/payouts", body, key="order-1").status_code == 201


def test_keys_belong_to_their_platform(api, stranger):
    assert api.create("/recipients", a_recipient(), key="k").status_code == 201
    answer = stranger.create("/recipients", a_recipient(), key="k")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


def test_replay_needs_the_scope(api, client_with):
    body = a_payout()
    api.create("/payouts", body, key="order-1")
    assert client_with("payouts:read").create("/payouts", body, key="order-1").status_code == 403


def test_stored_request_and_answer_hold_no_account_number(api):
    iban = factories.iban()
    api.create("/payouts", a_payout(recipient=a_recipient(method={"type": "iban", "iban": iban})), key="order-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_idempotencykey::text FROM api_idempotencykey")
        [[row]] = cursor.fetchall()
    assert iban[4:] not in row
    assert "Ada Quill" not in row


@pytest.mark.parametrize("change", ["UPDATE api_idempotencykey SET status = 200", "DELETE FROM api_idempotencykey"])
def test_stored_keys_cannot_be_changed(api, change):
    api.create("/recipients", a_recipient(), key="k")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert IdempotencyKey.objects.count() == 1


def test_request_with_the_key_of_one_still_running_is_asked_to_wait(committed_platform):
    """B54. The first request waits for the platform's balance, which this test has locked."""
    platform, token = committed_platform
    client, body = ApiClient(token), a_payout()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            lock_available([AccountKey("funds", platform.public_id, "EUR")])
            first = other.submit(in_a_thread, lambda: ApiClient(token).create("/payouts", body, key="k"))
            wait_until(lambda: first.done() or backends_waiting_for_a_lock() == 1)
            assert not first.done(), first.result().content
            answer = client.create("/payouts", body, key="k")
        assert (answer.status_code, answer["Retry-After"]) == (409, "1")
        assert answer.json()["type"] == "/problems/request-in-flight"
        assert first.result().status_code == 201
    assert client.create("/payouts", body, key="k")["Idempotent-Replayed"] == "true"
    assert Payout.objects.count() == 1


def test_fifty_equal_posts_make_one_payout(committed_platform):
    """A second or more: fifty requests in eight threads with connections of their own."""
    (_, token), body = committed_platform, a_payout()

    def post(_number):
        answer = in_a_thread(lambda: ApiClient(token).create("/payouts", body, key="order-1"))
        return answer.status_code, answer.get("Retry-After"), answer.content

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(50)))
    assert len({content for status, _, content in answers if status == 201}) == 1
    assert {(status, wait) for status, wait, _ in answers} <= {(201, None), (409, "1")}
    assert Payout.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.fixture
def committed_platform(committed_db, bank_folder, tmp_path):
    """A funded platform and a token of it, in a database whose transactions commit."""
    factories.watchlist(tmp_path)
    account, platform = factories.bank_account(), factories.partner()
    factories.policy((None, 0), platform=platform)
    with transaction.atomic():
        factories.fund(platform, account, 10_000_000)
    return platform, factories.key_of(platform)[1]


def in_a_thread(act):
    try:
        return act()
    finally:
        connections.close_all()


def wait_until(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def backends_waiting_for_a_lock():
    with connection.cursor() as cursor:
        # In a transaction PostgreSQL goes on showing the activity it showed first, and nobody who has connected since.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0]
