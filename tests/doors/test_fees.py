"""Fees in the console: set by two people who see what they would have meant, and shown wherever a payout is."""

from urllib.parse import urlencode

import pytest

from apps.approvals.models import SettingVersion
from apps.core.templatetags.portal import page_url
from apps.payouts.fee_preview import preview
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.visits import Visitor
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, bring_to_bank

SETTINGS = "/admin/approvals/settingversion/"
SEPA = "sepa_credit_transfer"


@pytest.fixture
def paid(platform, key, bank_account):
    """Pay 100.00, 200.00 and 0.40 under a schedule of 0.20; the second one comes back."""
    factories.fees(platform=platform, fixed=20)
    drafts = [factories.payout_draft(amount=amount) for amount in (100_00, 200_00, 40)]
    payouts = create_payouts(platform.pk, drafts, by=key)
    bring_to_bank(payouts, bank_account)
    bank = Bank(bank_account)
    bank.state_notified()
    bank.state(
        *[Ntry(-payout.net, [Tx(payout.net, payout.end_to_end_id)]) for payout in payouts],
        Ntry(200_00, [Tx(200_00, payouts[1].end_to_end_id, role="Dbtr", ret="AC04")]),
    )
    return payouts


def test_schedule_is_drafted_previewed_and_published_by_two(paid, platform, treasurer, officer):
    author = Visitor(treasurer)
    place = {"kind": "fees", "partner": platform.public_id, "name": SEPA, "currency": "EUR"}
    form = author.open(f"{SETTINGS}new/?{urlencode(place)}")
    assert "the recipient, out of the amount" in form and 'value="0.20"' in form
    terms = {"fixed": "0.50", "percentage": "1.25", "minimum": "", "maximum": "9.00", "paid_by": "recipient"}
    page = author.press(f"{SETTINGS}new/", **place, **terms, returned="yes", reason="As agreed")
    assert "0.50 EUR + 1.25 % of the amount" in page and "9.00 EUR" in page
    assert "The last 90 days under it" in page and "1 of them would have been refused" in page
    draft = SettingVersion.objects.get(status="draft")
    found = preview(draft)
    assert [(row["partner"], row["count"]) for row in found["rows"]] == [(platform, 3)]
    assert (found["amount"], found["fees"], found["would"], found["nothing_left"]) == (300_40, 40, 175 + 50, 1)

    author.press(f"{page_url(draft)}propose/")
    Visitor(officer).press(f"{page_url(draft)}publish/")
    shown = author.open(page_url(platform))
    assert "SEPA credit transfer, EUR" in shown and "0.50 EUR + 1.25 % of the amount" in shown


def test_preview_for_every_platform_leaves_out_those_with_their_own(paid, platform, treasurer):
    draft = factories.fees(SEPA, basis_points=1)
    assert preview(draft)["rows"] == []


def test_page_of_a_payout_accounts_for_every_cent(paid, approvers):
    page = Visitor(approvers[0]).open(page_url(paid[0]))
    for said in ("What it costs", "for each payout", "0.20 EUR", "Leaves the balance of Quillmarket", "earned"):
        assert said in page
    assert "100.20" in page


def test_approver_sees_the_fee_before_approving(platform, key, approvers):
    factories.fees(platform=platform, fixed=75)
    create_payouts(platform.pk, [factories.payout_draft(amount=5000_00)], by=key)
    page = Visitor(approvers[0]).open("/admin/approvals/request/")
    assert "and a fee of" in page and "0.75" in page


def test_payout_without_a_schedule_costs_nothing(platform, key, approvers):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    assert "It costs nothing: 125.50 EUR leave the platform" in Visitor(approvers[0]).open(page_url(payout))
