from datetime import UTC, date, datetime

import pytest

from tests.rails.samples import SEPA


def plan(now, execute_on=None):
    return SEPA.plan(now, None, execute_on)


def berlin(*when):
    return datetime(*when, tzinfo=SEPA.capabilities.calendar.zone)


@pytest.mark.parametrize(
    ("now", "execute_on", "cut_off_at", "day", "settlement_on", "moves"),
    [
        # Monday morning, a second before the cut-off, at the cut-off
        (berlin(2026, 11, 23, 9), None, (2026, 11, 23, 14), (2026, 11, 23), (2026, 11, 24), []),
        (berlin(2026, 11, 23, 14, 59, 59), None, (2026, 11, 23, 14), (2026, 11, 23), (2026, 11, 24), []),
        (berlin(2026, 11, 23, 15), None, (2026, 11, 24, 14), (2026, 11, 24), (2026, 11, 25), ["after-cut-off"]),
        # Friday evening, Sunday, Maundy Thursday evening
        (berlin(2026, 11, 20, 18), None, (2026, 11, 23, 14), (2026, 11, 23), (2026, 11, 24), ["after-cut-off"]),
        (berlin(2026, 11, 22, 10), None, (2026, 11, 23, 14), (2026, 11, 23), (2026, 11, 24), ["not-a-banking-day"]),
        (berlin(2026, 4, 2, 15, 1), None, (2026, 4, 7, 13), (2026, 4, 7), (2026, 4, 8), ["after-cut-off"]),
        # 24 December is open, the next banking day is the 28th
        (berlin(2026, 12, 24, 9), None, (2026, 12, 24, 14), (2026, 12, 24), (2026, 12, 28), []),
        # the Friday before and the Monday after clocks go forward
        (berlin(2026, 3, 27, 9), None, (2026, 3, 27, 14), (2026, 3, 27), (2026, 3, 30), []),
        (berlin(2026, 3, 27, 15), None, (2026, 3, 30, 13), (2026, 3, 30), (2026, 3, 31), ["after-cut-off"]),
        # a day that was asked for: a banking day, Christmas, today too late, one that has passed
        (berlin(2026, 11, 23, 18), date(2026, 11, 26), (2026, 11, 26, 14), (2026, 11, 26), (2026, 11, 27), []),
        (
            berlin(2026, 11, 23, 9),
            date(2026, 12, 25),
            (2026, 12, 28, 14),
            (2026, 12, 28),
            (2026, 12, 29),
            ["not-a-banking-day"],
        ),
        (
            berlin(2026, 11, 23, 16),
            date(2026, 11, 23),
            (2026, 11, 24, 14),
            (2026, 11, 24),
            (2026, 11, 25),
            ["after-cut-off"],
        ),
        (
            berlin(2026, 11, 23, 9),
            date(2026, 11, 2),
            (2026, 11, 23, 14),
            (2026, 11, 23),
            (2026, 11, 24),
            ["date-passed"],
        ),
        (
            berlin(2026, 11, 22, 9),
            date(2026, 11, 20),
            (2026, 11, 23, 14),
            (2026, 11, 23),
            (2026, 11, 24),
            ["date-passed", "not-a-banking-day"],
        ),
    ],
)
def test_payment_leaves_at_the_next_cut_off(now, execute_on, cut_off_at, day, settlement_on, moves):
    found = plan(now, execute_on)

    assert found.cut_off_at == datetime(*cut_off_at, tzinfo=UTC)
    assert found.execute_on == date(*day)
    assert found.expected_settlement_on == date(*settlement_on)
    assert [move.code for move in found.moves] == moves


def test_plan_says_in_words_why_a_payment_leaves_later():
    assert [move.detail for move in plan(berlin(2026, 11, 23, 9), date(2026, 12, 25)).moves] == [
        "2026-12-25 is no banking day (Christmas Day); the next one is 2026-12-28."
    ]
    assert [move.detail for move in plan(berlin(2026, 11, 20, 18)).moves] == [
        "The cut-off of 2026-11-20 was at 15:00 (Europe/Berlin); the next banking day is 2026-11-23."
    ]


def test_now_may_be_told_in_any_zone():
    # 00:30 on Tuesday in Berlin is still Monday in UTC
    assert plan(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).execute_on == date(2026, 11, 24)


def test_plan_of_a_cut_off_is_the_plan_that_set_it():
    first = plan(berlin(2026, 12, 24, 9))
    again = SEPA.plan_of(first.cut_off_at)

    assert (again.cut_off_at, again.execute_on, again.expected_settlement_on) == (
        first.cut_off_at,
        first.execute_on,
        first.expected_settlement_on,
    )
