"""TARGET banking days, as the bank reckons them: Monday to Friday without the closing days of the Eurosystem."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Berlin")


@cache
def _closing_days():
    return holidays.financial_holidays("XECB")


def is_banking_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closing_days()


def banking_day_from(day: date) -> date:
    """Return the day itself if banks work on it, else the next day on which they do."""
    while not is_banking_day(day):
        day += timedelta(days=1)
    return day


def after(day: date, banking_days: int) -> date:
    """Return the banking day that lies the given number of banking days after a day."""
    for _ in range(banking_days):
        day = banking_day_from(day + timedelta(days=1))
    return day


def before(day: date, banking_days: int) -> date:
    """Return the banking day that lies the given number of banking days before a day."""
    for _ in range(banking_days):
        day -= timedelta(days=1)
        while not is_banking_day(day):
            day -= timedelta(days=1)
    return day


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def morning(day: date) -> datetime:
    """Return the moment at which the bank starts to work on a day: eight o'clock, local time."""
    return datetime.combine(day, time(8), ZONE)
