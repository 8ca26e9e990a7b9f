"""What a platform asks of its bank: magic names and amounts, scenario files, outcomes of one payout; all by real files."""

import json

import pytest

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.core.shapes.objects import read
from apps.events.models import Event
from apps.partners.authentication import key_for
from apps.partners.operations import create_partner
from apps.payouts.models import Conflict, Payout
from apps.payouts.operations import create_payouts
from apps.sandbox.models import Booking, Direction, Order, PostedScenarios
from apps.sandbox.operations import CannotDirect, advance_payout, post_scenarios
from apps.sandbox.outcomes import Wanted, wanted_by_name
from apps.sandbox.shapes import SCENARIO, check_scenario, scenario_schema
from tests import factories
from tests.sandbox.test_operations import Nobody
from tests.sandbox.turning import Shop, status, turn

pytestmark = pytest.mark.usefixtures("db", "watchlist", "bank_folder")


@pytest.fixture
def shop():
    return Shop()


def post(shop, *rules, seed=0):
    document = {"name": "a test", "seed": seed, "rules": list(rules)}
    return post_scenarios(shop.partner, read(SCENARIO, document, check_scenario), by=shop.by)


def paid_to(shop, name, amount=1_000):
    [payout] = shop.pay(amount, recipient=factories.recipient_draft(name=name))
    return payout


def failure(payout):
    payout = Payout.objects.get(pk=payout.pk)
    return payout.status, payout.failure_code


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Refused AC04", Wanted("refused", "AC04")),
        ("refused cnor", Wanted("refused", "CNOR")),
        ("Returned MD07 Day 3", Wanted("returned", "MD07", 3)),
        ("Refused FF10", None),
        ("Refused ZZ99", None),
        ("Refused AC04 by mistake", None),
        ("Ada Quill", None),
    ],
)
def test_names_that_ask_for_something(name, wanted):
    assert wanted_by_name(name) == wanted


def test_recipients_names_choose_refusals_and_returns(shop):
    refused, returned, plain = (paid_to(shop, name) for name in ("Refused AC06", "Returned MD07 Day 2", "Ada Quill"))
    shop.send(refused, returned, plain)
    assert failure(refused) == ("failed", "AC06")
    shop.pass_time(days=2)
    assert status(returned) == "paid"
    shop.pass_time(days=4)
    assert (status(returned), status(plain)) == ("returned", "paid")


def test_a_refusal_that_comes_late_and_a_return_on_day_three(shop):
    """The example of the documentation: refused AC04 on day 1, returned on day 3."""
    post(
        shop,
        {"reference": "INV-1", "outcome": "refused", "reason": "AC04", "banking_days": 1},
        {"recipient": "seller-7", "outcome": "returned", "reason": "MD07", "banking_days": 3},
    )
    [late] = shop.pay(1_000, reference="INV-1")
    [back] = shop.pay(2_000, recipient=factories.recipient_draft(reference="seller-7"))
    shop.send(late, back)
    assert (status(late), status(back)) == ("sent", "sent"), "the bank has said nothing yet"
    shop.pass_time(days=4)
    assert failure(late) == ("failed", "AC04")
    order = Order.objects.get(end_to_end_id=back.end_to_end_id)
    assert (order.return_reason, order.return_on > order.pay_on) == ("MD07", True)
    shop.pass_time(days=6)
    assert status(back) == "returned"


def test_the_first_rule_that_matches_counts_and_names_come_after_rules(shop):
    post(
        shop,
        {"reference_prefix": "VIP-", "outcome": "paid"},
        {"amount_from": "10.00", "amount_to": "20.00", "outcome": "refused", "reason": "AM02"},
    )
    [vip] = shop.pay(1_500, reference="VIP-1", recipient=factories.recipient_draft(name="Refused AC04"))
    inside, outside = shop.pay(2_000, 2_001)
    named = paid_to(shop, "Refused AC01", 999)
    shop.send(vip, inside, outside, named)
    assert [failure(one) for one in (inside, named)] == [("failed", "AM02"), ("failed", "AC01")]
    assert (status(vip), status(outside)) == ("sent", "sent")


def test_the_next_scenario_file_takes_the_place_of_the_one_before(shop):
    post(shop, {"outcome": "refused"})
    post(shop)
    [payout] = shop.pay(1_000)
    shop.send(payout)
    assert status(payout) == "sent"
    assert [one.number for one in PostedScenarios.objects.order_by("number")] == [1, 2]


def told_in(shop, seed):
    post(shop, {"per_thousand": 500, "outcome": "refused"}, {"per_thousand": 500, "outcome": "returned"}, seed=seed)
    made = [
        shop.pay(1_000 + n, reference=f"LOT-{n}", recipient=factories.recipient_draft(iban=factories.iban(n)))[0]
        for n in range(12)
    ]
    shop.send(*made)
    shop.pass_time(days=6)
    return shop.told(), [status(payout) for payout in made]


