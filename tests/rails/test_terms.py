"""What two people have published about rails: stricter limits, other cut-offs, more closed days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.approvals.kinds import KINDS
from apps.core.database import database_now
from apps.core.errors import Invalid
from apps.rails.calendars import TARGET
from apps.rails.registry import RAILS
from apps.rails.terms import rails_in_force
from tests import factories

SEPA = "sepa_credit_transfer"


def next_open(days=10):
    """Return a banking day some days ahead, whose next day is one, too."""
    day = TARGET.on_or_after(database_now().date() + timedelta(days=days))
    while not TARGET.is_banking_day(day + timedelta(days=1)):
        day = TARGET.on_or_after(day + timedelta(days=1))
    return day


def test_without_settings_rails_are_what_their_folders_say(db):
    assert rails_in_force() is RAILS


def test_rails_follow_what_was_published_from_its_day_on(db):
    day, later = next_open(), next_open() + timedelta(days=40)
    factories.setting("cut_offs", {"times": ["10:00", "13:30"]}, name=SEPA)
    begins_at = datetime.combine(later, time(0, 1), tzinfo=UTC)
    factories.setting("cut_offs", {"times": ["09:00"]}, name=SEPA, begins_at=begins_at)
    factories.setting("rail_limits", {"minimum": 100, "maximum": 5000_00}, name=SEPA, currency="EUR")
    closed = factories.setting(
        "closed_days", {"days": [{"on": day.isoformat(), "why": "The bank moves"}]}, name="TARGET"
    )

    with CaptureQueriesContext(connection) as queries:
        rails = rails_in_force()
    assert len(queries) == 1
    sepa, terms = rails[SEPA], rails[SEPA].capabilities
    assert [terms.cut_offs_on(one) for one in (later - timedelta(days=1), later)] == [
        (time(10), time(13, 30)),
        (time(9),),
    ]
    assert (terms.limits_on("EUR", day).minimum, terms.limits_on("EUR", day).maximum) == (100, 5000_00)
    assert terms.limits_on("EUR", date(2020, 1, 1)).maximum == 999_999_999_99, "nothing is judged backwards"
    assert terms.calendar.closed_because(day) == "The bank moves" and TARGET.is_banking_day(day)
    assert closed.public_id in [one["id"] for one in terms.published]

    plan = sepa.plan(TARGET.instant(day, time(9)), None)
    assert (plan.execute_on, plan.cut_off_at) == (
        day + timedelta(days=1),
        TARGET.instant(day + timedelta(days=1), time(10)),
    )
    assert [move.code for move in plan.moves] == ["not-a-banking-day"]
    assert sepa.plan_of(TARGET.instant(day, time(15))).execute_on == day + timedelta(days=1), (
        "what was planned moves on"
    )
    assert rails["sepa_instant"] is RAILS["sepa_instant"], "it never closes, and no limit was set for it"

    factories.setting("closed_days", {"days": []}, name="TARGET")
    assert rails_in_force()[SEPA].capabilities.calendar.is_banking_day(day)


@pytest.mark.parametrize(
    ("kind", "name", "currency", "content", "code"),
    [
        ("rail_limits", SEPA, "USD", {"minimum": 1, "maximum": 2}, "currency-not-supported-by-rail"),
        ("rail_limits", SEPA, "EUR", {"minimum": 1}, "limits-format"),
        ("rail_limits", SEPA, "EUR", {"minimum": 1, "maximum": 10**12}, "limits-outside-scheme"),
        ("rail_limits", SEPA, "EUR", {"minimum": 3, "maximum": 2}, "limits-outside-scheme"),
        ("rail_limits", "pigeon", "EUR", {"minimum": 1, "maximum": 2}, "unknown-name"),
        ("cut_offs", "sepa_instant", "", {"times": ["10:00"]}, "unknown-name"),
        ("cut_offs", SEPA, "", {"times": []}, "cut-offs-format"),
        ("cut_offs", SEPA, "", {"times": ["25:00"]}, "cut-offs-format"),
        ("cut_offs", SEPA, "", {"times": ["12:00", "10:00"]}, "cut-offs-order"),
        ("closed_days", "TARGET", "", {"days": [{"on": "2027-12-25", "why": "Party"}]}, "closed-already"),
        ("closed_days", "TARGET", "", {"days": [{"on": "soon", "why": "Party"}]}, "day-format"),
        ("closed_days", "TARGET", "", {"days": [{"on": "2027-06-01", "why": "a"}] * 2}, "day-twice"),
    ],
)
def test_what_no_rail_could_follow_is_refused(db, kind, name, currency, content, code):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        factories.setting(kind, content, name=name, currency=currency)
    assert [fault.code for fault in refusal.value.errors] == [code]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("rail_limits", {"minimum": 100, "maximum": 5000_00}),
        ("cut_offs", {"times": ["10:00", "13:30"]}),
        ("closed_days", {"days": [{"on": "2027-06-01", "why": "The bank moves"}]}),
        ("platform_limits", {"single": None, "daily": 5000_00}),
    ],
)
def test_forms_say_what_settings_say(kind, content):
    kind = KINDS[kind]
    filled = {field.name: field.value for row in kind.form("EUR", content) for field in row}
    assert kind.read("EUR", filled) == content
    assert kind.lines("EUR", content)
