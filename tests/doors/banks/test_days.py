"""The days of a bank account: what has a statement, what keeps a day open, and closing it."""

from datetime import date, timedelta

import pytest

from apps.reconciliation.continuity import month
from apps.reconciliation.models import DayClose
from tests.doors.visits import Visitor
from tests.reconciliation.bank import Ntry


def days(account, day=None):
    address = f"/admin/reconciliation/statement/days/{account.public_id}/"
    return f"{address}?day={day}" if day else address


@pytest.fixture
def today(bank_account):
    return bank_account.business_today()


def test_a_day_is_closed_by_one_press(stated, bank_account, today, treasurer):
    page = Visitor(treasurer).open(days(bank_account, today))
    assert "Every line is identified" in page
    page = Visitor(treasurer).press(f"{days(bank_account)}close/", day=str(today))
    assert "is closed, with every day before it" in page
    assert f'data-day="{today}" data-state="closed"' in page
    assert "Close day" not in page
    assert DayClose.objects.get().closed_by == treasurer


def test_what_is_missing_is_listed_and_keeps_the_day_open(stated, bank_account, today, treasurer):
    stated.state(Ntry(-777), Ntry(888))
    page = Visitor(treasurer).press(f"{days(bank_account)}close/", day=str(today))
    assert f"{today} cannot be closed yet." in page
    assert "What keeps it open" in page
    assert page.count("Match it</a>") == 2
    assert f'data-day="{today}" data-state="stated"' in page
    assert not DayClose.objects.exists()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "0001-01-01"])
def test_a_day_that_is_none_is_refused(stated, bank_account, treasurer, day):
    assert "Choose a day." in Visitor(treasurer).press(f"{days(bank_account)}close/", day=day)
    Visitor(treasurer).open(f"{days(bank_account)}?day={day}&month={day[:7]}")
    assert not DayClose.objects.exists()


def test_only_treasurers_close(stated, bank_account, today, auditor, administrator):
    page = Visitor(auditor).open(days(bank_account, today))
    assert "Only treasurers close days." in page
    assert "reconciliation.close_day" in Visitor(auditor).press(f"{days(bank_account)}close/", day=str(today))
    Visitor(administrator).open(days(bank_account), expect=403)
    Visitor(auditor).open(f"{days(bank_account)}close/", expect=405)
    assert not DayClose.objects.exists()


def test_the_month_tells_missing_days_from_days_without_banking(bank, bank_account):
    bank_account.clock_offset_seconds = 0
    monday = date(2026, 3, 2)
    for day in (monday, monday + timedelta(days=2), monday + timedelta(days=7)):
        bank.state(day=day)
    found = {day.day: day.state for week in month(bank_account, date(2026, 3, 1)) for day in week}
    assert (found[monday], found[date(2026, 3, 3)], found[date(2026, 3, 4)]) == ("stated", "missing", "stated")
    assert found[date(2026, 3, 7)] == found[date(2026, 3, 8)] == "empty"
    assert found[date(2026, 3, 9)] == "stated"
    assert found[date(2026, 2, 27)] == "empty"


def test_the_calendar_leads_from_account_to_account(stated, bank_account, treasurer):
    answer = Visitor(treasurer).client.get("/admin/reconciliation/statement/days/")
    assert answer["Location"] == days(bank_account)
    assert bank_account.name in Visitor(treasurer).open(days(bank_account))
    Visitor(treasurer).open("/admin/reconciliation/statement/days/ba_unknown/", expect=404)
