import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.errors import NotFound, PermissionDenied
from apps.core.ids import is_reference, uuid7
from apps.core.permissions import SYSTEM, require_permission
from apps.events.models import Event
from apps.partners.authentication import key_for
from apps.partners.models import ApiKey, Partner
from apps.partners.operations import (
    CannotCreateKey,
    CannotCreatePartner,
    CannotRevokeKey,
    create_key,
    create_partner,
    resume_partner,
    revoke_key,
    suspend_partner,
)
from apps.users.operations import create_person


@pytest.fixture
def key_and_token(partner, administrator):
    return create_key(partner.pk, "Back end", ["payouts:write", "recipients:read"], by=administrator)


def test_partner_comes_with_a_funding_reference_and_a_service_user(partner):
    assert is_reference(partner.funding_reference, "FU")
    assert partner.service_user.kind == "service"
    assert not partner.service_user.has_usable_password()
    assert not partner.service_user.is_staff
    assert Event.objects.get(subject=partner.public_id).type == "partner.created"


@pytest.mark.django_db
def test_partner_is_sandbox_or_live():
    with pytest.raises(CannotCreatePartner) as refusal:
        create_partner("", "both", by=SYSTEM)

    assert [fault.pointer for fault in refusal.value.errors] == ["/name", "/mode"]
    assert not Partner.objects.exists()


def test_token_is_shown_once_and_only_its_digest_kept(key_and_token):
    key, token = key_and_token

    assert re.fullmatch(r"pp_sandbox_[A-Za-z0-9_-]{43}", token)
    assert token.startswith(key.prefix) and len(key.prefix) == 15
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k::text || e::text FROM partners_apikey k, events_event e WHERE e.subject = %s", [key.public_id]
        )
        assert token not in cursor.fetchone()[0]


def test_key_acts_through_the_service_user_with_its_scopes_and_no_more(key_and_token, administrator):
    key, token = key_and_token
    found = key_for(token)
    actor = found.partner.service_user

    assert found == key
    assert actor.has_perm("payouts.create_payout") and actor.has_perm("recipients.view_recipient")
    assert not actor.has_perm("payouts.approve_payout") and not actor.has_perm("recipients.create_recipient")
    assert (actor.actor_kind, actor.actor_id, actor.actor_label) == ("key", key.public_id, "Acme Market (Back end)")
    assert (actor.partner_id, actor.person_id) == (found.partner_id, administrator.pk)
    require_permission(actor, "payouts.create_payout")


def test_service_user_without_a_key_may_do_nothing(partner):
    with pytest.raises(PermissionDenied):
        require_permission(Partner.objects.get().service_user, "payouts.view_payout")


def test_key_is_found_in_one_query_and_its_use_noted_once_a_minute(key_and_token):
    key, token = key_and_token
    with CaptureQueriesContext(connection) as first:
        key_for(token)
    with CaptureQueriesContext(connection) as second:
        key_for(token)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    with CaptureQueriesContext(connection) as third:
        key_for(token)

    assert (len(first), len(second), len(third)) == (2, 1, 2)


def test_token_that_is_no_token_asks_nothing_of_the_database(key_and_token, django_assert_num_queries):
    _, token = key_and_token
    with django_assert_num_queries(0):
        for wrong in (None, "", "pp_sandbox_", token[:-1], f"{token} ", token.replace("_sandbox_", "_test_"), "é" * 54):
            assert key_for(wrong) is None


def test_sandbox_token_does_not_open_live(key_and_token):
    _, token = key_and_token

    assert key_for(token.replace("pp_sandbox_", "pp_live_")) is None


def test_revoked_key_is_refused_from_the_next_request_on(key_and_token, administrator):
    key, token = key_and_token
    revoke_key(key.pk, by=administrator)

    assert key_for(token) is None
    with pytest.raises(CannotRevokeKey):
        revoke_key(key.pk, by=administrator)
    assert list(Event.objects.filter(subject=key.public_id).values_list("type", "sequence")) == [
        ("api_key.created", 1),
        ("api_key.revoked", 2),
    ]


def test_expired_key_is_refused(partner):
    _, token = create_key(partner.pk, "Job", ["events:read"], by=SYSTEM, expires_at=timezone.now() + timedelta(hours=1))
    assert key_for(token)

    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert key_for(token) is None


def test_keys_of_a_suspended_partner_are_refused_until_it_resumes(key_and_token, partner):
    _, token = key_and_token
    suspend_partner(partner.pk, by=SYSTEM)
    assert key_for(token) is None

    resume_partner(partner.pk, by=SYSTEM)
    assert key_for(token)


def test_every_fault_of_a_key_is_named(partner):
    with pytest.raises(CannotCreateKey) as refusal:
        create_key(
            partner.pk,
            "\x00",
            ["payouts:approve", "payouts:read"],
            by=SYSTEM,
            expires_at=timezone.now() - timedelta(days=1),
        )

    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/name", "forbidden-character"),
        ("/scopes", "unknown-scope"),
        ("/expires_at", "not-in-the-future"),
    ]
    assert not ApiKey.objects.exists()


def test_key_needs_a_scope_and_a_partner(partner):
    with pytest.raises(CannotCreateKey):
        create_key(partner.pk, "Empty", [], by=SYSTEM)
    with pytest.raises(NotFound):
        create_key(uuid7(), "Nobody's", ["events:read"], by=SYSTEM)


def test_operator_makes_neither_partners_nor_keys(partner):
    operator = create_person("op@example.com", "Op", roles=["operator"], by=SYSTEM)

    with pytest.raises(PermissionDenied):
        create_key(partner.pk, "Mine", ["payouts:write"], by=operator)
    with pytest.raises(PermissionDenied):
        create_partner("Mine", "live", by=operator)

    assert not ApiKey.objects.exists()


def test_key_cannot_change_sides(key_and_token, partner):
    with pytest.raises(IntegrityError, match="partners_apikey_mode_of_partner"), transaction.atomic():
        ApiKey.objects.update(mode="live")
    with pytest.raises(IntegrityError, match="partners_apikey_mode_of_partner"), transaction.atomic():
        Partner.objects.update(mode="live")
