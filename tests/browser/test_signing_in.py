"""
A phone from first to last: set up, signed in with, asked for before an approval. By keyboard alone.

Takes several seconds: Chromium starts.
"""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import expect

from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.users.models import SecondFactor, SignIn
from apps.users.second_factor import secret_of
from tests import factories, signing_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PASSWORD = "a long enough sentence"


@pytest.fixture
def approver(db):
    return factories.person("approver", "Ann Example", password=PASSWORD)


@pytest.fixture
def large(platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001, reference="LARGE-1")], by=key)
    return payout


def enter(page, name, text, key):
    """Type into the field that the page has put the cursor into, and press a key."""
    page.locator(f"input[name={name}]:focus").wait_for()
    page.keyboard.type(text)
    page.keyboard.press(key)


def give_password(page, site, person):
    page.goto(f"{site}/admin/login/?next=/admin/approvals/request/")
    enter(page, "username", person.email, "Tab")
    enter(page, "password", PASSWORD, "Enter")


def test_phone_from_first_to_last(page, site, approver, large, settings):
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    settings.LIVE = True
    give_password(page, site, approver)
    page.wait_for_url("**/sign-in/second-factor/")
    expect(page.locator(".pp-qr svg")).to_be_visible()
    shown = page.locator("#secret").text_content()
    phone = signing_in.Phone(approver)
    assert secret_of(SecondFactor.objects.get(user=approver)) == shown

    enter(page, "code", phone.code(), "Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator(".pp-codes code").count() == 10
    page.get_by_role("link", name="I have kept them").press("Enter")
    page.wait_for_url("**/approvals/request/")
    page.get_by_role("button", name=approver.name).press("Enter")
    page.get_by_role("button", name="Log out").press("Enter")
    page.wait_for_url("**/login/**")

    give_password(page, site, approver)
    page.wait_for_url("**/sign-in/code/")
    enter(page, "code", phone.code(), "Enter")
    page.wait_for_url("**/approvals/request/")

    SignIn.objects.update(confirmed_at=F("confirmed_at") - timedelta(minutes=6))
    page.locator(f"input[name=payout][value^='{large.public_id}:']").press("Space")
    page.locator("button[name=decision][value=approve]").press("Enter")
    page.get_by_role("button", name="Approve 1").press("Enter")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    assert Payout.objects.with_facts().get(pk=large.pk).approval.approvals == 0
    enter(page, "confirmation_code", phone.code(), "Enter")
    page.wait_for_url("**/approvals/request/")
    expect(page.get_by_text("1 with your approval still need somebody else's")).to_be_visible()
    assert Payout.objects.with_facts().get(pk=large.pk).approval.approvals == 1
    assert errors == []
