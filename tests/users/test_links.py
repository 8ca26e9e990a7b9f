"""Two accounts of one person are one person, for the code and for the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.approvals.models import Decision
from apps.approvals.operations import CannotApprove
from apps.audit.operations import confirm_lift, propose_lift
from apps.core.errors import PermissionDenied
from apps.events.models import Event
from apps.payouts.errors import CannotLift
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, create_payouts, stop_sending
from apps.rails.models import Stop
from apps.users.models import PersonLink, RoleAssignment, User
from apps.users.operations import (
    CannotChangeRole,
    CannotLink,
    assign_role,
    confirm_link,
    propose_link,
    refuse_link,
)
from tests import factories

REASON = "Both are Ann, who married"


@pytest.fixture
def administrators(db):
    return [factories.person("administrator", f"{name} Administrator") for name in ("Ari", "Bea", "Cem")]


@pytest.fixture
def linked(administrators, approvers):
    """Two approvers' accounts that are one person's, and a third approver."""
    link([approvers[0], approvers[1]], administrators)
    return [User.objects.get(pk=person.pk) for person in approvers]


def link(accounts, administrators):
    proposed = propose_link(accounts[0].pk, accounts[1].pk, by=administrators[0], reason=REASON)
    return confirm_link(proposed.pk, by=administrators[1])


def refused(operation, *args, **details):
    with pytest.raises(CannotLink) as refusal, transaction.atomic():
        operation(*args, **details)
    return refusal.value.code


def test_two_other_administrators_link_two_accounts(administrators, approvers, operator):
    ari, bea, cem = administrators
    one, other, third = approvers
    with pytest.raises(PermissionDenied):
        propose_link(one.pk, other.pk, by=operator, reason=REASON)
    assert refused(propose_link, one.pk, one.pk, by=ari, reason=REASON) == "same-account"
    assert refused(propose_link, one.pk, other.pk, by=ari, reason=" ") == "required"
    assert refused(propose_link, ari.pk, other.pk, by=ari, reason=REASON) == "own-account"
    said = propose_link(other.pk, one.pk, by=ari, reason=REASON)
    assert refused(propose_link, one.pk, other.pk, by=bea, reason=REASON) == "proposed-already"
    assert refused(confirm_link, said.pk, by=ari) == "own-proposal"
    assert not User.objects.exclude(human_id=None).exists()
    confirm_link(said.pk, by=bea)
    assert refused(confirm_link, said.pk, by=cem) == "decided-already"
    assert User.objects.get(pk=one.pk).accounts == {one.pk, other.pk}
    assert refused(propose_link, one.pk, other.pk, by=cem, reason=REASON) == "linked-already"
    link([other, third], administrators)
    assert User.objects.get(pk=third.pk).accounts == {one.pk, other.pk, third.pk}
    types = Event.objects.filter(subject=one.public_id, type__contains="link").values_list("type", flat=True)
    assert list(types.order_by("sequence")) == ["user.link_proposed", "user.linked"]


def test_a_proposal_is_refused_or_taken_back(administrators, approvers):
    said = propose_link(approvers[0].pk, approvers[1].pk, by=administrators[0], reason=REASON)
    refuse_link(said.pk, by=administrators[0])
    assert PersonLink.objects.get().status == "refused"
    assert User.objects.get(pk=approvers[0].pk).accounts == {approvers[0].pk}


def test_roles_of_all_accounts_count_together(administrators, linked, operator, auditor):
    assert refused(propose_link, operator.pk, linked[0].pk, by=administrators[0], reason=REASON) == "roles-conflict"
    link([linked[0], auditor], administrators)
    with pytest.raises(CannotChangeRole) as refusal:
        assign_role(auditor.pk, "treasurer", by=administrators[2])
    assert refusal.value.code == "roles-conflict"
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=auditor, role="treasurer", assigned_by=administrators[0])


def test_they_approve_once(linked, platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=key)
    digests = {payout.pk: payout.digest}
    approve_payouts([payout.pk], by=linked[0], digests=digests)
    with pytest.raises(CannotApprove) as refusal:
        approve_payouts([payout.pk], by=linked[1], digests=digests)
    assert [fault.code for fault in refusal.value.errors] == ["already-decided"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(request_id=payout.approval_id, person=linked[1], choice="approve", digest=payout.digest)
    assert Payout.objects.get().status == "awaiting_approval"
    approve_payouts([payout.pk], by=linked[2], digests=digests)
    assert Payout.objects.get().status == "scheduled"


def test_what_one_account_made_no_other_approves_also_if_they_are_linked_later(
    platform, administrators, operator, approvers
):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=200_000)], by=operator)
    # The role that made it is gone by the time that the accounts are found to be one person's.
    RoleAssignment.objects.filter(user=operator).delete()
    link([operator, approvers[0]], administrators)
    person = User.objects.get(pk=approvers[0].pk)
    with pytest.raises(CannotApprove) as refusal:
        approve_payouts([payout.pk], by=person, digests={payout.pk: payout.digest})
    assert [fault.code for fault in refusal.value.errors] == ["excluded"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(request_id=payout.approval_id, person=person, choice="approve", digest=payout.digest)


def test_they_are_not_two_where_two_are_needed(linked, operator):
    stop = stop_sending("country", "FR", by=operator, reason="x")
    propose_lift(stop.pk, by=linked[0], reason="y")
    with pytest.raises(CannotLift):
        confirm_lift(stop.pk, by=linked[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(lifted_by=linked[1], lifted_at=stop.opened_at)
    confirm_lift(stop.pk, by=linked[2])


@pytest.mark.parametrize("name", ["alone", "unlinked", "self-confirmed"])
def test_database_links_nobody_by_itself(linked, administrators, operator, name):
    statements = {
        "alone": ("UPDATE users_user SET human_id = id WHERE id = %s", [linked[2].pk]),
        "unlinked": ("UPDATE users_user SET human_id = NULL WHERE id = %s", [linked[0].pk]),
        "self-confirmed": (
            "UPDATE users_personlink SET status = 'confirmed', decided_by_id = proposed_by_id, decided_at = now()"
            " WHERE status = 'proposed'", [],
        ),
    }  # fmt: skip
    propose_link(linked[2].pk, linked[0].pk, by=administrators[0], reason=REASON)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*statements[name])
