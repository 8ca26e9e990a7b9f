"""
The rules that keep duties apart (S1 to S16), each tried twice: by the operation, and by SQL as the runtime role.

What is said of a rule without a second try is why there is nothing to try.
"""

import pytest
from django.db import transaction

from apps.approvals.models import Request
from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM, ConfirmationNeeded
from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, shut_out_person, start_due
from apps.recipients.operations import change_method
from apps.users.models import SignIn, User
from apps.users.operations import (
    assign_role,
    confirm_link,
    propose_link,
    remove_role,
)
from tests import factories
from tests.matrix.conftest import rolled_back
from tests.matrix.made_of import asked_for_parts, becomes, made_by, no_address, refused_by_database
from tests.signing_in import phone_of

RULES = {}
DECIDES = (
    "INSERT INTO approvals_decision (id, request_id, person_id, choice, reason, digest, decided_at)"
    " SELECT gen_random_uuid(), id, %s, 'approve', '', {digest}, now() FROM approvals_request WHERE id = %s"
)


def rule(number):
    def register(function):
        RULES[number] = function
        return function

    return register


NUMBERS = range(1, 17)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"S{number}")
def test_rule_holds(world, number):
    with rolled_back():
        RULES[number](world)


def refused(operation, *args, **details):
    """Return the codes of a refusal after which nothing has happened."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first()
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        operation(*args, **details)
    assert not Event.objects.filter(id__gt=last).exists()
    return {refusal.value.code, *(fault.code for fault in refusal.value.errors)}


def approve(payout, by, digest=None):
    return refused(approve_payouts, [payout.pk], by=by, digests={payout.pk: digest or payout.digest})


def decides(payout, person, digest="digest"):
    refused_by_database(DECIDES.format(digest=digest), person.pk, payout.approval_id)


@rule(1)
def whoever_made_it_does_not_approve(world):
    payout = made_by(world, world.people["operator"])
    person = becomes(world.people["operator"], "operator", "approver")
    assert "excluded" in approve(payout, person)
    decides(payout, person)
    first = world.people["approver"]
    approve_payouts([world.large.pk], by=first, digests={world.large.pk: world.large.digest})
    assert "already-decided" in approve(world.large, first)
    decides(world.large, first)


@rule(2)
def accounts_of_one_person_are_one(world):
    payout = made_by(world, world.people["operator"])
    remove_role(world.people["operator"].pk, "operator", by=SYSTEM)
    link = propose_link(
        world.people["operator"].pk, world.people["approver"].pk, by=world.people["administrator"], reason="One"
    )
    confirm_link(link.pk, by=world.others["administrator"])
    person = User.objects.get(pk=world.people["approver"].pk)
    assert "excluded" in approve(payout, person)
    decides(payout, person)
    refused_by_database("UPDATE users_user SET human_id = NULL WHERE id = %s", person.pk)


@rule(3)
def there_are_no_superusers(world):
    person = User.objects.get(pk=world.people["administrator"].pk)
    person.is_superuser = True
    assert approve(world.waiting, person) == {"permission-denied"}
    assert not [field for field in User._meta.get_fields() if field.name == "is_superuser"]


@rule(4)
def roles_exclude_each_other(world):
    person, administrator = world.people["operator"], world.people["administrator"]
    assert refused(assign_role, person.pk, "approver", by=administrator) == {"roles-conflict"}
    refused_by_database(
        "INSERT INTO users_roleassignment (id, user_id, role, assigned_at) VALUES (gen_random_uuid(), %s, 'approver', now())",
        person.pk,
    )
    assert "treasurer" not in User.objects.get(pk=world.people["approver"].pk).roles


@rule(5)
def nobody_changes_their_own_roles(world):
    administrator = world.people["administrator"]
    assert refused(assign_role, administrator.pk, "auditor", by=administrator) == {"own-role"}
    refused_by_database(
        "INSERT INTO users_roleassignment (id, user_id, role, assigned_by_id, assigned_at)"
        " VALUES (gen_random_uuid(), %s, 'auditor', %s, now())", administrator.pk, administrator.pk,
    )  # fmt: skip


@rule(6)
def a_request_keeps_its_policy(world):
    before = Request.objects.get(pk=world.large.approval_id).policy
    refused_by_database(
        "UPDATE approvals_request SET policy = '{}', required = 0 WHERE id = %s", world.large.approval_id
    )
    refused_by_database("UPDATE approvals_settingversion SET content = '{}'")
    factories.policy((None, 1), platform=world.platform)
    assert Request.objects.get(pk=world.large.approval_id).policy == before


@rule(7)
def an_approval_is_of_what_was_shown(world):
    assert "digest-changed" in approve(world.waiting, world.people["approver"], "0" * 64)
    decides(world.waiting, world.people["approver"], "repeat('0', 64)")


@rule(8)
def what_is_approved_never_changes(world):
    """Nothing of a payout can be edited, so no edit has to void an approval; bank details are of another version."""
    approve_payouts([world.large.pk], by=world.people["approver"], digests={world.large.pk: world.large.digest})
    change_method(world.large.recipient_id, factories.recipient_draft().method, by=world.people["operator"])
    assert Payout.objects.get(pk=world.large.pk).digest == world.large.digest
    for change in ("amount = 1", "currency = 'USD'", "recipient_id = gen_random_uuid()", "payee = '{}'"):
        refused_by_database(f"UPDATE payouts_payout SET {change} WHERE id = %s", world.large.pk)  # noqa: S608


@rule(9)
def the_last_gate_looks_again(world):
    """What was let past its approval by SQL is held by the code, and gets no attempt from the tables."""
    refused_by_database("UPDATE payouts_payout SET status = 'submitting' WHERE id = %s", world.waiting.pk)
    refused_by_database("UPDATE payouts_payout SET status = 'sent' WHERE id = %s", world.plain.pk)
    payout = world.waiting
    Payout.objects.filter(pk=payout.pk).update(status="scheduled", cut_off_at=world.account.business_now())
    start_due()
    payout = Payout.objects.with_facts().get(pk=payout.pk)
    assert (payout.status, [hold.reason for hold in payout.open_holds]) == (
        "scheduled",
        ["The approval is not for this content."],
    )
    refused_by_database(
        "INSERT INTO payouts_attempt SELECT (jsonb_populate_record(attempt, jsonb_build_object('id', gen_random_uuid(),"
        " 'payout_id', %s::uuid, 'instruction_id', 'X1'))).* FROM payouts_attempt attempt LIMIT 1",
        payout.pk,
    )


@rule(10)
def what_matters_needs_the_second_factor_anew(world):
    """Whether a sign-in was confirmed is a matter of this request; no row depends on it."""
    person = User.objects.get(pk=world.people["approver"].pk)
    phone_of(person)
    person.sign_in = SignIn.objects.with_clock().get(pk=SignIn.objects.create(user=person).pk)
    with pytest.raises(ConfirmationNeeded):
        approve_payouts([world.waiting.pk], by=person, digests={world.waiting.pk: world.waiting.digest})
    with pytest.raises(ConfirmationNeeded):
        assign_role(world.newcomer.pk, "auditor", by=_unconfirmed(world.people["administrator"]))


def _unconfirmed(person):
    person = User.objects.get(pk=person.pk)
    phone_of(person)
    person.sign_in = SignIn.objects.with_clock().get(pk=SignIn.objects.create(user=person).pk)
    return person


@rule(11)
def amounts_below_the_limit_are_summed(world):
    assert asked_for_parts(world) >= 1


@rule(12)
def who_has_left_does_nothing_more(world):
    person = world.people["approver"]
    approve_payouts([world.large.pk], by=person, digests={world.large.pk: world.large.digest})
    shut_out_person(person.pk, by=SYSTEM)
    assert Payout.objects.get(pk=world.large.pk).approval.approvals == 0
    assert not SignIn.objects.open().filter(user=person).exists()
    assert approve(world.waiting, User.objects.get(pk=person.pk)) == {"permission-denied"}
    decides(world.waiting, person)


@rule(13)
def nothing_is_approved_by_a_link(world):
    client = world.clients["approver"]
    address = f"/admin/payouts/payout/{world.waiting.public_id}/approve/"
    assert client.get(address).status_code == 405
    assert client.get("/admin/approvals/request/confirm/?list=x").status_code == 405
    assert Payout.objects.get(pk=world.waiting.pk).status == "awaiting_approval"


@rule(14)
def who_stands_in_for_somebody_counts_as_themselves(world):
    """A decision names one person, whoever they stand in for, and that one is looked at as any other."""
    payout = made_by(world, world.people["operator"])
    decides(payout, world.people["operator"])


@rule(15)
def no_glass_is_broken(world):
    """There is no door for emergencies that passes by the rules; stopping is the only thing that is quick."""
    no_address("break-glass", "break_glass", "emergency", "impersonate")


@rule(16)
def nothing_is_loaded_past_the_operations(world):
    refused_by_database(
        "INSERT INTO approvals_request (id, subject, subject_kind, partner_id, digest, amount, currency, policy,"
        " required, approvals, status, excluded, opened_at, decided_at)"
        " SELECT gen_random_uuid(), 'po_x', subject_kind, partner_id, digest, amount, currency, policy,"
        " required, required, 'approved', '{}', now(), now() FROM approvals_request WHERE id = %s",
        world.large.approval_id,
    )
    refused_by_database("UPDATE approvals_request SET approvals = 2 WHERE id = %s", world.large.approval_id)
    no_address("saveasnew", "revert", "loaddata")


def test_none_is_missing():
    assert RULES.keys() == set(range(1, 17))
