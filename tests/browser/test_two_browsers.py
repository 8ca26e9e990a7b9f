"""
Two people at one payout in two browsers: a double click, the way back, a page that is old, a sign-in that is over.

Takes several seconds: Chromium starts, and four pages are pressed on in turn, since each sets the stage for the next.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from playwright.sync_api import expect

from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.users.models import SignIn
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PASSWORD = "a long enough sentence"


@pytest.fixture
def tab_of(browser, site):
    """Return a tab in a browser of their own, in which somebody is signed in."""
    contexts = []

    def tab_of(person):
        client = Client()
        client.force_login(person)
        contexts.append(browser.new_context())
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        contexts[-1].add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        return contexts[-1].new_page()

    yield tab_of
    for context in contexts:
        context.close()


@pytest.fixture
def large(platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001, reference="LARGE-1")], by=key)
    return payout


def test_two_people_at_one_payout(site, tab_of, large):
    ann, bo = (factories.person("approver", name, PASSWORD) for name in ("Ann Example", "Bo Example"))
    address = f"{site}/admin/payouts/payout/{large.public_id}/"
    anns, bos = tab_of(ann), tab_of(bo)
    for tab in (anns, bos):
        tab.goto(address)
    approve = "#approve-form button"

    # As long between the two as a hand needs: the first is on its way by then, and is not answered yet.
    anns.locator(approve).evaluate("button => { button.click(); setTimeout(() => button.click(), 60); }")
    expect(anns.get_by_text("Your approval counts; 1 more is needed.")).to_be_visible()
    expect(anns.get_by_text("You have decided this already.")).to_have_count(0)
    assert Event.objects.filter(subject=large.public_id, type="payout.approval_given").count() == 1

    anns.go_back()
    expect(anns.get_by_role("heading", name="Payout LARGE-1")).to_be_visible()
    expect(anns.locator(approve)).to_have_count(0)

    bos.locator(approve).click()
    expect(bos.get_by_text("LARGE-1 was changed by Ann Example at")).to_be_visible()
    assert Payout.objects.get(pk=large.pk).status == "awaiting_approval"

    SignIn.objects.filter(user=bo).update(seen_at=F("seen_at") - timedelta(hours=1))
    bos.locator("#hold-form").locator("xpath=..").locator("summary").click()
    bos.locator("#hold-form [name=reason]").fill("Wait for the invoice")
    bos.locator("#hold-form button").click()
    expect(bos.get_by_text("You are not signed in any more, so nothing was done.")).to_be_visible()
    assert not Event.objects.filter(subject=large.public_id, type="payout.held").exists()
    bos.locator("[name=username]").fill(bo.email)
    bos.locator("[name=password]").fill(PASSWORD)
    bos.locator("[name=password]").press("Enter")
    bos.wait_for_url(address)

    bos.locator(approve).click()
    expect(bos.get_by_text("Approved. It is scheduled now.")).to_be_visible()
    assert Payout.objects.get(pk=large.pk).status == "scheduled"
