"""What a platform asks of its bank about instant payments, over the bank's real API. Each commits: the bank has threads."""

import pytest

from apps.payouts.operations import request_recalls
from apps.sandbox.operations import CannotDirect, advance_payout
from tests import factories
from tests.sandbox.test_directing import failure, post
from tests.sandbox.turning import Shop, instant_bank, status, turn

pytestmark = [pytest.mark.usefixtures("committed_db", "watchlist", "bank_folder"), pytest.mark.slow]


@pytest.fixture
def shop():
    shop = Shop()
    with instant_bank():
        yield shop


def pay(shop, **details):
    [payout] = shop.pay(details.pop("amount", 1_000), rail="sepa_instant", **details)
    return payout


def test_rules_names_and_directions_choose_what_happens_in_this_order(shop):
    post(shop, {"reference": "INV-1", "outcome": "refused", "reason": "AC06"})
    ruled = pay(shop, reference="INV-1", recipient=factories.recipient_draft(name="Refused AC01"))
    named = pay(shop, recipient=factories.recipient_draft(name="Refused AC01"))
    directed = pay(shop, reference="INV-2", recipient=factories.recipient_draft(name="Refused AC01"))
    advance_payout(directed.pk, "paid", by=shop.by)
    turn()
    assert [failure(one) for one in (ruled, named)] == [("failed", "AC06"), ("failed", "AC01")]
    shop.pass_time(days=1)
    assert status(directed) == "paid"


def test_what_is_refused_and_paid_all_the_same_is_a_conflict(shop):
    payout = pay(shop, amount=70745)
    turn()
    assert failure(payout) == ("failed", "AC04")
    shop.pass_time(days=1)
    assert payout.conflicts.count() == 1 and status(payout) == "failed"


def test_a_recall_is_granted_even_if_that_is_asked_for_after_the_payment(shop):
    payout = pay(shop)
    turn()
    shop.pass_time(days=1)
    assert status(payout) == "paid"
    with pytest.raises(CannotDirect) as no:
        advance_payout(payout.pk, "refused", by=shop.by)
    assert no.value.code == "bank-has-paid"
    advance_payout(payout.pk, "recall_granted", by=shop.by)
    request_recalls([payout.pk], by=shop.by, reason="By mistake")
    turn()
    shop.pass_time(minutes=2)
    turn()
    shop.pass_time(days=1)
    assert status(payout) == "returned"
