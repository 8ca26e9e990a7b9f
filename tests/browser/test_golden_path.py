"""
A day's work in a real browser: clear a review, give two approvals, identify a line, close the day.

Takes several seconds: Chromium starts, and five people sign in.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.payouts.jobs import submit_due
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.reconciliation.models import DayClose, StatementLine
from tests import factories
from tests.clocks import advance, reach_cut_off
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]

PASSWORD = "a long enough sentence"


@pytest.fixture
def people(db):
    roles = {
        "ann": "approver",
        "bo": "approver",
        "lin": "compliance_analyst",
        "olu": "compliance_officer",
        "tor": "treasurer",
        "tove": "treasurer",
    }
    return {name: factories.person(role, f"{name.title()} Example", password=PASSWORD) for name, role in roles.items()}


@pytest.fixture
def payouts(platform, key):
    """One that needs two approvals, one whose recipient resembles a listed name."""
    return create_payouts(
        platform.pk,
        [
            factories.payout_draft(amount=1_000_001, reference="LARGE-1"),
            factories.payout_draft(
                amount=5000, reference="LISTED-1", recipient=factories.recipient_draft(factories.LISTED)
            ),
        ],
        by=key,
    )


@pytest.fixture
def sign_in(page, site, people):
    def sign_in(name):
        page.context.clear_cookies()
        page.goto(f"{site}/admin/login/")
        page.get_by_label(re.compile("email", re.I)).fill(people[name].email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button[type=submit]").first.click()
        page.wait_for_url(f"{site}/admin/")

    return sign_in


def status_of(payout):
    return Payout.objects.get(pk=payout.pk).status


def test_from_review_to_closed_day(page, site, sign_in, people, payouts, platform, bank_account):
    large, listed = payouts

    for name in ("lin", "olu"):
        assert status_of(listed) == "in_review"
        sign_in(name)
        page.goto(f"{site}/admin/compliance/review/{listed.review.public_id}/")
        expect(page.get_by_text("VEXWICK").first).to_be_visible()
        page.locator("#decide-form [name=reason]").fill("Born in another year than the listed person.")
        page.locator("button[name=decision][value=clear]").click()
        expect(page.get_by_text("Proposed. An officer" if name == "lin" else "Cleared. The payouts")).to_be_visible()
    assert status_of(listed) == "scheduled"

    for name, after in (("ann", "awaiting_approval"), ("bo", "scheduled")):
        sign_in(name)
        page.goto(f"{site}/admin/approvals/request/")
        page.locator(f"input[name=payout][value^='{large.public_id}:']").check()
        page.locator("button[name=decision][value=approve]").click()
        page.get_by_role("button", name="Approve 1").click()
        assert status_of(large) == after

    bank = Bank(bank_account)
    bank.state_notified()
    reach_cut_off(bank_account, [Payout.objects.get(pk=payout.pk) for payout in payouts])
    submit_due()
    advance(bank_account, timedelta(days=1))
    bank.state(
        *[
            Ntry(-payout.amount, [Tx(payout.amount, payout.end_to_end_id)], reference=f"B{payout.pk}")
            for payout in payouts
        ],
        Ntry(250_000, [Tx(250_000, text="thank you", name="Quillmarket Treasury", role="Dbtr")], reference="FUND"),
    )
    assert [status_of(payout) for payout in payouts] == ["paid", "paid"]

    sign_in("tor")
    line = StatementLine.objects.get(bank_reference="FUND")
    page.goto(f"{site}/admin/reconciliation/statementline/")
    page.locator(f"[data-id={line.public_id}]").first.wait_for()
    page.goto(f"{site}/admin/reconciliation/statementline/{line.public_id}/")
    page.locator("select[name=target]").select_option(platform.public_id)
    page.locator("form:has(select[name=target]) input[name=reason]").fill("Quillmarket says it is theirs")
    page.get_by_role("button", name="Propose as funding").click()
    assert StatementLine.objects.get(pk=line.pk).state == "unmatched"
    sign_in("tove")
    page.goto(f"{site}/admin/reconciliation/statementline/{line.public_id}/")
    page.get_by_role("button", name="Confirm").click()
    assert StatementLine.objects.get(pk=line.pk).state == "matched"

    page.goto(f"{site}/admin/reconciliation/statement/days/{bank_account.public_id}/?day={line.booked_on}")
    page.get_by_role("button", name="Close day").click()
    assert DayClose.objects.filter(bank_account=bank_account, day=line.booked_on).exists()

    page.goto(f"{site}/admin/payouts/payout/{large.public_id}/")
    expect(page.get_by_text("Paid", exact=True).first).to_be_visible()
    for shown in ("Ann Example", "Bo Example", large.end_to_end_id):
        expect(page.get_by_text(shown).first).to_be_visible()


def test_no_page_of_the_story_asks_another_host_or_reports_an_error(page, site, sign_in, payouts):
    foreign, errors = [], []
    page.on("request", lambda request: request.url.startswith((site, "data:")) or foreign.append(request.url))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in("ann")
    for path in ("", "payouts/payout/", f"payouts/payout/{payouts[0].public_id}/", "approvals/request/"):
        page.goto(f"{site}/admin/{path}")
    assert (foreign, errors) == ([], [])
