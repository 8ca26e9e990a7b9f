import threading
from itertools import combinations

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import Invalid, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.users.models import RoleAssignment, User
from apps.users.operations import CannotChangeRole, assign_role, create_person, remove_role
from apps.users.roles import CONFLICTS, ROLES


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_role_brings_its_permissions_and_is_recorded(administrator, person):
    assign_role(person.pk, "operator", by=administrator)

    assert fresh(person).has_perm("payouts.create_payout")
    assert not fresh(person).has_perm("payouts.approve_payout")
    event = Event.objects.get(type="user.role_assigned", subject=person.public_id)
    assert event.changes == {"roles": [[], ["operator"]]}
    assert (event.actor_kind, event.actor_id) == ("person", administrator.public_id)


def test_role_is_gone_once_removed(administrator, person):
    assign_role(person.pk, "operator", by=administrator)
    remove_role(person.pk, "operator", by=administrator)

    assert fresh(person).permissions == frozenset()
    assert Event.objects.get(type="user.role_removed").changes == {"roles": [["operator"], []]}


def test_own_role_is_never_changed_by_oneself(administrator):
    for change in (assign_role, remove_role):
        with pytest.raises(CannotChangeRole) as refusal:
            change(administrator.pk, "auditor", by=administrator)
        assert refusal.value.code == "own-role"

    assert fresh(administrator).roles == {"administrator"}


@pytest.mark.django_db
@pytest.mark.parametrize("pair", [pytest.param(pair, id="-".join(pair)) for pair in combinations(sorted(ROLES), 2)])
def test_roles_that_exclude_each_other_are_refused_and_no_others(person, pair):
    first, second = pair
    assign_role(person.pk, first, by=SYSTEM)

    if frozenset(pair) in CONFLICTS:
        with pytest.raises(CannotChangeRole) as refusal:
            assign_role(person.pk, second, by=SYSTEM)
        assert refusal.value.code == "roles-conflict"
        assert refusal.value.extra == {"conflicts_with": [first]}
        assert fresh(person).roles == {first}
    else:
        assign_role(person.pk, second, by=SYSTEM)
        assert fresh(person).roles == {first, second}


def test_database_refuses_roles_that_exclude_each_other(person):
    RoleAssignment.objects.create(user=person, role="operator")

    with pytest.raises(IntegrityError, match="may not be approver and operator"), transaction.atomic():
        RoleAssignment.objects.create(user=person, role="approver")
    RoleAssignment.objects.create(user=person, role="auditor")
    with pytest.raises(IntegrityError, match="may not be approver and operator"), transaction.atomic():
        RoleAssignment.objects.filter(role="auditor").update(role="approver")

    assert fresh(person).roles == {"operator", "auditor"}


def test_database_refuses_a_role_given_to_oneself(person):
    with pytest.raises(IntegrityError, match="users_role_not_by_oneself"), transaction.atomic():
        RoleAssignment.objects.create(user=person, role="auditor", assigned_by=person)


def test_database_refuses_a_role_for_a_service_user(db):
    service = User(kind="service", email="s@partners.invalid", name="S")
    service.set_unusable_password()
    service.save()

    with pytest.raises(IntegrityError, match="only people hold roles"), transaction.atomic():
        RoleAssignment.objects.create(user=service, role="auditor")
    with pytest.raises(CannotChangeRole):
        assign_role(service.pk, "auditor", by=SYSTEM)


@pytest.mark.django_db
def test_database_knows_the_same_conflicts_as_the_code():
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, other FROM users_role_conflicts()")
        assert {frozenset(pair) for pair in cursor.fetchall()} == CONFLICTS


def test_only_who_manages_roles_gives_them(person):
    auditor = create_person("aud@example.com", "Aud Itor", roles=["auditor"], by=SYSTEM)

    with pytest.raises(PermissionDenied):
        assign_role(person.pk, "operator", by=auditor)

    assert fresh(person).roles == frozenset()


def test_unknown_role_is_refused(administrator, person):
    with pytest.raises(Invalid) as refusal:
        assign_role(person.pk, "emperor", by=administrator)

    assert refusal.value.errors[0].pointer == "/role"


@pytest.mark.slow  # makes a fresh database for threads that commit
def test_two_assignments_at_once_cannot_combine_what_excludes_each_other(committed_db):
    person = create_person("pat@example.com", "Pat Person", by=SYSTEM)
    barrier, outcomes = threading.Barrier(2), []

    def assign(role):
        barrier.wait()
        try:
            assign_role(person.pk, role, by=SYSTEM)
            outcomes.append("assigned")
        except CannotChangeRole as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=[role]) for role in ("operator", "approver")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["assigned", "roles-conflict"]
    assert len(fresh(person).roles) == 1
