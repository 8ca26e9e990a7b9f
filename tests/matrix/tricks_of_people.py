"""Tricks of people at the pages: approving what one has made, changing what was approved, sending it otherwise."""

import re

import pytest
from django.contrib.admin import site
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction

from apps.approvals.models import Decision
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.events.operations import door
from apps.partners.operations import create_key
from apps.partners.scopes import SCOPES
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, cancel_payouts, expire_waiting
from apps.recipients.operations import change_method
from apps.users.models import User
from apps.users.operations import (
    confirm_link,
    propose_link,
    remove_role,
)
from tests import factories
from tests.doors.conftest import seen
from tests.matrix.made_of import (
    ask,
    becomes,
    codes_of,
    made_by,
    press,
    refused_by_database,
    signed_in,
    told,
    trick,
    undecided,
)

# Approving what one has made


@trick(1)
def maker_approves(world):
    payout = made_by(world, world.people["operator"])
    person = becomes(world.people["operator"], "operator", "approver")
    press(signed_in(person), payout)
    undecided(payout)
    told(person, "cannot-approve", "excluded")


@trick(2)
def maker_approves_by_the_api(world):
    assert not [scope for scope, granted in SCOPES.items() if "payouts.approve_payout" in granted]
    assert ask(world.token, "POST", f"/payouts/{world.waiting.public_id}/approve").status_code == 404
    undecided(world.waiting)


@trick(3)
def maker_approves_by_a_second_account(world):
    payout = made_by(world, world.people["operator"])
    remove_role(world.people["operator"].pk, "operator", by=SYSTEM)
    one, another = world.people["administrator"], world.others["administrator"]
    link = propose_link(world.people["operator"].pk, world.people["approver"].pk, by=one, reason="One person")
    confirm_link(link.pk, by=another)
    press(signed_in(world.people["approver"]), payout)
    undecided(payout)
    told(world.people["approver"], "excluded")


@trick(4)
def key_approves_what_it_made(world):
    with door("call", action="approve"), pytest.raises(PermissionDenied):
        approve_payouts([world.waiting.pk], by=world.service, digests={world.waiting.pk: world.waiting.digest})
    undecided(world.waiting)
    told(world.service, "permission-denied")


@trick(5)
def owner_of_the_key_approves(world):
    owner = world.people["administrator"]
    _, token = create_key(world.platform.pk, "Owned", ["payouts:write", "recipients:write"], by=owner)
    method = {"type": "iban", "iban": factories.iban()}
    recipient = {"kind": "individual", "name": "Ada Quill", "country": "DE", "method": method}
    body = {"recipient": recipient, "amount": "2000.00", "currency": "EUR", "reference": "OWNED"}
    assert ask(token, "POST", "/payouts", body).status_code == 201
    payout = Payout.objects.with_facts().get(reference="OWNED")
    person = becomes(owner, "administrator", "approver")
    press(signed_in(person), payout)
    undecided(payout)
    told(person, "excluded")


# Changing what was approved


@trick(6)
def amount_changed_between_two_approvals(world):
    approver = world.people["approver"]
    approve_payouts([world.large.pk], by=approver, digests={world.large.pk: world.large.digest})
    assert ask(world.token, "PATCH", f"/payouts/{world.large.public_id}", {"amount": "1.00"}).status_code == 405
    refused_by_database("UPDATE payouts_payout SET amount = 1 WHERE id = %s", world.large.pk)
    refused_by_database("UPDATE approvals_request SET amount = 1 WHERE id = %s", world.large.approval_id)


@trick(7)
def bank_details_changed_after_approval(world):
    before = world.waiting.method_version_id
    approve_payouts([world.waiting.pk], by=world.people["approver"], digests={world.waiting.pk: world.waiting.digest})
    change_method(world.waiting.recipient_id, factories.recipient_draft().method, by=world.people["operator"])
    payout = Payout.objects.get(pk=world.waiting.pk)
    assert (payout.method_version_id, payout.digest) == (before, world.waiting.digest)
    refused_by_database("UPDATE payouts_payout SET method_version_id = gen_random_uuid() WHERE id = %s", payout.pk)


@trick(8)
def existing_payout_overwritten_by_an_import(world):
    row = {"id": world.waiting.public_id, "amount": "1.00", "currency": "EUR", "reference": world.waiting.reference}
    answer = ask(world.token, "POST", "/batches", {"reference": "B", "payouts": [row]})
    assert answer.status_code == 422 and "unknown-field" in codes_of(answer)
    assert Payout.objects.get(pk=world.waiting.pk).amount == 200_000


# Forging what the admin of Django would take


def _forge(world, path, **fields):
    client = signed_in(world.people["approver"])
    assert client.post(f"/admin/{path}", fields).status_code == 403
    told(world.people["approver"], "forbidden")
    undecided(world.waiting)


@trick(9)
def forged_editable_list(world):
    _forge(world, "payouts/payout/", **{"form-TOTAL_FORMS": 1, "form-0-status": "scheduled", "_save": "1"})
    assert not [model_admin for model_admin in site._registry.values() if model_admin.list_editable]


@trick(10)
def forged_inline(world):
    _forge(world, f"payouts/payout/{world.waiting.public_id}/", **{"decisions-TOTAL_FORMS": 1})
    assert not [model_admin for model_admin in site._registry.values() if model_admin.inlines]


@trick(11)
def forged_key_in_a_formset(world):
    _forge(world, f"approvals/request/?{world.waiting.approval_id}", **{"form-0-id": str(world.waiting.approval_id)})


# Bulk


def _tick(client, *payouts, **fields):
    ticked = [f"{payout.public_id}:{payout.digest}" for payout in payouts]
    return client.post("/admin/approvals/request/decide/", {"payout": ticked, "decision": "approve", **fields})


