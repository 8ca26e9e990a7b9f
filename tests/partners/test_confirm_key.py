"""A key of a live platform: one administrator makes it, another one confirms it, and nothing opens before."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core.database import database_now
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.authentication import key_for, refused_key
from apps.partners.models import ApiKey
from apps.partners.operations import (
    CannotConfirmKey,
    confirm_key,
    create_key,
    create_partner,
    revoke_key,
    rotate_key,
    rotate_own_key,
)
from apps.partners.scopes import SCOPES
from tests import factories
from tests.threads import at_once, refused


@pytest.fixture
def live(db):
    return create_partner("Realmarket", "live", by=SYSTEM)


@pytest.fixture
def second(db):
    return factories.person("administrator", "Ben Min")


def make(live, by):
    return create_key(live.pk, "Back end", ["payouts:read"], by=by)


def refusal_of(key, by):
    """Return the code of a refusal after which the key opens what it did before."""
    before = ApiKey.objects.filter(pk=key.pk).values().get()
    with pytest.raises(CannotConfirmKey) as refusal:
        confirm_key(key.pk, by=by)
    assert ApiKey.objects.filter(pk=key.pk).values().get() == before
    return refusal.value.code


def test_it_opens_nothing_before_a_second_person_has_confirmed_it(live, administrator, second):
    key, token = make(live, administrator)
    assert (key.waits, key_for(token), refused_key(token).why_refused) == (True, None, "key-unconfirmed")
    confirm_key(key.pk, by=second)

    assert key_for(token).confirmed_by_id == second.pk
    event = Event.objects.filter(subject=key.public_id).order_by("-sequence").first()
    assert (event.type, event.actor_id) == ("api_key.confirmed", second.public_id)
    assert refusal_of(key, second) == "confirmed-already"


def test_its_maker_does_not_confirm_it(live, administrator):
    key, token = make(live, administrator)
    assert refusal_of(key, administrator) == "own-key"
    assert key_for(token) is None


def test_who_may_not_manage_keys_does_not_confirm_them(live, administrator):
    key, token = make(live, administrator)
    for by in (factories.person("operator"), factories.person("auditor"), SYSTEM):
        with pytest.raises(PermissionDenied):
            confirm_key(key.pk, by=by)
    assert key_for(token) is None


def test_a_revoked_key_is_not_confirmed(live, administrator, second):
    key, _ = make(live, administrator)
    revoke_key(key.pk, by=second)
    assert refusal_of(key, second) == "key-has-ended"


def test_a_sandbox_key_works_at_once(partner, administrator):
    key, token = create_key(partner.pk, "Back end", ["payouts:read"], by=administrator)
    assert (key.waits, bool(key_for(token))) == (False, True)


def test_the_key_before_works_until_the_new_one_is_confirmed(live, administrator, second):
    old, old_token = make(live, administrator)
    confirm_key(old.pk, by=second)
    made, token = rotate_key(old.pk, timedelta(), by=second)
    assert (bool(key_for(old_token)), key_for(token)) == (True, None)

    confirm_key(made.pk, by=administrator)
    assert (key_for(old_token), bool(key_for(token))) == (None, True)
    assert Event.objects.filter(subject=old.public_id).order_by("-sequence").first().type == "api_key.rotated"


def test_the_overlap_begins_with_the_confirmation(live, administrator, second):
    old, _ = make(live, administrator)
    confirm_key(old.pk, by=second)
    made, _ = rotate_key(old.pk, timedelta(days=7), by=second)
    assert ApiKey.objects.get(pk=old.pk).expires_at is None
    confirm_key(made.pk, by=administrator)
    ends = ApiKey.objects.get(pk=old.pk).expires_at
    assert timedelta() < database_now() + timedelta(days=7) - ends < timedelta(minutes=1)


@pytest.mark.parametrize(
    "change",
    [
        "confirmed_at = now()",
        "confirmed_at = now(), confirmed_by_id = created_by_id",
        "confirmed_at = now(), confirmed_by_id = (SELECT id FROM users_user WHERE kind = 'service' LIMIT 1)",
        "created_by_id = NULL",
    ],
)
def test_no_statement_confirms_it_alone(change, live, administrator):
    _, token = make(live, administrator)
    with pytest.raises(DatabaseError, match="second person"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE partners_apikey SET {change}")
    assert key_for(token) is None


@pytest.mark.usefixtures("committed_db")
def test_confirming_at_once_confirms_once(live, administrator, second):
    for _ in range(5):
        key, _ = make(live, administrator)
        third = factories.person("administrator")
        outcomes = at_once(partial(confirm_key, key.pk, by=second), partial(confirm_key, key.pk, by=third))
        assert [refusal.code for refusal in refused(outcomes)] == ["confirmed-already"]


def test_a_key_that_replaces_itself_stays_confirmed(live, administrator, second):
    scopes = [scope for scope, granted in SCOPES.items() if "partners.rotate_own_key" in granted]
    waiting, token = create_key(live.pk, "Back end", scopes, by=administrator)
    confirm_key(waiting.pk, by=second)
    made, new_token = rotate_own_key(timedelta(), by=key_for(token).partner.service_user)

    assert (key_for(token), bool(key_for(new_token))) == (None, True)
    assert (made.created_by_id, made.confirmed_by_id) == (administrator.pk, second.pk)
