"""Delivery from the outbox to a real receiver. Each test commits, so each makes a fresh database: that is its time."""

import asyncio
import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from apps.core.permissions import SYSTEM
from apps.events import egress, outbox
from apps.events.dispatcher import Dispatcher
from apps.events.models import Delivery, DeliveryAttempt, Endpoint, Event
from apps.events.operations import (
    CannotResend,
    disable_endpoint,
    resend,
    rotate_secret,
    update_endpoint,
)
from tests.events.conftest import dispatch, endpoint_of, happen, make_due, platform, status

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def waits():
    """Return how long each pending delivery still waits, in whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT round(extract(epoch FROM next_at - clock_timestamp())) FROM events_delivery"
            " WHERE status = 'pending' ORDER BY event_id"
        )
        return [int(seconds) for (seconds,) in cursor.fetchall()]


def test_event_arrives_once_and_the_reference_library_verifies_it(receiver):
    partner = platform()
    _, secret = endpoint_of(partner, receiver)
    happen(partner, "po_a")
    dispatch()
    dispatch()

    [received] = receiver.received
    event = Event.objects.get(subject="po_a")
    assert Webhook(secret).verify(received.body, received.headers) == {
        "id": event.public_id,
        "type": "payout.created",
        "created_at": event.created_at.isoformat().replace("+00:00", "Z"),
        "sequence": 1,
        "subject": "po_a",
        "data": {"id": "po_a"},
    }
    assert received.headers["webhook-id"] == event.public_id
    assert received.path == "/hook"
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.last_status_code) == ("delivered", 1, 204)
    assert delivery.delivered_at is not None and delivery.lease_until is None


def test_log_keeps_the_attempt_without_its_signature(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(500, body=b"no\x00t now" + b"x" * 10_000)]
    happen(partner, "po_a")
    dispatch()

    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.status_code, attempt.error, attempt.url) == (1, 500, "HTTP 500", receiver.url)
    assert attempt.response_body.startswith("no\ufffdt now") and len(attempt.response_body) == 4096
    assert "webhook-signature" not in attempt.request_headers
    assert attempt.request_headers["webhook-id"] == receiver.ids()[0]


def test_while_a_secret_is_replaced_either_verifies(receiver):
    partner = platform()
    endpoint, former = endpoint_of(partner, receiver)
    _, secret = rotate_secret(endpoint.pk, by=SYSTEM)
    happen(partner, "po_a")
    dispatch()
    Endpoint.objects.update(previous_secret_until=Now() - timedelta(seconds=1))
    happen(partner, "po_b")
    dispatch()

    during, after = receiver.received
    for valid in (former, secret):
        Webhook(valid).verify(during.body, during.headers)
    Webhook(secret).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(after.body, after.headers)


def test_only_the_events_asked_for_and_only_the_partners_own_arrive(receiver, another_receiver):
    partner, other = platform(), platform("Other Market")
    endpoint_of(partner, receiver, ["payout.paid"])
    endpoint_of(other, another_receiver)
    happen(partner, "po_a")
    happen(partner, "po_a", type="payout.paid")
    dispatch()

    assert [json.loads(one.body)["type"] for one in receiver.received] == ["payout.paid"]
    assert another_receiver.received == []


def test_later_events_of_a_subject_wait_for_the_earlier_one_and_other_subjects_do_not(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(503)]
    happen(partner, "po_a")
    dispatch()
    happen(partner, "po_a", "po_b")
    dispatch()
    assert [json.loads(one.body)["subject"] for one in receiver.received] == ["po_a", "po_b"]

    make_due()
    dispatch()
    order = [(json.loads(one.body)["subject"], json.loads(one.body)["sequence"]) for one in receiver.received]
    assert order == [("po_a", 1), ("po_b", 1), ("po_a", 1), ("po_a", 2)]


def test_event_behind_a_failing_one_becomes_due_with_it(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(500), status(500)]
    happen(partner, "po_a")
    happen(partner, "po_a")
    dispatch()
    assert waits() == [5, 5]

    happen(partner, "po_a")
    make_due(sequence=1)
    dispatch()
    assert waits() == [300, 300, 300]


def test_attempts_follow_the_schedule_and_after_the_last_failure_nothing_more_is_sent(receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    receiver.answers = [status(500)] * 10
    happen(partner, "po_a")
    happen(partner, "po_a")

    seen = []
    for _ in range(9):
        dispatch()
        seen.append(waits()[0])
        make_due()
    dispatch()

    assert seen == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    ended = [("failed", 10), ("abandoned", 0)]
    assert list(Delivery.objects.order_by("sequence").values_list("status", "attempts")) == ended
    assert len(set(receiver.ids())) == 1
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.status_reason) == ("disabled", "No message has arrived for three days.")


@pytest.mark.parametrize(
    ("asked", "waited"), [("120", 120), ("1", 5), ("999999999999", 86_400), ("tomorrow", 5), ("²", 5), ("-5", 5)]
)
def test_retry_after_is_honored_up_to_a_day(receiver, asked, waited):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [lambda handler: status(429, [("Retry-After", asked.encode().decode("latin-1"))])(handler)]
    happen(partner, "po_a")
    dispatch()

    assert waits() == [waited]


def test_endpoint_that_is_gone_is_disabled_and_the_rest_abandoned(receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    receiver.answers = [status(410)]
    happen(partner, "po_a")
    happen(partner, "po_a")
    dispatch()
    happen(partner, "po_b")
    dispatch()

    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.status_reason) == ("disabled", "It answered 410 Gone.")
    assert [delivery.status for delivery in Delivery.objects.all()] == ["abandoned", "abandoned"]
    assert len(receiver.received) == 1
    assert Event.objects.get(subject=endpoint.public_id, type="webhook_endpoint.disabled").actor_kind == "system"


def test_redirect_is_a_failure_and_not_followed(receiver, another_receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(code, [("Location", another_receiver.url)]) for code in (301, 302, 307, 308)]
    happen(partner, "po_a", "po_b", "po_c", "po_d")
    dispatch()

    assert another_receiver.connections == 0
    assert {delivery.last_error for delivery in Delivery.objects.all()} == {
        f"HTTP {code}: redirects are not followed" for code in (301, 302, 307, 308)
    }


def test_slow_endpoint_does_not_delay_others(receiver, another_receiver):
    slow, fast = platform(), platform("Fast Market")
    endpoint_of(slow, receiver)
    endpoint_of(fast, another_receiver)
    outcomes = []

    def wait_for_the_others(handler):
        deadline = time.monotonic() + 15
        while len(another_receiver.received) < 100 and time.monotonic() < deadline:
            time.sleep(0.02)
        outcomes.append(len(another_receiver.received))
        status(204)(handler)

    receiver.answers = [wait_for_the_others] * 10
    happen(slow, *[f"po_s{n}" for n in range(10)])
    happen(fast, *[f"po_f{n}" for n in range(100)])
    dispatch()

    assert outcomes == [100] * 10
    assert len(receiver.received) == 10


def test_crash_between_send_and_record_sends_the_same_id_again(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    happen(partner, "po_a")

    async def send_and_die(claimed):
        body, headers = claimed.request(claimed.created_at)
        async with egress.open_session(limit=1) as session:
            await egress.post(session, claimed.url, body, headers)

    [claimed] = outbox.claim(10, usual=10, free={})
    asyncio.run(send_and_die(claimed))
    dispatch()
    assert len(receiver.received) == 1  # somebody has it in hand

    Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
    dispatch()
    assert receiver.ids() == [Event.objects.get(subject="po_a").public_id] * 2
    assert receiver.received[0].body == receiver.received[1].body
    assert Delivery.objects.get().status == "delivered"


def attempted(claimed, status_code):
    answer = egress.Answer(status_code, "", "", None, 1)
    return outbox.Attempted(claimed, claimed.created_at, {}, answer)


def test_result_that_comes_after_the_lease_counts_only_if_the_message_arrived(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    happen(partner, "po_a")
    [first] = outbox.claim(10, usual=10, free={})
    Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
    [second] = outbox.claim(10, usual=10, free={})

    outbox.finish([attempted(first, 500)])
    assert Delivery.objects.get().lease_until is not None  # the second's
    outbox.finish([attempted(first, 200)])
    assert Delivery.objects.get().status == "delivered"
    outbox.finish([attempted(second, 500)])
    assert Delivery.objects.get().status == "delivered"


def test_two_dispatchers_send_every_event_once(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    for _ in range(3):
        happen(partner, *[f"po_{n}" for n in range(50)])
    threads = [threading.Thread(target=dispatch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(receiver.received) == len(set(receiver.ids())) == 150
    by_subject = {}
    for one in receiver.received:
        message = json.loads(one.body)
        by_subject.setdefault(message["subject"], []).append(message["sequence"])
    assert set(map(tuple, by_subject.values())) == {(1, 2, 3)}


def test_dispatcher_survives_the_loss_of_its_connection(receiver):
    partner = platform()
    endpoint_of(partner, receiver)

    async def run():
        dispatcher = Dispatcher(poll_seconds=0.02)
        running = asyncio.create_task(dispatcher.run())
        for number in range(3):
            await asyncio.to_thread(happen_and_cut, number)
            await asyncio.sleep(0.5)
        while len(receiver.received) < 3:
            await asyncio.sleep(0.05)
        dispatcher.stop()
        await running

    def happen_and_cut(number):
        happen(partner, f"po_{number}")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )
        connection.close()

    connection.close()
    asyncio.run(asyncio.wait_for(run(), 20))
    assert sorted(json.loads(one.body)["subject"] for one in receiver.received) == ["po_0", "po_1", "po_2"]
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}


def test_stop_lets_land_what_is_in_the_air(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(204, after=0.5)]
    happen(partner, "po_a")

    async def run():
        dispatcher = Dispatcher(poll_seconds=0.02)
        running = asyncio.create_task(dispatcher.run())
        while not receiver.received:
            await asyncio.sleep(0.02)
        dispatcher.stop()
        await asyncio.wait_for(running, 5)

    asyncio.run(run())
    assert Delivery.objects.get().status == "delivered"


def test_former_address_is_not_called_again_for_retries(receiver, another_receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    receiver.answers = [status(500)]
    happen(partner, "po_a")
    dispatch()
    update_endpoint(endpoint.pk, url=another_receiver.url, by=SYSTEM)
    make_due()
    dispatch()

    assert (len(receiver.received), len(another_receiver.received)) == (1, 1)


def test_message_is_sent_again_when_asked_for_under_the_same_id(receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    happen(partner, "po_a")
    happen(partner, "po_a")
    dispatch()
    first = Delivery.objects.get(sequence=1)
    resend(first.pk, by=SYSTEM)
    dispatch()

    assert receiver.ids()[2] == receiver.ids()[0]
    first.refresh_from_db()
    assert (first.status, first.attempts, first.log.count()) == ("delivered", 1, 2)
    assert Event.objects.get(subject=first.public_id).type == "webhook_delivery.resent"


def test_later_events_do_not_wait_for_one_that_is_resent(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    happen(partner, "po_a")
    dispatch()
    resend(Delivery.objects.get().pk, by=SYSTEM)
    receiver.answers = [status(500)]
    dispatch()
    happen(partner, "po_a")
    dispatch()

    assert [json.loads(one.body)["sequence"] for one in receiver.received] == [1, 1, 2]


def test_message_on_its_way_or_to_a_disabled_endpoint_is_not_resent(receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    happen(partner, "po_a")
    delivery = Delivery.objects.get()

    with pytest.raises(CannotResend) as refusal:
        resend(delivery.pk, by=SYSTEM)
    assert refusal.value.code == "on-its-way"
    disable_endpoint(endpoint.pk, by=SYSTEM)
    with pytest.raises(CannotResend) as refusal:
        resend(delivery.pk, by=SYSTEM)
    assert refusal.value.code == "endpoint-disabled"


def test_endless_answer_is_cut_and_a_packed_one_not_unpacked(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    written = []

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        while sum(written) < 100_000_000:
            written.append(handler.wfile.write(b"\x1f\x8b" + b"a" * 65_534))

    receiver.answers = [endless]
    happen(partner, "po_a")
    dispatch()

    assert Delivery.objects.get().status == "delivered"
    assert len(DeliveryAttempt.objects.get().response_body) <= 4096
    assert sum(written) < 20_000_000  # what fits into the buffers of the loopback device


def test_answer_that_drips_is_given_up(receiver, monkeypatch):
    monkeypatch.setattr(egress, "TOTAL_SECONDS", 0.5)
    partner = platform()
    endpoint_of(partner, receiver)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(10):
            handler.wfile.write(b".")
            time.sleep(0.1)

    receiver.answers = [drip]
    happen(partner, "po_a")
    dispatch()

    assert Delivery.objects.get().last_error == "timeout: no complete answer within 0.5 s"
