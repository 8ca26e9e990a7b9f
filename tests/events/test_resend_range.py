"""Sending a range of messages again: what is chosen, what is left alone, and how it goes on."""

from datetime import timedelta

import pytest

from apps.core.database import database_now
from apps.core.errors import NotFound, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Event
from apps.events.operations import (
    CannotResend,
    EventRange,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    resend_range,
    resending,
)
from tests import factories
from tests.events.conftest import happen, platform

URL = "https://hooks.example.com/"


@pytest.fixture(autouse=True)
def names(monkeypatch):
    monkeypatch.setattr("apps.events.operations.endpoints.check_destination", lambda url: None)


def hook(partner, *types):
    return create_endpoint(partner.pk, URL, types or ["*"], by=SYSTEM)[0]


def ends(endpoint, status="delivered"):
    """Let all that waits for the endpoint have ended."""
    Delivery.objects.filter(endpoint=endpoint).update(status=status, attempts=3, delivered_at=database_now())


def waiting(endpoint):
    """Return the subjects that wait for the endpoint, in the order in which they are due."""
    rows = Delivery.objects.filter(endpoint=endpoint, status="pending")
    return list(rows.order_by("next_at").values_list("subject", flat=True))


def number(subject):
    return Event.objects.get(subject=subject).pk


def test_a_range_is_sent_again_in_the_order_of_its_events(db):
    partner = platform()
    endpoint = hook(partner)
    happen(partner, "po_a", "po_b", "po_c", "po_d")
    ends(endpoint)
    known = dict(Delivery.objects.values_list("subject", "pk"))

    wanted = EventRange(partner.pk, after=number("po_a"), through=number("po_c"))
    resent = resend_range(wanted, by=SYSTEM, endpoint_id=endpoint.pk)
    assert (resent.messages, resent.events, resent.reached, resent.more) == (2, 2, number("po_c"), False)
    assert waiting(endpoint) == ["po_b", "po_c"]
    row = Delivery.objects.get(subject="po_b")
    assert (row.pk, row.attempts, row.resent_at is None) == (known["po_b"], 0, False)
    event = Event.objects.get(type="webhook_endpoint.resent")
    assert (event.subject, event.data["messages"], event.partner_id) == (endpoint.public_id, 2, None)


def test_what_is_on_its_way_is_not_doubled(db):
    partner = platform()
    endpoint = hook(partner)
    happen(partner, "po_a", "po_b")
    Delivery.objects.filter(subject="po_a").update(status="failed", attempts=10)
    before = Delivery.objects.get(subject="po_b")

    assert resend_range(EventRange(partner.pk), by=SYSTEM, endpoint_id=endpoint.pk).messages == 1
    assert resend_range(EventRange(partner.pk), by=SYSTEM, endpoint_id=endpoint.pk).messages == 0
    after = Delivery.objects.get(subject="po_b")
    assert (after.next_at, after.resent_at) == (before.next_at, None)
    assert Delivery.objects.count() == 2
    assert Event.objects.filter(type="webhook_endpoint.resent").count() == 1


def test_what_was_missed_while_disabled_is_sent_if_it_is_wanted(db):
    partner = platform()
    endpoint = hook(partner, "payout.paid")
    disable_endpoint(endpoint.pk, by=SYSTEM)
    happen(partner, "po_a", type="payout.paid")
    happen(partner, "po_b", type="payout.failed")
    enable_endpoint(endpoint.pk, by=SYSTEM)
    assert not Delivery.objects.exists()

    assert resend_range(EventRange(partner.pk), by=SYSTEM).messages == 1
    assert waiting(endpoint) == ["po_a"]


def test_only_what_has_not_arrived_if_asked_so(db):
    partner = platform()
    endpoint = hook(partner)
    happen(partner, "po_a", "po_b")
    ends(endpoint)
    Delivery.objects.filter(subject="po_b").update(status="failed")

    resend_range(EventRange(partner.pk, only_undelivered=True), by=SYSTEM)
    assert waiting(endpoint) == ["po_b"]


def test_a_range_by_time_and_type(db):
    partner = platform()
    endpoint = hook(partner)
    happen(partner, "po_a")
    happen(partner, "po_b", type="payout.paid")
    ends(endpoint)
    now = database_now()
    later = EventRange(partner.pk, since=now + timedelta(hours=1))
    earlier = EventRange(partner.pk, until=now - timedelta(hours=1))
    assert [resend_range(one, by=SYSTEM).messages for one in (later, earlier)] == [0, 0]

    paid = EventRange(
        partner.pk, since=now - timedelta(hours=1), until=now + timedelta(hours=1), types=("payout.paid",)
    )
    assert resend_range(paid, by=SYSTEM).messages == 1
    assert waiting(endpoint) == ["po_b"]


def test_one_event_goes_to_every_active_endpoint(db):
    partner = platform()
    first, second, third = hook(partner), hook(partner), hook(partner)
    happen(partner, "po_a", "po_b")
    ends(third)
    disable_endpoint(third.pk, by=SYSTEM)  # of which the others are told
    for endpoint in (first, second):
        ends(endpoint)

    event = number("po_b")
    assert resend_range(EventRange(partner.pk, after=event - 1, through=event), by=SYSTEM).messages == 2
    assert (waiting(first), waiting(second), waiting(third)) == (["po_b"], ["po_b"], [])


def test_a_long_range_goes_on_where_it_ended(db, monkeypatch):
    monkeypatch.setattr(resending, "MOST_EVENTS", 2)
    partner = platform()
    endpoint = hook(partner)
    happen(partner, "po_a", "po_b", "po_c")
    ends(endpoint)

    first = resend_range(EventRange(partner.pk), by=SYSTEM)
    assert (first.messages, first.reached, first.more) == (2, number("po_b"), True)
    happen(partner, "po_later")
    left = EventRange(partner.pk, after=first.reached, through=first.through)
    assert left.events().count() == 1
    second = resend_range(left, by=SYSTEM)
    assert (second.messages, second.more) == (1, False)
    row = Delivery.objects.get(subject="po_later")
    assert row.resent_at is None


def test_no_number_of_events_makes_more_statements(db, django_assert_num_queries):
    partner = platform()
    endpoint = hook(partner)
    happen(partner, *(f"po_{number}" for number in range(50)))
    ends(endpoint)
    with django_assert_num_queries(6):
        assert resend_range(EventRange(partner.pk), by=SYSTEM).messages == 50


def test_who_may_not_and_what_is_anothers(db, operator, treasurer):
    partner, other = platform(), platform("Other Market")
    endpoint, foreign = hook(partner), hook(other)
    stranger, _token = factories.key_of(other, scopes=("webhooks:write",))
    happen(partner, "po_a")
    happen(other, "po_b")
    ends(endpoint)
    ends(foreign)

    with pytest.raises(PermissionDenied):
        resend_range(EventRange(partner.pk), by=treasurer)
    with pytest.raises(NotFound):
        resend_range(EventRange(partner.pk), by=stranger, endpoint_id=endpoint.pk)
    with pytest.raises(CannotResend):
        resend_range(EventRange(partner.pk), by=stranger)
    with pytest.raises(NotFound):
        resend_range(EventRange(other.pk), by=operator, endpoint_id=endpoint.pk)
    disable_endpoint(endpoint.pk, by=SYSTEM)
    with pytest.raises(CannotResend) as refusal:
        resend_range(EventRange(partner.pk), by=operator, endpoint_id=endpoint.pk)
    assert refusal.value.code == "endpoint-disabled"
    assert (waiting(endpoint), waiting(foreign)) == ([], [])
