"""An auditor goes from a balance to the payout and its story, and finds no button on the way."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_day_of_an_auditor(desk_of, monday):
    aldo = desk_of("aldo")
    aldo.menu("Audit trail")
    aldo.tab.get_by_label("What happened").select_option("payout.held")
    aldo.press("Show these")
    aldo.follow("Payout held")
    aldo.sees("What changed", "Olga Operator")

    aldo.menu("Ledger")
    aldo.follow("Trial balance")
    aldo.sees("Suspense")
    aldo.follow("Accounts")
    aldo.follow("Clearing")
    aldo.sees("Entries, newest first")
    aldo.follow("Payout settled")
    aldo.tab.locator("#content a[href*='/payouts/payout/']").first.click()
    aldo.sees("Timeline", "On the bank’s statement", "In the books", "Only approvers decide.")
    expect(aldo.tab.locator("#actions button")).to_have_count(0)
    expect(aldo.tab.locator("#facts")).to_contain_text("****")

    for page, who in (("Approvals", "Only approvers decide."), ("Stops", "stop sending")):
        aldo.menu(page)
        aldo.sees(who)
    aldo.sees_no("Approve chosen …", "See what it affects")
    aldo.menu("Statements")
    aldo.follow("Days")
    aldo.sees("Only treasurers close days.")
    aldo.sees_no("Close day")
    aldo.menu("To match")
    aldo.tab.locator("#result_list tr", has_text="Papierwerk Lehmann").get_by_role("link").click()
    aldo.sees("Only treasurers match lines.")
    aldo.sees_no("Propose as funding")
