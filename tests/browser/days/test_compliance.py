"""An analyst says what a review comes to; an officer decides it, lifts a hold, and stops sending."""

import pytest
from playwright.sync_api import expect

from apps.compliance.models import Review
from apps.rails.models import Stop

pytestmark = pytest.mark.browser


def review_of(payout):
    return Review.objects.get(payouts__pk=payout.pk)


def test_the_day_of_an_analyst(desk_of, monday, status_of):
    clara = desk_of("clara")
    clara.follow("reviews open")
    clara.follow("Wendelin Obskurny")
    clara.press("Take it on")
    clara.sees("Clara Compliance")
    clara.unfold("Ask the platform")
    clara.write("Question", "When and where was the recipient born?", "#ask-form")
    clara.press("Ask", "#ask-form")
    clara.sees("When and where was the recipient born?")

    clara.menu("Reviews")
    clara.follow("Maribel Quintarosa")
    clara.sees("QUINTAROSA", "Score, of at most 1")
    clara.sees_no("Somebody else: clear", "The listed party: reject")
    clara.write("Why", "Born in another year, in another country.", "#decide-form")
    clara.press("Propose to clear")
    clara.sees("Proposed. An officer")
    assert (status_of(monday.namesake), review_of(monday.namesake).status) == ("in_review", "open")

    clara.follow("INV-2204")
    clara.sees("Only approvers decide.", "Only operators and approvers cancel.")
    clara.sees_no("Approve 350.00 EUR", "Cancel", "Lift the hold")


def test_the_day_of_an_officer(desk_of, monday, status_of):
    """She has a colleague's proposal before her when he takes it back: that page decides nothing any more."""
    clara, otto = desk_of("clara"), desk_of("otto")
    propose(clara, "Born in another year, in another country.")
    otto.menu("Today")
    otto.follow("review to decide, with a proposal")
    otto.follow("Maribel Quintarosa")
    otto.sees("Born in another year, in another country.")
    clara.unfold("Write a note")
    clara.write("Note, for compliance alone", "Their passport is on the way.", "#note-form")
    clara.press("Keep it")
    clara.sees("Their passport is on the way.")
    otto.write("Why", "Another person, as the analyst says.", "#decide-form")
    otto.press("Somebody else: clear")
    otto.sees("was changed by Clara Compliance at")
    assert review_of(monday.namesake).status == "open"
    otto.sees("Their passport is on the way.")
    otto.write("Why", "Another person, as the analyst says.", "#decide-form")
    otto.tab.get_by_role("button", name="Somebody else: clear").dblclick()
    otto.sees("Cleared. The payouts")
    assert status_of(monday.namesake) == "scheduled"

    otto.menu("Reviews")
    otto.follow("Wendelin Obskurny")
    otto.write("Why", "Name, country and date of birth are those on the list.", "#decide-form")
    otto.press("The listed party: reject")
    otto.sees("Rejected")
    assert status_of(monday.listed) == "rejected"

    otto.menu("Payouts")
    otto.enter("Find a payout", "INV-2207")
    otto.follow("INV-2207")
    otto.unfold("Lift the hold …")
    otto.write("Reason", "The invoice has come", "#lift-form")
    otto.press("Lift the hold", "#lift-form")
    otto.sees("Lifted")

    otto.menu("Stops")
    otto.tab.locator("#stop").get_by_label("What").select_option("country")
    otto.enter("Which (nothing for everything)", "AT")
    otto.sees("Do not leave")
    otto.write("Why", "The listed party is in this country.", "#stop-form")
    otto.press("Stop now")
    otto.sees("Country of the account AT")
    stop = Stop.objects.open().get(value="AT")
    otto.follow("Country of the account LT")
    otto.sees("You proposed it; somebody else must agree.")
    otto.sees_no("Agree: lift it")

    otto.menu("In doubt")
    otto.press("Confirm")
    otto.sees("INV-2212")
    assert status_of(monday.doubtful[0]) == "sent"
    otto.menu("Watchlists")
    otto.sees("ofac-sdn")
    assert stop.opened_by == otto.person


def propose(clara, reason):
    clara.menu("Reviews")
    clara.follow("Maribel Quintarosa")
    clara.write("Why", reason, "#decide-form")
    clara.press("Propose to clear")
    expect(clara.tab.get_by_text("Proposed. An officer")).to_be_visible()
