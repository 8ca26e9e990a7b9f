"""
Banking days.

A day is a banking day of a calendar unless it is a Saturday, a Sunday or one of the calendar's closing days. Local times
become instants in the calendar's own time zone. Where a clock change makes a local time happen twice, the earlier
instant is meant; where it makes a local time not happen at all, the instant it would have been without the change.
"""

from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

_WEEKEND = {5: "Saturday", 6: "Sunday"}


class Calendar:
    """The banking days of one settlement system; `market` is its code in the `holidays` library."""

    def __init__(self, name: str, market: str, zone: str):
        self.name = name
        self.market = market
        self.zone = ZoneInfo(zone)
        self.also_closed: dict[date, str] = {}

    def closed_also(self, days: dict[date, str]) -> "Calendar":
        """Return this calendar with more closing days, each with its reason."""
        calendar = copy(self)
        calendar.also_closed = days
        return calendar

    def closed_because(self, day: date) -> str:
        """Return why the day is no banking day, such as ``"Good Friday"``, or an empty text if it is one."""
        said = self.also_closed.get(day) or _closing_days(self.market, day.year).get(day)
        return said or _WEEKEND.get(day.weekday(), "")

    def is_banking_day(self, day: date) -> bool:
        """Tell whether the settlement system is open on the day."""
        return not self.closed_because(day)

    def on_or_after(self, day: date) -> date:
        """Return the day itself if it is a banking day, else the next one."""
        while not self.is_banking_day(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, banking_days: int) -> date:
        """Return the banking day that lies so many banking days after the day, which need not be one itself."""
        assert banking_days >= 0
        for _ in range(banking_days):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def instant(self, day: date, at: time) -> datetime:
        """Return the instant, in UTC, at which clocks in the calendar's zone show the time on the day."""
        return datetime.combine(day, at.replace(fold=0), tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """Return the date that calendars in the zone show at the moment."""
        return moment.astimezone(self.zone).date()


class Everyday(Calendar):
    """The days of a system that never closes."""

    def __init__(self, name: str, zone: str):
        super().__init__(name, "", zone)

    def closed_because(self, day: date) -> str:
        return ""


@lru_cache(maxsize=64)
def _closing_days(market: str, year: int) -> dict[date, str]:
    # A plain dict per year: the library's own object fills years while it is read, which threads may not share.
    return dict(holidays.financial_holidays(market, years=year, expand=False))


TARGET = Calendar("TARGET", "ECB", "Europe/Berlin")
"""The euro settlement calendar of the European Central Bank."""

EVERY_DAY = Everyday("every day", "Europe/Berlin")
"""For payments around the clock; a day begins and ends as it does for TARGET."""
