"""What the tricks are made of: people who press buttons, programs that call, and what must be left afterwards."""

import json

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import get_resolver

from apps.api.v1.urls import urlpatterns as api_addresses
from apps.approvals.models import Decision
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.users.models import User
from apps.users.operations import (
    assign_role,
    remove_role,
)
from tests import factories
from tests.doors.conftest import seen

BELOW_THE_LIMIT = 100_000
"""As much as the world's policy lets a platform pay without anybody's approval."""

TRICKS = {}


def trick(number):
    def register(function):
        TRICKS[number] = function
        return function

    return register


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(User.objects.get(pk=person.pk))
    return client


def press(client, payout, verb="approve", **fields):
    fields = {"digest": payout.digest, "reason": "x", **seen(payout), **fields}
    return client.post(f"/admin/payouts/payout/{payout.public_id}/{verb}/", fields)


def told(actor, *codes):
    """Say that the last refusal of this actor names these codes, and where it was."""
    event = Event.objects.filter(type="access.refused", actor_id=actor.actor_id).order_by("-id").first()
    assert event is not None, "the audit trail does not tell of it"
    assert set(codes) <= {event.data["code"], *event.data["faults"]}, event.data
    assert event.data["door"] and event.data["channel"]


def undecided(payout):
    assert Payout.objects.get(pk=payout.pk).status == "awaiting_approval"
    assert not Decision.objects.filter(request=payout.approval_id).exists()


def becomes(person, before, after):
    """Give somebody another role in place of the one that they hold, as a house does when people move on."""
    remove_role(person.pk, before, by=SYSTEM)
    assign_role(person.pk, after, by=SYSTEM)
    return User.objects.get(pk=person.pk)


def made_by(world, by, amount=200_000, **details):
    [payout] = create_payouts(world.platform.pk, [factories.payout_draft(amount=amount, **details)], by=by)
    return Payout.objects.with_facts().get(pk=payout.pk)


def no_address(*words):
    """Say that no address of the admin or of the API is named after such a thing."""
    names = {str(pattern.pattern) for pattern in api_addresses} | set(get_resolver().reverse_dict.keys())
    for model_admin in site._registry.values():
        names |= {str(pattern.pattern) for pattern in model_admin.get_urls()}
    assert not [name for name in names for word in words if word in str(name).lower()]


def refused_by_database(statement, *parameters):
    """Say that the database refuses a statement by a rule or for want of a right, and not because it is misspelt."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    state = error.value.__cause__.sqlstate
    assert state.startswith("23") or state in ("42501", "P0001"), error.value


def ask(token, method, path, body=None, **headers):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid7().hex, **headers}
    content = json.dumps(body or {}).encode()
    return Client().generic(method, f"/api/v1{path}", content, "application/json", headers=headers)


def codes_of(answer):
    return {fault["code"] for fault in answer.json().get("errors", [])}


def asked_for_parts(world) -> int:
    """Have a platform pay one recipient three times just below the limit; return how many approvals that asks for."""
    [first] = create_payouts(world.platform.pk, [factories.payout_draft(amount=BELOW_THE_LIMIT)], by=world.service)
    again = [factories.payout_draft(amount=BELOW_THE_LIMIT, recipient=first.recipient_id) for _ in range(2)]
    parts = [first, *create_payouts(world.platform.pk, again, by=world.service)]
    return sum(part.approval.required for part in parts)