@trick(12)
def bulk_with_ids_outside_the_queue(world):
    person = world.people["approver"]
    assert _tick(signed_in(person), world.waiting, world.plain).status_code == 302
    undecided(world.waiting)
    told(person, "cannot-list")


@trick(13)
def bulk_with_everything_on_all_pages(world):
    person = world.people["approver"]
    assert _tick(signed_in(person), select_across="1", action="approve").status_code == 302
    undecided(world.waiting)
    told(person, "cannot-list")


@trick(14)
def bulk_with_one_of_ones_own(world):
    own = made_by(world, world.people["operator"])
    person = becomes(world.people["operator"], "operator", "approver")
    assert _tick(signed_in(person), world.waiting, own).status_code == 302
    undecided(world.waiting), undecided(own)
    told(person, "cannot-list")


# Sending it again, or otherwise


@trick(15)
def approval_sent_twice(world):
    client = signed_in(world.people["approver"])
    fields = seen(world.large)
    press(client, world.large, **fields), press(client, world.large, **fields)
    assert Decision.objects.filter(request=world.large.approval_id).count() == 1
    told(world.people["approver"], "changed-meanwhile")


@trick(16)
def approval_of_other_content(world):
    press(signed_in(world.people["approver"]), world.waiting, digest="0" * 64)
    undecided(world.waiting)
    told(world.people["approver"], "digest-changed")


@trick(17)
def token_of_another_session(world):
    person = world.people["approver"]
    client, other = (signed_in(one, enforce_csrf_checks=True) for one in (person, world.others["approver"]))
    page = other.get("/admin/account/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert press(client, world.waiting, csrfmiddlewaretoken=token).status_code == 403
    undecided(world.waiting)
    told(person, "form-from-elsewhere")


@trick(18)
def approval_by_get(world):
    client, person = signed_in(world.people["approver"]), world.people["approver"]
    address = f"/admin/payouts/payout/{world.waiting.public_id}/approve/?digest={world.waiting.digest}"
    for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"X-HTTP-Method-Override": "POST"})):
        assert client.generic(method, address, headers=headers).status_code == 405
    undecided(world.waiting)
    told(person, "method-not-allowed")


@trick(19)
def approval_after_the_role_is_gone(world):
    client, person = signed_in(world.people["approver"]), world.people["approver"]
    assert client.get(f"/admin/payouts/payout/{world.waiting.public_id}/").status_code == 200
    remove_role(person.pk, "approver", by=SYSTEM)
    press(client, world.waiting)
    undecided(world.waiting)
    told(person, "permission-denied")


# Superusers and administrators


@trick(20)
def superuser_approves(world):
    with pytest.raises(FieldError):
        User.objects.filter(is_superuser=True)
    person = User.objects.get(pk=world.people["administrator"].pk)
    person.is_superuser = True
    with door("call", action="approve"), pytest.raises(PermissionDenied):
        approve_payouts([world.waiting.pk], by=person, digests={world.waiting.pk: world.waiting.digest})
    told(person, "permission-denied")


@trick(21)
def administrator_takes_a_role(world):
    person = world.people["administrator"]
    signed_in(person).post(f"/admin/users/user/{person.public_id}/assign/", {"role": "approver"})
    assert User.objects.get(pk=person.pk).roles == {"administrator"}
    told(person, "own-role")
    refused_by_database(
        "INSERT INTO users_roleassignment (id, user_id, role, assigned_by_id) VALUES (gen_random_uuid(), %s, 'auditor', %s)",
        person.pk, person.pk,
    )  # fmt: skip


@trick(22)
def administrator_asks_for_no_approvals(world):
    from apps.approvals.operations import set_policy

    person = User.objects.get(pk=world.people["administrator"].pk)
    with door("call", action="policy"), pytest.raises(PermissionDenied):
        set_policy(world.platform.pk, "EUR", [{"up_to": None, "approvals": 0}], by=person)
    told(person, "permission-denied")
    refused_by_database("UPDATE approvals_settingversion SET content = '{}'")


@trick(23)
def audit_trail_deleted(world):
    person = world.people["administrator"]
    event = Event.objects.order_by("id").last()
    client = signed_in(person)
    assert client.post(f"/admin/events/event/{event.public_id}/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/events/event/", {"action": "delete_selected"}).status_code == 403
    told(person, "forbidden")
    for statement in ("DELETE FROM events_event", "UPDATE events_event SET actor_label = ''", "TRUNCATE events_event"):
        refused_by_database(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()


@trick(24)
def state_written_past_the_operations(world):
    with pytest.raises(DatabaseError), transaction.atomic():
        Payout.objects.filter(pk=world.waiting.pk).update(status="paid")
    refused_by_database("UPDATE approvals_request SET status = 'approved' WHERE id = %s", world.waiting.approval_id)


# What is over


@trick(25)
def approval_of_what_has_expired(world):
    connection.cursor().execute(
        "UPDATE payouts_payout SET status_at = now() - interval '400 days', cut_off_at = now() - interval '400 days'"
        " WHERE id = %s", [world.held.pk],
    )  # fmt: skip
    assert expire_waiting() == 1
    press(signed_in(world.people["approver"]), world.held)
    assert Payout.objects.get(pk=world.held.pk).status == "expired"
    told(world.people["approver"], "wrong-state")


@trick(26)
def approval_of_what_was_cancelled(world):
    cancel_payouts([world.waiting.pk], by=world.service, reason="Withdrawn")
    press(signed_in(world.people["approver"]), world.waiting)
    assert Payout.objects.get(pk=world.waiting.pk).status == "cancelled"
    told(world.people["approver"], "wrong-state")
