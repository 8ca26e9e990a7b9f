"""
A passkey from first to last in Chromium, with the authenticator that its developers' tools simulate.

Takes several seconds: Chromium starts.
"""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import expect

from apps.users.models import Passkey, SignIn
from tests import factories, signing_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PASSWORD = "a long enough sentence"


@pytest.fixture
def at_home(site):
    """The portal's address by a name: a passkey belongs to a name, never to a number."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def authenticator(page):
    """What the browser asks for passkeys: it has seen its owner, unless it is told otherwise."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda verified: tools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": verified}
    )


def give_password(page, at_home, person):
    page.goto(f"{at_home}/admin/login/?next=/admin/account/")
    page.locator("[name=username]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/sign-in/code/")


def test_passkey_from_first_to_last(page, at_home, authenticator):
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    person = factories.person("auditor", "Ann Example", password=PASSWORD)
    phone = signing_in.phone_of(person)
    give_password(page, at_home, person)
    page.locator("[name=code]").fill(phone.code())
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/account/")

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    assert not Passkey.objects.exists(), "a passkey has a name"
    page.locator("[name=name]").fill("This laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("This laptop is added")).to_be_visible()

    page.context.clear_cookies()
    give_password(page, at_home, person)
    authenticator(verified=False)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.locator("#passkey-problem")).to_contain_text("The browser has given no passkey")
    authenticator(verified=True)
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url("**/account/")
    assert Passkey.objects.get().sign_count > 0

    SignIn.objects.update(confirmed_at=F("confirmed_at") - timedelta(minutes=6))
    page.get_by_role("button", name="Remove This laptop").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_text("The passkey is removed")).to_be_visible()
    assert not Passkey.objects.exists()
    assert errors == []
