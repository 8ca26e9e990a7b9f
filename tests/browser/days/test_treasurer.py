"""A treasurer explains what no rule could, a colleague agrees, and the day of the bank is closed. By keys alone."""

import pytest
from playwright.sync_api import expect

from apps.payouts.models import Resolution
from apps.reconciliation.models import DayClose, Proposal, StatementLine

pytestmark = pytest.mark.browser


def test_the_day_of_a_treasurer_by_keys(desk_of, monday, status_of):
    tilda, tove = desk_of("tilda"), desk_of("tove")
    tab, keys = tilda.tab, tilda.tab.keyboard
    line = StatementLine.objects.open().get()

    keys.press("Tab"), keys.press("Enter")
    tilda.hit(tab.get_by_role("link", name="statement line not identified"))
    tilda.hit(tab.locator("#result_list tr", has_text="Papierwerk Lehmann").get_by_role("link"))
    tilda.sees("Why no rule took it", "Refund of invoice 4711", "Papierwerk Lehmann")
    tove.follow("statement line not identified")
    tove.tab.locator("#result_list tr", has_text="Papierwerk Lehmann").get_by_role("link").click()

    form = tab.locator("form:has(select[name=target])")
    tilda.go_to(form.get_by_label("Money of a platform"))
    keys.type("Demo")
    keys.press("Tab")
    expect(form.get_by_label("Why")).to_be_focused()
    keys.type("Demo Marketplace wrote that the refund is theirs")
    tilda.hit(form.get_by_role("button", name="Propose as funding"))
    tilda.sees("Nothing has changed")
    assert StatementLine.objects.get(pk=line.pk).state == "unmatched"
    tilda.sees_no("Confirm")

    # Tove's page is older than the proposal.
    other = tove.tab.locator("form:has(select[name=target])")
    other.get_by_label("Money of a platform").select_option(monday.partner.public_id)
    other.get_by_label("Why").fill("It is theirs")
    other.get_by_role("button", name="Propose as funding").click()
    tove.sees("Tilda Treasurer has proposed")
    tove.menu("Today")
    tove.follow("proposal waiting for you as the second person")
    tove.tab.locator("#result_list a").first.click()
    tove.sees("Demo Marketplace wrote that the refund is theirs")
    tove.tab.get_by_role("button", name="Confirm", exact=True).dblclick()
    tove.sees("matched")
    assert StatementLine.objects.get(pk=line.pk).state == "matched"
    assert Proposal.objects.get().status == "confirmed"

    tilda.menu_by_keys("Statements")
    tilda.hit(tab.locator("#content").get_by_role("link", name="Days"))
    tilda.hit(tab.locator(f"[data-day='{line.booked_on}'] a"))
    tilda.sees("Every line is identified, and ledger and bank say the same.")
    tilda.hit(tab.get_by_role("button", name="Close day"))
    tilda.sees("Closed by Tilda Treasurer")
    assert DayClose.objects.get().day == line.booked_on

    tilda.menu_by_keys("In doubt")
    doubt = tab.locator(f"[data-id={monday.doubtful[1].public_id}]")
    tilda.go_to(doubt.get_by_label("What became of it"))
    keys.type("The bank paid")
    keys.press("Tab")
    keys.type("Ms Example of the bank's desk wrote at 9:20 that they have executed it.")
    tilda.hit(doubt.get_by_role("button", name="Propose"))
    tilda.sees("says Tilda Treasurer")
    assert Resolution.objects.filter(status="proposed").count() == 2
    tilda.sees_no("Confirm")
    assert status_of(monday.doubtful[1]) == "in_doubt"

    tilda.menu_by_keys("Bank files")
    tilda.hit(tab.locator("#result_list a").first)
    with tab.expect_download() as download:
        tilda.hit(tab.get_by_role("button", name="Download"))
    assert download.value.path().read_bytes().startswith(b"<?xml")