def test_same_file_and_requests_give_the_same_events_in_the_same_order():
    first, again, otherwise = (told_in(Shop(name), seed) for name, seed in (("A", 7), ("B", 7), ("C", 8)))
    assert first == again
    assert set(first[1]) == {"failed", "returned", "paid"}
    assert otherwise[1] != first[1]


def test_what_is_refused_and_paid_all_the_same_is_a_conflict(shop):
    [payout] = shop.pay(70709)
    shop.send(payout)
    assert status(payout) == "failed"
    shop.pass_time(days=3)
    assert (status(payout), Conflict.objects.get().payout_id) == ("failed", payout.pk)
    assert tuple(
        Event.objects.filter(subject=payout.public_id).order_by("-sequence").values_list("type", flat=True)[:1]
    ) == ("payout.conflict_opened",)


def test_a_late_booking_comes_one_banking_day_later(shop):
    late, plain = shop.pay(70722, 1_000)
    shop.send(late, plain)
    orders = {order.amount: order for order in Order.objects.all()}
    assert orders[70722].pay_on > orders[1_000].pay_on
    shop.pass_time(days=6)
    assert (status(late), status(plain)) == ("paid", "paid")


def test_a_payout_is_brought_to_its_return_step_by_step(shop):
    [payout] = shop.pay(1_000)
    asked = advance_payout(payout.pk, "returned", reason="MD07", banking_days=0, by=shop.by)
    assert (asked.at_bank, asked.bank_account.business_now() >= payout.cut_off_at) == ("not_there", True)
    turn()
    assert status(payout) == "sent"
    steps = []
    for _ in range(6):
        steps.append(advance_payout(payout.pk, "returned", reason="MD07", banking_days=0, by=shop.by).at_bank)
        turn()
        if status(payout) == "returned":
            break
    assert (status(payout), set(steps) <= {"accepted", "paid"}) == ("returned", True)
    events = [event.type for event in Event.objects.filter(subject=payout.public_id).order_by("sequence")]
    assert events[-1] == "payout.returned" and not any(event.startswith("sandbox.") for event in events)
    directed = Event.objects.filter(type="sandbox.payout_directed", data__payout=payout.public_id)
    assert directed.count() == len(steps) + 1


def test_an_order_the_bank_has_is_refused_and_its_neighbors_are_not(shop):
    refused, neighbor = shop.pay(1_000, 2_000)
    shop.send(refused, neighbor)
    assert Booking.objects.get(kind="batch").amount == 3_000
    advance_payout(refused.pk, "refused", reason="RR04", by=shop.by)
    assert Booking.objects.get(kind="batch").amount == 2_000, "no statement has told of the line yet"
    turn()
    assert failure(refused) == ("failed", "RR04")
    shop.pass_time(days=5)
    assert (status(refused), status(neighbor)) == ("failed", "paid")


def test_what_the_bank_has_done_stays_done(shop):
    paid, refused = shop.pay(1_000, 70701)
    shop.send(paid, refused)
    shop.pass_time(days=4)
    for payout, outcome, code in (
        (paid, "refused", "bank-has-paid"),
        (paid, "lost", "bank-has-paid"),
        (refused, "paid", "bank-has-refused"),
        (paid, "recall_granted", "outcome-not-on-this-rail"),
    ):
        with pytest.raises(CannotDirect) as no:
            advance_payout(payout.pk, outcome, by=shop.by)
        assert no.value.code == code
    assert (Direction.objects.count(), status(paid), status(refused)) == (0, "paid", "failed")


def test_nobody_directs_a_bank_that_is_shared_or_without_permission(shop):
    shared = factories.bank_account()
    guest = create_partner("Guest", "sandbox", by=SYSTEM)
    _, token = factories.key_of(guest)
    user = key_for(token).partner.service_user
    with pytest.raises(CannotDirect) as no:
        post_scenarios(guest, {"name": "x", "seed": 0, "rules": []}, by=user)
    assert (no.value.code, shared.partner) == ("shared-bank", None)
    [payout] = create_payouts(guest.pk, [factories.payout_draft()], by=user)
    with pytest.raises(CannotDirect):
        advance_payout(payout.pk, "paid", by=user)
    for act in (
        lambda: post_scenarios(shop.partner, {"name": "x", "seed": 0, "rules": []}, by=Nobody()),
        lambda: advance_payout(payout.pk, "paid", by=Nobody()),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (PostedScenarios.objects.count(), Direction.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("draft", "outcome"),
    [({"name": factories.LISTED}, "in_review"), ({"name": "Zoltar Vexwik"}, "in_review"), ({}, "scheduled")],
    ids=["screening hit", "close name match", "nobody listed"],
)
def test_names_on_the_watchlist_are_reviewed(shop, draft, outcome):
    [payout] = shop.pay(1_000, recipient=factories.recipient_draft(**draft))
    assert status(payout) == outcome


def test_too_little_money_is_an_outcome_too():
    poor = Shop("Poor", funds=500)
    [payout] = poor.pay(1_000)
    assert status(payout) == "awaiting_funds"


def test_the_schema_of_scenario_files_stands_by_itself():
    schema = json.dumps(scenario_schema())
    assert "$ref" not in schema and '"per_thousand"' in schema
