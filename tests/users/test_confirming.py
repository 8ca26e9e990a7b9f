"""What matters needs a second factor that was given a short while ago: asked for in one place, and nothing is lost by it."""

from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth import load_backend
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from apps.core.permissions import SYSTEM, ConfirmationNeeded, require_permission
from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.users.models import SignIn, User
from apps.users.operations import CannotResetSecondFactor, create_person, renew_recovery_codes, reset_second_factor
from apps.users.roles import CONFIRMED, ROLES
from tests import factories, signing_in


def grow_stale():
    SignIn.objects.update(confirmed_at=F("confirmed_at") - timedelta(minutes=5, seconds=1))


def hidden_fields(answer) -> dict:
    return dict(answer.context["fields"])


def test_permissions_that_are_confirmed_are_permissions_that_somebody_holds():
    assert frozenset().union(*(role.permissions for role in ROLES.values())) >= CONFIRMED


def test_an_approval_waits_for_the_second_factor_and_is_made_with_all_that_was_entered(
    client, platform, key, approvers
):
    drafts = [factories.payout_draft(amount=1_000_001, reference=f"LARGE-{number}") for number in range(2)]
    payouts = create_payouts(platform.pk, drafts, by=key)
    approver = approvers[0]
    phone = signing_in.phone_of(approver)
    client.force_login(User.objects.get(pk=approver.pk))
    queue = unescape(client.get("/admin/approvals/request/").content.decode())
    chosen = [part.split('"')[0] for part in queue.split('name="payout" value="')[1:]]
    assert len(chosen) == 2

    def approvals():
        return [Payout.objects.with_facts().get(pk=payout.pk).approval.approvals for payout in payouts]

    listed = client.post("/admin/approvals/request/decide/", {"payout": chosen, "decision": "approve", "reason": ""})
    form, door, list_page = (
        {"list": listed.context["list"]},
        "/admin/approvals/request/confirm/",
        "/admin/approvals/request/decide/",
    )
    grow_stale()
    asked = client.post(door, form, headers={"referer": f"http://testserver{list_page}"})
    assert asked.status_code == 200
    assert "Confirm that it is you" in asked.content.decode()
    assert asked.context["fields"] == [("list", form["list"])]
    assert (asked.context["action"], asked.context["back"]) == (door, list_page)
    assert approvals() == [0, 0]

    wrong = client.post(door, form | {"confirmation_code": "123"})
    assert "This code is wrong" in wrong.content.decode()
    assert wrong.context["fields"] == asked.context["fields"], "what was entered is kept, the code is not"
    assert approvals() == [0, 0]

    assert client.post(door, form | {"confirmation_code": phone.code()}).status_code == 302
    assert approvals() == [1, 1]

    grow_stale()
    assert client.get("/admin/payouts/payout/").status_code == 200, "looking needs no confirmation"
    assert client.post("/admin/rails/stop/open/", {"scope": "everything", "reason": "To be safe"}).status_code == 302


def test_a_sign_in_without_a_second_factor_confirms_by_nothing(client, administrator, person):
    client.force_login(administrator)
    SignIn.objects.update(confirmed_at=None)
    client.post(f"/admin/users/user/{person.public_id}/assign/", {"role": "auditor"})
    assert User.objects.get(pk=person.pk).roles == {"auditor"}
    assert "only because no real money moves here" in client.get("/admin/account/").content.decode()


def test_passwords_are_asked_for_after_the_second_factor_and_never_repeated(client, administrator):
    phone = signing_in.phone_of(administrator)
    client.force_login(User.objects.get(pk=administrator.pk))
    fields = {
        "/admin/password_change/": {"present": "a secret one", "new": "a secret two", "again": "a secret two"},
        "/admin/users/user/new/": {"name": "N", "email": "n@example.com", "password": "a secret three"},
    }
    for page, form in fields.items():
        grow_stale()
        asked = client.get(page)
        assert "Confirm that it is you" in asked.content.decode()
        assert (asked.context["action"], asked.context["next"]) == ("/admin/sign-in/confirm/", page)

        asked = client.post(page, form, headers={"referer": f"http://testserver{page}"})
        said = asked.content.decode()
        assert "Passwords are not kept" in said and "all you have entered is kept" not in said
        assert "a secret" not in said
        assert (asked.context["action"], asked.context["next"], asked.context["fields"]) == (
            "/admin/sign-in/confirm/",
            page,
            [],
        )
        answer = client.post(asked.context["action"], {"next": page, "confirmation_code": phone.code()})
        assert answer["Location"] == page
        assert "Confirm that it is you" not in client.get(page).content.decode()
    assert User.objects.count() == 1


