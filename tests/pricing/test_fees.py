"""What a payment costs: exact cents, no cent lost for any amount and schedule, and the database counts the same."""

import json
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.money import MAX_AMOUNT, parse_amount
from apps.pricing.fees import explain_parts, fee_of, parts_of, percent, price_of, share_of

AMOUNTS = st.integers(1, MAX_AMOUNT) | st.integers(1, 100_000)
PRICES = st.integers(0, MAX_AMOUNT) | st.integers(0, 1000)


def terms(fixed=0, basis_points=0, minimum=None, maximum=None, paid_by="platform", refunded_on_return=True):
    return locals()


@st.composite
def schedules(draw):
    bounds = sorted(draw(st.tuples(PRICES, PRICES)))
    minimum, maximum = (draw(st.sampled_from([None, bound])) for bound in bounds)
    paid_by = draw(st.sampled_from(["platform", "recipient"]))
    return terms(draw(PRICES), draw(st.integers(0, 10_000)), minimum, maximum, paid_by)


@pytest.mark.parametrize(
    ("amount", "schedule", "fee", "parts"),
    [
        (125_50, terms(), 0, []),
        (125_50, terms(fixed=25), 25, [("fixed", 25)]),
        (125_50, terms(basis_points=125), 157, [("percentage", 157)]),  # 1.56875
        (125_50, terms(fixed=50, basis_points=125), 207, [("fixed", 50), ("percentage", 157)]),
        (10_00, terms(fixed=5, basis_points=10, minimum=20), 20, [("fixed", 5), ("percentage", 1), ("minimum", 14)]),
        (9999_99, terms(basis_points=100, maximum=50_00), 50_00, [("percentage", 100_00), ("maximum", -50_00)]),
        (1, terms(basis_points=10_000), 1, [("percentage", 1)]),
        (1, terms(basis_points=1), 0, []),
        (100, terms(fixed=30, maximum=0), 0, [("fixed", 30), ("maximum", -30)]),
    ],
)
def test_fee_is_exact(amount, schedule, fee, parts):
    assert fee_of(amount, schedule) == fee
    assert parts_of(amount, schedule) == parts


@pytest.mark.parametrize(("amount", "share"), [(50, 0), (51, 1), (150, 2), (149, 1), (250, 2), (350, 4), (100, 1)])
def test_half_a_cent_goes_to_the_even_one(amount, share):
    assert share_of(amount, 100) == share


def test_who_pays_decides_what_is_charged_and_what_arrives():
    on_top = price_of(100_00, terms(fixed=50))
    within = price_of(100_00, terms(fixed=50, paid_by="recipient"))
    assert (on_top.fee, on_top.total, on_top.net, on_top.paid_by) == (50, 100_50, 100_00, "platform")
    assert (within.fee, within.total, within.net, within.paid_by) == (50, 100_00, 99_50, "recipient")
    free = price_of(100_00, {})
    assert (free.fee, free.total, free.net, free.paid_by) == (0, 100_00, 100_00, "")


@given(AMOUNTS, schedules())
def test_no_cent_is_lost(amount, schedule):
    price = price_of(amount, schedule)
    assert price.total - price.net == price.fee == sum(part for _, part in parts_of(amount, schedule))
    assert amount in (price.total, price.net)
    if schedule["maximum"] is not None:
        assert price.fee <= schedule["maximum"]
    if schedule["minimum"] is not None:
        assert price.fee >= schedule["minimum"]


@given(AMOUNTS, st.integers(0, 10_000))
def test_percentage_is_the_nearest_unit(amount, basis_points):
    exact = Fraction(amount * basis_points, 10_000)
    share = share_of(amount, basis_points)
    assert abs(share - exact) <= Fraction(1, 2)
    assert share == round(exact), "round of a fraction is half to even"


@given(AMOUNTS, schedules())
def test_what_is_explained_sums_to_the_fee(amount, schedule):
    def units(text):
        return -parse_amount(text[1:], "EUR") if text[0] == "-" else parse_amount(text, "EUR")

    told = explain_parts(amount, "EUR", schedule)
    assert sum(units(part["amount"]) for part in told) == fee_of(amount, schedule)


def test_explanation_says_where_each_cent_comes_from():
    assert explain_parts(1125_50, "EUR", terms(fixed=50, basis_points=120, maximum=10_00)) == [
        {"type": "fixed", "amount": "0.50", "explanation": "for each payout"},
        {"type": "percentage", "amount": "13.51", "explanation": "1.2 % of 1,125.50 EUR"},
        {"type": "maximum", "amount": "-4.01", "explanation": "down to the maximum of 10.00 EUR"},
    ]
    assert [percent(points) for points in (0, 1, 10, 125, 10_000)] == ["0 %", "0.01 %", "0.1 %", "1.25 %", "100 %"]


@pytest.mark.django_db
def test_database_counts_the_same():
    @settings(max_examples=300, deadline=None)
    @given(AMOUNTS, schedules())
    def compare(amount, schedule):
        cursor.execute("SELECT pricing_fee(%s, %s)", [amount, json.dumps(schedule)])
        assert cursor.fetchone() == (fee_of(amount, schedule),)

    with connection.cursor() as cursor:
        compare()
