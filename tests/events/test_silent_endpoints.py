"""Endpoints that nothing arrives at, that are tried, and that want to hear that nothing happened."""

import json
from datetime import timedelta

import pytest
from django.db.models import F

from apps.audit.invariants import violations
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Endpoint, Event
from apps.events.operations import (
    CannotChangeEndpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    ping_endpoint,
    resend,
    send_heartbeats,
)
from apps.events.outbox import BACK_OFF_SECONDS
from tests.events.conftest import dispatch, endpoint_of, happen, make_due, platform, status

URL = "http://127.0.0.1:9/hook"


def use_up(receiver, **which):
    """Let every attempt at the deliveries fail."""
    for _ in range(len(BACK_OFF_SECONDS) + 1):
        receiver.answers.append(status(500))
        make_due(**which)
        dispatch()


def test_endpoint_at_which_nothing_arrives_for_three_days_is_disabled_and_others_are_told(
    committed_db, receiver, another_receiver
):
    """Some seconds: ten attempts, one after the other."""
    partner = platform()
    (dead, _), (alive, _) = endpoint_of(partner, receiver), endpoint_of(partner, another_receiver)
    happen(partner, "po_1")
    use_up(receiver, endpoint=dead)

    dead.refresh_from_db()
    assert (dead.status, dead.status_reason) == ("disabled", "No message has arrived for three days.")
    assert dead.disabled_at
    dispatch()
    told = [json.loads(one.body) for one in another_receiver.received]
    assert [event["type"] for event in told] == ["payout.created", "webhook_endpoint.disabled"]
    assert told[1]["data"]["id"] == dead.public_id
    assert told[1]["data"]["disabled"]["reason"] == "No message has arrived for three days."
    alive.refresh_from_db()
    assert alive.is_active

    enable_endpoint(dead.pk, by=SYSTEM)
    dead.refresh_from_db()
    assert (dead.disabled_at, dead.status_reason) == (None, "")
    resend(Delivery.objects.get(endpoint=dead, subject="po_1").pk, by=SYSTEM)
    dispatch()
    assert Delivery.objects.get(endpoint=dead, subject="po_1").status == "delivered"


def test_endpoint_that_got_something_later_stays(committed_db, receiver):
    """Some seconds: ten attempts, one after the other."""
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    happen(partner, "po_1")
    receiver.answers.append(status(500))
    dispatch()
    happen(partner, "po_2")
    dispatch()
    use_up(receiver, subject="po_1")
    assert Delivery.objects.get(subject="po_1").status == "failed"
    assert Endpoint.objects.get(pk=endpoint.pk).is_active


def test_ping_goes_to_the_one_endpoint_and_shows_what_it_answered(committed_db, receiver, another_receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver, ["payout.paid"])
    endpoint_of(partner, another_receiver)
    delivery = ping_endpoint(endpoint.pk, by=SYSTEM)
    dispatch()
    [message] = receiver.received
    assert json.loads(message.body)["type"] == "webhook_endpoint.pinged"
    assert another_receiver.received == []
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_status_code) == ("delivered", 204)


@pytest.mark.django_db
def test_disabled_endpoint_is_not_tried():
    endpoint, _ = create_endpoint(platform().pk, URL, ["*"], by=SYSTEM)
    disable_endpoint(endpoint.pk, by=SYSTEM)
    with pytest.raises(CannotChangeEndpoint):
        ping_endpoint(endpoint.pk, by=SYSTEM)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_heartbeat_comes_once_an_hour_to_those_that_name_it():
    partner = platform()
    wants, _ = create_endpoint(partner.pk, URL, ["webhook_endpoint.heartbeat"], by=SYSTEM)
    create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    assert (send_heartbeats(), send_heartbeats()) == (1, 0)
    [delivery] = Delivery.objects.all()
    assert (delivery.endpoint_id, delivery.event.type) == (wants.pk, "webhook_endpoint.heartbeat")
    Endpoint.objects.update(heartbeat_at=F("heartbeat_at") - timedelta(hours=1))
    assert send_heartbeats() == 1
    assert list(
        Event.objects.filter(subject=wants.public_id, partner_id=partner.pk).values_list("type", flat=True)
    ) == [
        "webhook_endpoint.heartbeat",
        "webhook_endpoint.heartbeat",
    ]


@pytest.mark.django_db
def test_what_one_endpoint_alone_is_told_is_missing_nowhere_else():
    partner = platform()
    wants, _ = create_endpoint(partner.pk, URL, ["*", "webhook_endpoint.heartbeat"], by=SYSTEM)
    create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    Endpoint.objects.update(updated_at=F("updated_at") - timedelta(minutes=2))
    ping_endpoint(wants.pk, by=SYSTEM)
    assert send_heartbeats() == 1
    assert {delivery.endpoint_id for delivery in Delivery.objects.all()} == {wants.pk}
    assert violations() == []


def test_disabled_endpoint_hears_nothing_until_it_is_enabled(receiver, committed_db):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    happen(partner, "po_a")
    disable_endpoint(endpoint.pk, by=SYSTEM)
    happen(partner, "po_b")
    dispatch()
    assert receiver.received == []

    enable_endpoint(endpoint.pk, by=SYSTEM)
    happen(partner, "po_c")
    dispatch()
    heard = {endpoint.public_id, "po_c"}  # in any order: they are of two subjects
    assert {json.loads(one.body)["subject"] for one in receiver.received} == heard
    assert len(receiver.received) == len(heard)
    statuses = {"po_a": "abandoned"} | dict.fromkeys(heard, "delivered")
    assert dict(Delivery.objects.values_list("subject", "status")) == statuses
