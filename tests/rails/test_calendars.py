import json
from datetime import UTC, date, datetime, time

import pytest

from apps.rails.calendars import TARGET
from tests.rails.samples import SHARED

CLOSING_DAYS = {
    date(2026, 1, 1): "New Year's Day",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 5, 1): "Labour Day",
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 26): "Christmas Holiday",
    date(2027, 1, 1): "New Year's Day",
    date(2027, 3, 26): "Good Friday",
    date(2027, 3, 29): "Easter Monday",
    date(2027, 5, 1): "Labour Day",
    date(2027, 12, 25): "Christmas Day",
    date(2027, 12, 26): "Christmas Holiday",
}


def test_target_is_closed_on_its_six_days_and_on_weekends_and_open_on_all_others():
    day, closed = date(2026, 1, 1), {}
    while day < date(2028, 1, 1):
        if not TARGET.is_banking_day(day) and TARGET.closed_because(day) not in ("Saturday", "Sunday"):
            closed[day] = TARGET.closed_because(day)
        day = date.fromordinal(day.toordinal() + 1)

    assert closed == CLOSING_DAYS


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2025, 10, 3), date(2026, 5, 14)])
def test_target_ignores_national_and_half_holidays(day):
    assert TARGET.is_banking_day(day)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 2, date(2027, 1, 5)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
    ],
)
def test_banking_days_are_counted_over_weekends_and_closing_days(day, count, expected):
    assert TARGET.add(day, count) == expected


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 3, 27), time(15, 0), datetime(2026, 3, 27, 14, 0, tzinfo=UTC)),
        (date(2026, 3, 30), time(15, 0), datetime(2026, 3, 30, 13, 0, tzinfo=UTC)),
        (date(2026, 10, 23), time(15, 0), datetime(2026, 10, 23, 13, 0, tzinfo=UTC)),
        (date(2026, 10, 26), time(15, 0), datetime(2026, 10, 26, 14, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # does not happen on clocks
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # happens twice: the earlier
    ],
)
def test_local_times_become_instants_by_the_zone_of_the_day(day, at, expected):
    assert TARGET.instant(day, at) == expected


def test_the_day_of_a_moment_is_the_one_on_berlin_calendars():
    assert TARGET.day_of(datetime(2026, 11, 22, 22, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert TARGET.day_of(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert TARGET.day_of(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)


def test_closing_days_agree_with_a_published_list_of_all_years():
    path = SHARED / "fx-calendars" / "vacanza-financial" / "XECB.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    for text in json.loads(path.read_text()):
        assert not TARGET.is_banking_day(date.fromisoformat(text)), text