def test_back_leads_to_the_page_of_the_form_after_wrong_codes_and_after_a_new_sign_in(client, administrator, person):
    signing_in.phone_of(administrator)
    client.force_login(User.objects.get(pk=administrator.pk))
    grow_stale()
    page = f"/admin/users/user/{person.public_id}/"
    door, form = f"{page}assign/", {"role": "auditor"}
    asked = client.post(door, form, headers={"referer": f"http://testserver{page}?a=1"})
    question = f'name="confirmation_back" value="{page}?a=1"'
    assert question in asked.content.decode()
    # The question stands at the door's address, which answers no GET.
    at_the_door = {"referer": f"http://testserver{door}"}
    answered = form | {"confirmation_code": "1", "confirmation_back": asked.context["back"]}
    wrong = client.post(door, answered, headers=at_the_door)
    assert wrong.context["back"] == f"{page}?a=1" and question in wrong.content.decode()
    assert wrong.context["fields"] == [("role", "auditor")]
    foreign = client.post(door, answered | {"confirmation_back": "//evil.example/admin/"}, headers=at_the_door)
    assert foreign.context["back"] == door

    SignIn.objects.update(ended_at=Now(), end="ended")
    late = client.post(door, answered, headers=at_the_door)
    assert late["Location"] == f"/admin/login/?{urlencode({'next': f'{page}?a=1'})}"


def test_codes_of_another_person_and_of_another_session_confirm_nothing(client, administrator, person):
    signing_in.phone_of(administrator)
    stranger = create_person("s@example.com", "Stran Ger", by=SYSTEM)
    foreign = signing_in.phone_of(stranger)
    client.force_login(User.objects.get(pk=administrator.pk))
    other = Client(enforce_csrf_checks=True)
    other.force_login(User.objects.get(pk=administrator.pk))
    grow_stale()
    door = f"/admin/users/user/{person.public_id}/assign/"
    client.post(door, {"role": "auditor", "confirmation_code": foreign.code()})
    assert User.objects.get(pk=person.pk).roles == frozenset()

    client.get("/admin/account/")
    token = client.session["_csrftoken"]
    answer = other.post(door, {"role": "auditor", "csrfmiddlewaretoken": token, "confirmation_code": "1"})
    assert answer.status_code == 403
    assert b"opened under another sign-in" in answer.content
    assert not Event.objects.filter(type="user.role_assigned", subject=person.public_id).exists()


def test_only_another_administrator_takes_away_a_second_factor(administrator, person):
    signing_in.phone_of(administrator)
    signing_in.phone_of(person)
    with pytest.raises(CannotResetSecondFactor) as refusal:
        reset_second_factor(administrator.pk, by=administrator)
    assert refusal.value.code == "own-second-factor"
    reset_second_factor(person.pk, by=administrator)
    with pytest.raises(CannotResetSecondFactor) as refusal:
        reset_second_factor(person.pk, by=administrator)
    assert refusal.value.code == "none-there"
    assert Event.objects.filter(type="user.second_factor_reset").count() == 1


def test_operations_ask_themselves_whatever_door_they_are_reached_by(administrator):
    signing_in.phone_of(administrator)
    actor = User.objects.get(pk=administrator.pk)
    sign_in = SignIn.objects.create(user=actor)
    actor.sign_in = SignIn.objects.with_clock().get(pk=sign_in.pk)
    with pytest.raises(ConfirmationNeeded):
        require_permission(actor, "users.manage_roles")
    require_permission(actor, "users.view_user")


def test_a_browser_without_a_sign_in_must_confirm(administrator):
    signing_in.phone_of(administrator)
    found = load_backend(settings.AUTHENTICATION_BACKENDS[0]).get_user(administrator.pk)
    with pytest.raises(ConfirmationNeeded):
        require_permission(found, "users.manage_roles")
    with pytest.raises(ConfirmationNeeded):
        renew_recovery_codes(by=found)
