import re
from datetime import timedelta

import pytest
from django.db import connection

from apps.core.errors import NotFound, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Endpoint, Event
from apps.events.operations import (
    CannotChangeEndpoint,
    CannotSaveEndpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    resend,
    rotate_secret,
    update_endpoint,
)
from apps.events.operations.endpoints import MOST_ENDPOINTS
from apps.partners.authentication import key_for
from apps.partners.operations import create_key
from apps.users.operations import create_person
from tests.events.conftest import happen, platform

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hook"


def key_of(partner, *scopes):
    _, token = create_key(partner.pk, "Back end", scopes, by=SYSTEM)
    return key_for(token).partner.service_user


def test_key_makes_an_endpoint_of_its_partner_and_sees_the_secret_once():
    partner = platform()
    key = key_of(partner, "webhooks:write")
    endpoint, secret = create_endpoint(partner.pk, URL, ["payout.paid", "payout.created"], by=key, description=" Shop ")

    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert (endpoint.event_types, endpoint.description) == (["payout.created", "payout.paid"], "Shop")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT endpoint::text || event::text FROM events_endpoint endpoint, events_event event WHERE subject = %s",
            [endpoint.public_id],
        )
        [(kept,)] = cursor.fetchall()
    assert secret not in kept and secret.encode().hex() not in kept
    event = Event.objects.get(subject=endpoint.public_id)
    assert (event.type, event.partner_id, event.actor_id) == ("webhook_endpoint.created", None, key.actor_id)


def test_every_fault_is_named():
    partner = platform()
    with pytest.raises(CannotSaveEndpoint) as refusal:
        create_endpoint(partner.pk, "https://10.0.0.1/", ["payout.exploded", "*"], by=SYSTEM, description="\x07")

    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/url", "url-not-allowed"),
        ("/event_types", "unknown-event-type"),
        ("/description", "forbidden-character"),
    ]
    assert not Endpoint.objects.exists()


def test_partner_has_at_most_twenty_endpoints():
    partner = platform()
    for _ in range(MOST_ENDPOINTS):
        create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    with pytest.raises(CannotSaveEndpoint) as refusal:
        create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)

    assert refusal.value.errors[0].code == "too-many-endpoints"
    assert Endpoint.objects.count() == 20


def test_key_without_the_scope_may_not():
    partner = platform()
    with pytest.raises(PermissionDenied):
        create_endpoint(partner.pk, URL, ["*"], by=key_of(partner, "events:read"))
    operator = create_person("op@example.com", "Op", roles=["operator"], by=SYSTEM)
    with pytest.raises(PermissionDenied):
        create_endpoint(partner.pk, URL, ["*"], by=operator)

    assert not Endpoint.objects.exists()


def test_what_is_anothers_is_not_there():
    partner, other = platform(), platform("Other Market")
    endpoint, _ = create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    happen(partner, "po_a")
    disable_endpoint(endpoint.pk, by=SYSTEM)
    stranger = key_of(other, "webhooks:write")

    for attempt in (
        lambda: create_endpoint(partner.pk, URL, ["*"], by=stranger),
        lambda: update_endpoint(endpoint.pk, description="mine", by=stranger),
        lambda: enable_endpoint(endpoint.pk, by=stranger),
        lambda: rotate_secret(endpoint.pk, by=stranger),
        lambda: resend(Delivery.objects.get().pk, by=stranger),
    ):
        with pytest.raises(NotFound):
            attempt()

    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.status) == ("", "disabled")


def test_change_tells_before_and_after():
    partner = platform()
    endpoint, _ = create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    update_endpoint(endpoint.pk, event_types=["payout.paid"], description="", by=SYSTEM)
    update_endpoint(endpoint.pk, event_types=["payout.paid"], by=SYSTEM)

    [changed] = Event.objects.filter(type="webhook_endpoint.updated")
    assert changed.changes == {"event_types": [["*"], ["payout.paid"]]}


def test_endpoint_is_disabled_once_and_enabled_once():
    endpoint, _ = create_endpoint(platform().pk, URL, ["*"], by=SYSTEM)

    with pytest.raises(CannotChangeEndpoint):
        enable_endpoint(endpoint.pk, by=SYSTEM)
    disable_endpoint(endpoint.pk, reason="Moved.", by=SYSTEM)
    with pytest.raises(CannotChangeEndpoint):
        disable_endpoint(endpoint.pk, by=SYSTEM)
    assert Endpoint.objects.get().status_reason == "Moved."
    enable_endpoint(endpoint.pk, by=SYSTEM)
    assert Endpoint.objects.get().is_active


def test_no_third_secret_while_two_are_in_use_unless_both_end_now():
    endpoint, first = create_endpoint(platform().pk, URL, ["*"], by=SYSTEM)
    _, second = rotate_secret(endpoint.pk, by=SYSTEM)
    with pytest.raises(CannotChangeEndpoint):
        rotate_secret(endpoint.pk, by=SYSTEM)
    _, third = rotate_secret(endpoint.pk, overlap=timedelta(0), by=SYSTEM)

    assert len({first, second, third}) == 3
    assert Endpoint.objects.get().previous_secret_ciphertext is None


def test_secret_of_one_endpoint_does_not_open_as_anothers():
    partner = platform()
    one, _ = create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    other, _ = create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)

    assert one.secret_context(one.pk) != one.secret_context(other.pk)


def test_deliveries_are_made_in_one_statement_for_any_number_of_events(django_assert_num_queries):
    partner = platform()
    for _ in range(3):
        create_endpoint(partner.pk, URL, ["*"], by=SYSTEM)
    for count in (1, 500):
        with django_assert_num_queries(3):  # one, and the savepoint of the transaction they are in
            happen(partner, *[f"po_{count}_{n}" for n in range(count)])

    assert Delivery.objects.count() == 3 * 501
