"""Somebody leaves: sign-ins and keys end, and what they approved counts no more where it is not decided yet."""

from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from apps.approvals.models import Decision, Request, VoidDecision
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.authentication import key_for
from apps.partners.operations import create_key
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, create_payouts, shut_out_person
from apps.users.models import User
from apps.users.operations import CannotDeactivate, reactivate_person
from tests import factories
from tests.threads import at_once, refused


@pytest.fixture
def administrator(db):
    return factories.person("administrator", "Ada Min")


def make(platform, key, amount=1_000_001):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount)], by=key)
    return payout


def approve(payout, person):
    approve_payouts([payout.pk], by=person, digests={payout.pk: payout.digest})
    return Payout.objects.with_facts().get(pk=payout.pk)


def test_what_waits_does_not_count_who_has_left(platform, key, approvers, administrator):
    leaver, second, third = approvers
    payout = approve(make(platform, key), leaver)
    done = approve(make(platform, key, 200_000), leaver)
    shut_out_person(leaver.pk, by=administrator)

    payout = Payout.objects.with_facts().get(pk=payout.pk)
    assert (payout.status, payout.approval.approvals, payout.approval.status) == ("awaiting_approval", 0, "open")
    event = Event.objects.filter(subject=payout.public_id).order_by("-sequence").first()
    assert (event.type, event.actor_id) == ("payout.approval_voided", administrator.public_id)
    assert event.data["approval"] == {"status": "open", "required": 2, "given": 0}
    assert Request.objects.get(pk=done.approval_id).status == "approved", "what was decided stays decided"

    assert approve(payout, second).status == "awaiting_approval"
    assert approve(payout, third).status == "scheduled"
    assert Decision.objects.filter(request=payout.approval_id).count() == 3
    assert VoidDecision.objects.get().decision.person_id == leaver.pk


def test_who_comes_back_has_decided_already(platform, key, approvers, administrator):
    payout = approve(make(platform, key), approvers[0])
    shut_out_person(approvers[0].pk, by=administrator)
    reactivate_person(approvers[0].pk, by=administrator)
    with pytest.raises(Exception, match="cannot be decided by you now"):
        approve(payout, User.objects.get(pk=approvers[0].pk))
    assert Request.objects.get(pk=payout.approval_id).approvals == 0


def test_their_keys_are_revoked_and_no_others(platform, administrator):
    leaver = factories.person("administrator")
    theirs, token = create_key(platform.pk, "Theirs", ["payouts:read"], by=leaver)
    _, other = create_key(platform.pk, "Another", ["payouts:read"], by=administrator)
    assert key_for(token)
    shut_out_person(leaver.pk, by=administrator)

    assert (key_for(token), bool(key_for(other))) == (None, True)
    assert Event.objects.filter(subject=theirs.public_id).order_by("-sequence").first().type == "api_key.revoked"
    reactivate_person(leaver.pk, by=administrator)
    assert key_for(token) is None, "a key that was revoked stays so"


def test_a_key_opens_nothing_while_who_answers_for_it_is_shut_out(platform):
    leaver = factories.person("administrator")
    _, token = create_key(platform.pk, "Theirs", ["payouts:read"], by=leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert key_for(token) is None


def test_nobody_shuts_out_themselves_and_operators_nobody(platform, key, approvers, administrator, operator):
    payout = approve(make(platform, key), approvers[0])
    with pytest.raises(CannotDeactivate):
        shut_out_person(administrator.pk, by=administrator)
    with pytest.raises(PermissionDenied):
        shut_out_person(approvers[0].pk, by=operator)
    assert Request.objects.get(pk=payout.approval_id).approvals == 1
    assert not Event.objects.filter(type="user.deactivated").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO approvals_voiddecision (id, decision_id) SELECT gen_random_uuid(), id FROM approvals_decision",
        "UPDATE approvals_request SET approvals = 0",
    ],
)
def test_nobody_makes_void_what_somebody_here_has_approved(statement, platform, key, approvers):
    payout = approve(make(platform, key), approvers[0])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Request.objects.get(pk=payout.approval_id).approvals == 1


@pytest.mark.usefixtures("committed_db")
def test_leaving_and_approving_at_once_leave_no_approval_that_counts(platform, key, administrator):
    for _ in range(5):
        leaver = factories.person("approver")
        before, now = approve(make(platform, key), leaver), make(platform, key)
        outcomes = at_once(partial(shut_out_person, leaver.pk, by=SYSTEM), partial(approve, now, leaver))
        assert all(isinstance(refusal, PermissionDenied) for refusal in refused(outcomes))
        assert [Request.objects.get(pk=one.approval_id).approvals for one in (before, now)] == [0, 0]
