"""Asking for money back from the page of a payout, and what nobody has answered on the page of what is in doubt."""

import pytest

from apps.payouts.models import Payout, RecallRequest
from apps.payouts.operations import ask_recalls, create_payouts, raise_recalls
from tests import factories
from tests.doors.conftest import seen
from tests.doors.visits import Visitor
from tests.payouts.called_bank import Bank, call


@pytest.fixture
def paid_at_once(platform, key, bank_account):
    """An instant payment of which the bank answers no recall."""
    bank = Bank(bank_account)
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=70_782, rail="sepa_instant")], by=key)
    call()
    yield payout
    bank.stop()


def test_an_operator_asks_the_bank_and_the_payout_stays(paid_at_once, operator):
    page = f"/admin/payouts/payout/{paid_at_once.public_id}/"
    assert 'id="recall-form"' in Visitor(operator).open(page)
    told = Visitor(operator).press(f"{page}recall/", reason="Paid to the wrong seller", **seen(paid_at_once))
    assert "The bank is asked for it; the payout stays as it is." in told
    assert "Asked back" in told
    assert "is being asked for" in told, "the button is gone, and why"
    made = RecallRequest.objects.get()
    assert (made.requested_by, made.status, Payout.objects.get().status) == (operator, "requested", "sent")


def test_who_may_not_has_no_button(paid_at_once, auditor):
    page = Visitor(auditor).open(f"/admin/payouts/payout/{paid_at_once.public_id}/")
    assert 'id="recall-form"' not in page
    assert "Only operators and approvers recall." in page


def test_what_no_bank_has_answered_is_in_doubt_and_on_today(paid_at_once, operator, auditor, as_):
    page = f"/admin/payouts/payout/{paid_at_once.public_id}/"
    Visitor(operator).press(f"{page}recall/", reason="Paid to the wrong seller", **seen(paid_at_once))
    ask_recalls()
    RecallRequest.objects.update(answer_due_on="2026-01-05")
    assert raise_recalls() == 1
    made = RecallRequest.objects.get()
    shown = Visitor(auditor).open("/admin/payouts/resolution/")
    assert "Recalls without an answer" in shown
    assert made.recall_id in shown
    today = as_(auditor).get("/admin/").context
    assert today["needs"] == []
    assert {need["title"]: need["count"] for need in today["needs_of_others"]} == {"recall without an answer": 1}
