import pytest

from apps.compliance.operations import CannotDecide, record_review_decision
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, decide_review, screen_waiting, start_due
from tests import factories
from tests.clocks import reach_cut_off

NEW_ENTRY = '9003,"NORVIK, Bela","individual","TESTPROG",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'


@pytest.fixture
def in_review(platform, key):
    draft = factories.payout_draft(recipient=factories.recipient_draft(factories.LISTED))
    return create_payouts(platform.pk, [draft], by=key)[0]


def test_clearing_sends_it_to_its_next_gate(in_review, officer):
    factories.propose_to_clear(in_review.review_id)
    decide_review(in_review.review_id, by=officer, decision="clear", reason="Other date of birth.")
    assert Payout.objects.get().status == "scheduled"


def test_a_cleared_recipient_is_not_reviewed_again(in_review, officer, platform, key):
    factories.propose_to_clear(in_review.review_id)
    decide_review(in_review.review_id, by=officer, decision="clear", reason="Other date of birth.")
    [second] = create_payouts(platform.pk, [factories.payout_draft(recipient=in_review.recipient_id)], by=key)
    assert second.status == "scheduled"


def test_rejecting_ends_it_and_gives_the_money_back(in_review, officer, platform):
    decide_review(in_review.review_id, by=officer, decision="reject", reason="It is the listed person.")
    payout = Payout.objects.get()
    assert (payout.status, payout.failure_code, payout.funding) == ("rejected", "compliance", "released")
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}


def test_a_rejected_recipient_is_not_paid_later(in_review, officer, platform, key):
    decide_review(in_review.review_id, by=officer, decision="reject", reason="It is the listed person.")
    [second] = create_payouts(platform.pk, [factories.payout_draft(recipient=in_review.recipient_id)], by=key)
    assert (second.status, second.funding) == ("rejected", "none")


def test_a_review_is_decided_once(in_review, officer):
    factories.propose_to_clear(in_review.review_id)
    decide_review(in_review.review_id, by=officer, decision="clear", reason="Other date of birth.")
    with pytest.raises(CannotDecide):
        decide_review(in_review.review_id, by=officer, decision="reject", reason="Changed my mind.")
    assert Payout.objects.get().status == "scheduled"


@pytest.fixture
def held(platform, key, bank_account, tmp_path):
    """A payout held back at its cut-off, since its recipient is on a list that is newer than its approval."""
    draft = factories.payout_draft(recipient=factories.recipient_draft("Bela Norvik"))
    [payout] = create_payouts(platform.pk, [draft], by=key)
    factories.watchlist(tmp_path, sdn=NEW_ENTRY, alt="", add="")
    reach_cut_off(bank_account, [payout])
    start_due()
    return Payout.objects.get()


def test_clearing_lets_a_held_payout_go_with_the_next_cut_off(held, officer, bank_account):
    factories.propose_to_clear(held.review_id)
    decide_review(held.review_id, by=officer, decision="clear", reason="Other date of birth.")
    payout = Payout.objects.get()
    assert payout.status == "scheduled"
    assert payout.cut_off_at > bank_account.business_now()
    assert payout.holds.get().lifted_by == officer
    assert Event.objects.filter(type="payout.hold_lifted", subject=payout.public_id).count() == 1


@pytest.mark.parametrize(("decision", "status"), [("clear", "scheduled"), ("reject", "rejected")])
def test_a_decision_that_did_not_see_the_hold_is_followed_all_the_same(held, officer, decision, status, platform):
    factories.propose_to_clear(held.review_id)
    record_review_decision(held.review_id, by=officer, decision=decision, reason="Looked at both dates of birth.")
    assert screen_waiting() == 1
    payout = Payout.objects.get()
    assert payout.status == status
    assert not payout.holds.open().exists() or status == "rejected"
    assert balances(platform.public_id)["EUR"]["reserved"] == (12550 if status == "scheduled" else 0)
    assert screen_waiting() == 0


def test_what_is_held_for_an_open_review_stays_held(held):
    assert screen_waiting() == 0
    assert Payout.objects.get().holds.open().count() == 1
