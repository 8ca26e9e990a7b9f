import pytest

from apps.compliance.operations import CannotDecide
from apps.ledger.queries import balances
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, decide_review
from tests import factories


@pytest.fixture
def in_review(platform, key):
    draft = factories.payout_draft(recipient=factories.recipient_draft(factories.LISTED))
    return create_payouts(platform.pk, [draft], by=key)[0]


def test_clearing_sends_it_to_its_next_gate(in_review, analyst):
    decide_review(in_review.review_id, by=analyst, decision="clear", reason="Other date of birth.")
    assert Payout.objects.get().status == "scheduled"


def test_a_cleared_recipient_is_not_reviewed_again(in_review, analyst, platform, key):
    decide_review(in_review.review_id, by=analyst, decision="clear", reason="Other date of birth.")
    [second] = create_payouts(platform.pk, [factories.payout_draft(recipient=in_review.recipient_id)], by=key)
    assert second.status == "scheduled"


def test_rejecting_ends_it_and_gives_the_money_back(in_review, analyst, platform):
    decide_review(in_review.review_id, by=analyst, decision="reject", reason="It is the listed person.")
    payout = Payout.objects.get()
    assert (payout.status, payout.failure_code, payout.funding) == ("rejected", "compliance", "released")
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}


def test_a_rejected_recipient_is_not_paid_later(in_review, analyst, platform, key):
    decide_review(in_review.review_id, by=analyst, decision="reject", reason="It is the listed person.")
    [second] = create_payouts(platform.pk, [factories.payout_draft(recipient=in_review.recipient_id)], by=key)
    assert (second.status, second.funding) == ("rejected", "none")


def test_a_review_is_decided_once(in_review, analyst):
    decide_review(in_review.review_id, by=analyst, decision="clear", reason="Other date of birth.")
    with pytest.raises(CannotDecide):
        decide_review(in_review.review_id, by=analyst, decision="reject", reason="Changed my mind.")
    assert Payout.objects.get().status == "scheduled"
