"""One key, one effect; the same answer as often as it is asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from apps.api.models import IdempotencyKey
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


def test_fifty_equal_posts_make_one_payout(committed_db, tmp_path, settings):
    """Half a dozen seconds: fifty requests in eight threads with connections of their own."""
    settings.BANK_FOLDER = tmp_path / "bank"
    factories.watchlist(tmp_path)
    factories.bank_account()
    platform = factories.partner()
    factories.policy((None, 0), platform=platform)
    token, body = factories.key_of(platform)[1], a_payout()

    def post(_number):
        try:
            answer = ApiClient(token).create("/payouts", body, key="order-1")
            return answer.status_code, answer.get("Retry-After"), answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(50)))
    created = {content for status, _, content in answers if status == 201}
    assert len(created) == 1
    assert {(status, wait) for status, wait, _ in answers} <= {(201, None), (409, "1")}
    assert Payout.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1
