import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.users.models import User
from apps.users.operations import (
    CannotChangeRole,
    CannotCreatePerson,
    CannotDeactivate,
    create_person,
    deactivate_person,
    reactivate_person,
)

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery"


def test_person_signs_in_with_any_spelling_of_the_address():
    create_person(" Kim@Example.com ", "Kim  Example", password=GOOD, by=SYSTEM)

    person = authenticate(username="KIM@example.COM", password=GOOD)
    assert (person.email, person.name) == ("kim@example.com", "Kim Example")


def test_person_without_a_password_cannot_sign_in():
    create_person("kim@example.com", "Kim", by=SYSTEM)

    assert authenticate(username="kim@example.com", password="") is None


def test_all_faults_are_named_at_once():
    create_person("kim@example.com", "Kim", by=SYSTEM)
    with pytest.raises(CannotCreatePerson) as refusal:
        create_person("KIM@example.com", " ", password="1", by=SYSTEM)

    assert [(fault.pointer, fault.code) for fault in refusal.value.errors][:2] == [
        ("/email", "email-taken"),
        ("/name", "blank"),
    ]
    assert {fault.pointer for fault in refusal.value.errors[2:]} == {"/password"}
    assert User.objects.count() == 1


def test_roles_that_exclude_each_other_add_nobody():
    with pytest.raises(CannotChangeRole):
        create_person("kim@example.com", "Kim", roles=["operator", "approver"], by=SYSTEM)

    assert not User.objects.exists()
    assert not Event.objects.exists()


def test_only_who_manages_roles_adds_people():
    operator = create_person("op@example.com", "Op", roles=["operator"], by=SYSTEM)

    with pytest.raises(PermissionDenied):
        create_person("kim@example.com", "Kim", by=operator)

    assert User.objects.count() == 1


def test_deactivated_person_is_shut_out_at_once(client, administrator):
    person = create_person("kim@example.com", "Kim", roles=["operator"], password=GOOD, by=SYSTEM)
    deactivate_person(person.pk, by=administrator)

    assert authenticate(username="kim@example.com", password=GOOD) is None
    assert not User.objects.get(pk=person.pk).has_perm("payouts.create_payout")

    reactivate_person(person.pk, by=administrator)
    assert authenticate(username="kim@example.com", password=GOOD) == person
    assert list(Event.objects.filter(subject=person.public_id).values_list("type", flat=True))[-2:] == [
        "user.deactivated",
        "user.reactivated",
    ]


def test_nobody_deactivates_themselves(administrator):
    with pytest.raises(CannotDeactivate):
        deactivate_person(administrator.pk, by=administrator)

    assert User.objects.get(pk=administrator.pk).is_active


def test_service_user_cannot_have_a_password():
    service = User(kind="service", email="s@partners.invalid", name="S")
    service.set_password(GOOD)

    with pytest.raises(IntegrityError), transaction.atomic():
        service.save()


def test_command_adds_a_person(monkeypatch, capsys):
    monkeypatch.setenv("PERSON_PASSWORD", GOOD)
    call_command("create_person", "kim@example.com", "--name", "Kim", "--role", "operator", "--role", "auditor")

    assert authenticate(username="kim@example.com", password=GOOD).roles == {"operator", "auditor"}
    assert "Operator, Auditor" in capsys.readouterr().out


def test_command_says_what_is_wrong(monkeypatch):
    monkeypatch.setenv("PERSON_PASSWORD", GOOD)

    with pytest.raises(CommandError, match="may not be"):
        call_command("create_person", "k@example.com", "--name", "K", "--role", "operator", "--role", "approver")

    assert not User.objects.exists()
