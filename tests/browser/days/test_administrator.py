"""An administrator lets a person and a program in, shuts one out again, and sends a lost message once more."""

import pytest
from playwright.sync_api import expect

from apps.events.models import Delivery
from apps.partners.models import ApiKey
from apps.users.models import User

pytestmark = pytest.mark.browser

FIRST_PASSWORD = "chosen by an administrator"


def test_the_day_of_an_administrator(desk_of, monday):
    Delivery.objects.update(status="abandoned")
    ada = desk_of("ada")
    ada.menu("People")
    ada.follow("Add a person")
    ada.write("Name", "Nadia Newcomer")
    ada.write("Email address, to sign in with", "nadia@demo.example")
    ada.tab.get_by_label("Role to begin with").select_option("approver")
    ada.tab.get_by_label("First password").fill(FIRST_PASSWORD)
    ada.press("Add person")
    ada.sees("Nadia Newcomer is added.", "Not together with Approver")
    assert User.objects.get(email="nadia@demo.example").must_change_password

    ada.menu("People")
    ada.follow("Olga Operator")
    ada.press("Phone lost: take away second factor")
    ada.sees("none yet")
    ada.press("Shut out")
    ada.sees("Shut out")
    assert not User.objects.get(pk=monday.people["olga"].pk).is_active
    ada.menu("People")
    ada.follow("Ada Administrator")
    ada.sees("This is you: somebody else has to change your roles.")
    ada.sees_no("Give role", "Remove")

    ada.menu("Platforms")
    ada.follow("Demo Marketplace")
    ada.unfold("Make a key…")
    ada.write("Which program or server uses it", "Bookkeeping")
    ada.tab.get_by_label("payouts:read").check()
    ada.press("Make key")
    ada.sees("shown this once")
    token = ada.tab.get_by_label("Token").input_value()
    ada.follow("I have copied it")
    row = ada.tab.locator("tr", has_text="Bookkeeping")
    assert token.startswith(ApiKey.objects.get(name="Bookkeeping").prefix)
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    assert ApiKey.objects.get(name="Bookkeeping").revoked_at

    ada.follow("Payout paid")
    ada.press("Send again")
    ada.sees("on its way")
    assert Delivery.objects.filter(status="pending").count() == 1
    expect(ada.tab.locator("#nav-sidebar")).not_to_contain_text("Approvals")
