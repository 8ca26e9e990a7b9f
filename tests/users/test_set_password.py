"""A password that an administrator sets: for who has none or forgot it, and only until they sign in."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.users.models import SecondFactor, SignIn, User
from apps.users.operations import CannotChangePassword, create_person, prepare_second_factor, set_password
from tests import factories

GIVEN, OWN = "correct horse battery", "another battery horse"


def sign_in(person, password) -> Client:
    browser = Client()
    browser.post("/admin/login/?next=/admin/users/user/", {"username": person.email, "password": password})
    return browser


def test_a_password_that_was_set_opens_nothing_but_the_page_to_change_it(client, person, administrator, monkeypatch):
    before = Client()
    before.force_login(person)
    prepare_second_factor(person.pk)
    client.force_login(administrator)
    door = f"/admin/users/user/{person.public_id}/set-password/"
    assert "at least 15" in client.post(door, {"password": "short"}, follow=True).content.decode()
    assert "has this password until" in client.post(door, {"password": GIVEN}, follow=True).content.decode()
    assert before.get("/admin/account/").status_code == 302
    assert SignIn.objects.get(user=person).end == "password_changed"
    assert not SecondFactor.objects.exists(), "one that waits may have been copied"
    [event] = Event.objects.filter(type="user.password_set")
    assert (event.subject, GIVEN in str(event.data)) == (person.public_id, False)

    monkeypatch.setattr("apps.audit.management.commands.hold_mode.getpass", lambda prompt: GIVEN)
    call_command("hold_mode", "on")
    with pytest.raises(CommandError, match="password of your own"):
        call_command("hold_mode", "off", email=person.email, reason="All is known")

    inside = sign_in(person, GIVEN)
    for address in ("/admin/", "/admin/account/", "/admin/sign-in/second-factor/"):
        assert inside.get(address)["Location"] == "/admin/password_change/"
    late = inside.post("/admin/account/recovery-codes/", follow=True).content.decode()
    assert "Nothing was done" in late and "nothing else opens before" in late
    same = inside.post("/admin/password_change/", {"present": GIVEN, "new": GIVEN, "again": GIVEN})
    assert "another password than the present one" in same.content.decode()
    inside.post("/admin/password_change/", {"present": GIVEN, "new": OWN, "again": OWN})
    assert inside.get("/admin/account/").status_code == 200
    assert sign_in(person, OWN).get("/admin/account/").status_code == 200


def test_a_first_password_is_changed_if_somebody_else_chose_it(administrator):
    by_a_person = create_person("one@example.com", "One", password=GIVEN, by=administrator)
    by_the_installation = create_person("two@example.com", "Two", password=GIVEN, by=SYSTEM)
    without = create_person("three@example.com", "Three", by=administrator)
    people = (by_a_person, by_the_installation, without)
    assert [person.must_change_password for person in people] == [True, False, False]


def test_nobody_sets_their_own_and_only_administrators_set_any(administrator, person, platform):
    refusals = {
        administrator.pk: (administrator, CannotChangePassword, "own-password"),
        platform.service_user.pk: (administrator, CannotChangePassword, "not-a-person"),
        person.pk: (factories.person("auditor"), PermissionDenied, "permission-denied"),
    }
    before = dict(User.objects.values_list("pk", "password"))
    for user_id, (by, refused, code) in refusals.items():
        with pytest.raises(refused) as refusal:
            set_password(user_id, GIVEN, by=by)
        assert refusal.value.code == code
    assert before.items() <= dict(User.objects.values_list("pk", "password")).items()
