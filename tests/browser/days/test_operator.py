"""An operator answers for the platforms: finds what they quote, holds, cancels, takes their files, asks money back."""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import expect

from apps.events.models import Event
from apps.payouts.models import Payout, RecallRequest
from apps.payouts.operations import commit_plans, read_plans
from apps.users.models import SignIn
from tests import signing_in
from tests.payouts.test_plans import line, table

pytestmark = pytest.mark.browser


def test_the_day_of_an_operator(desk_of, monday, status_of):
    olga = desk_of("olga")

    olga.follow("payout waiting for money")
    olga.follow("INV-2209")
    olga.sees("Awaiting funds", monday.partner.funding_reference)

    olga.menu("Payouts")
    olga.enter("Find a payout", "8,120.00")
    olga.follow("INV-2201")
    olga.sees("approver’s turn", "Only approvers decide.")
    olga.sees_no("Approve 8,120.00 EUR", "Reject")

    hold_while_the_sign_in_ends(olga, monday.scheduled, status_of)
    olga.menu("Payouts")
    olga.enter("Find a payout", "INV-2207")
    olga.follow("INV-2207")
    olga.unfold("Cancel …")
    olga.write("Reason", "The platform gave the order up", "#cancel-form")
    olga.press("Cancel", "#cancel-form")
    olga.sees("Cancelled.")
    olga.tab.go_back()
    olga.sees_no("Cancel", "Hold")
    assert status_of(monday.held) == "cancelled"

    take_a_file(olga, monday)

    olga.menu("Payouts")
    olga.enter("Find a payout", "Silverquist")
    olga.follow("INV-2210")
    olga.unfold("Ask the bank for it back …")
    olga.write("Reason", "Paid to the wrong seller", "#recall-form")
    olga.press("Ask the bank for it back", "#recall-form")
    olga.sees("Asked back")
    assert RecallRequest.objects.get(payout=monday.instant).reason == "Paid to the wrong seller"

    olga.menu("Bank files")
    olga.tab.locator("#result_list a").first.click()
    olga.sees("13,549.21", "What the bank answered", "accepted")
    with olga.tab.expect_download() as download:
        olga.press("Download")
    assert download.value.path().read_bytes().startswith(b"<?xml")


def hold_while_the_sign_in_ends(olga, payout, status_of):
    """The sign-in ends while the page is open: nothing is done, and after signing in one is at the same page again."""
    olga.menu("Payouts")
    olga.enter("Find a payout", payout.reference)
    olga.follow(payout.reference)
    SignIn.objects.filter(user=olga.person).update(seen_at=F("seen_at") - timedelta(hours=1))
    olga.unfold("Hold …")
    olga.write("Reason", "Wait for the invoice", "#hold-form")
    olga.press("Hold", "#hold-form")
    olga.sees("You are not signed in any more, so nothing was done.", within="body")
    assert not Event.objects.filter(subject=payout.public_id, type="payout.held").exists()
    olga.give_password()
    olga.enter("Code", signing_in.Phone(olga.person).code())
    olga.unfold("Hold …")
    olga.write("Reason", "Wait for the invoice", "#hold-form")
    olga.tab.locator("#hold-form button").dblclick()
    olga.sees("Held", "Wait for the invoice")
    assert Event.objects.filter(subject=payout.public_id, type="payout.held").count() == 1
    assert status_of(payout) == "scheduled"


def take_a_file(olga, monday):
    """Nothing is made by uploading; what is committed is what was shown, without the row that has a fault."""
    olga.menu("Batches")
    olga.follow("Upload")
    olga.tab.get_by_label("Platform").select_option(monday.partner.public_id)
    olga.write("Reference of the batch", "WEEK-49")
    content = table(line("WEEK-49-1"), line("WEEK-49-2", amount="80.00"), line("WEEK-49-3", amount="1e3"))
    file = {"name": "week-49.csv", "mimeType": "text/csv", "buffer": content.getvalue()}
    olga.tab.get_by_label("CSV in UTF-8").set_input_files(file)
    olga.press("Upload and see what would come of it")
    olga.sees("Nothing is paid yet.")
    read_plans()  # as the worker does
    olga.sees("2 of 3", "With faults")
    assert not Payout.objects.filter(reference__startswith="WEEK-49").exists()
    olga.press("Commit what is valid")
    commit_plans()
    olga.follow("See the batch")
    olga.sees("WEEK-49-1", "WEEK-49-2")
    expect(olga.tab.get_by_text("WEEK-49-3")).to_have_count(0)
    assert Payout.objects.filter(reference__startswith="WEEK-49", status="scheduled").count() == 2
