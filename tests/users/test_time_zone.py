"""Times are shown in the zone of who looks, with its name; days and the API stay what they are for everybody."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from apps.core.templatetags.portal import exact
from apps.events.models import Event
from apps.ledger.models import Journal
from apps.users.models import SecondFactor, User
from apps.users.operations import CannotChangeTimeZone, change_time_zone
from tests.doors.conftest import text_of, told
from tests.signing_in import phone_of

AUTUMN = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone():
    berlin = ZoneInfo("Europe/Berlin")
    assert [exact(moment, berlin) for moment in AUTUMN] == ["25 Oct 2026, 02:30 CEST", "25 Oct 2026, 02:30 CET"]


def test_the_hour_that_spring_skips_is_not_shown():
    moments = [datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]
    berlin = ZoneInfo("Europe/Berlin")
    assert [exact(moment, berlin) for moment in moments] == ["29 Mar 2026, 01:59 CET", "29 Mar 2026, 03:00 CEST"]


def test_a_zone_without_a_name_says_how_far_it_is():
    assert exact(AUTUMN[0], ZoneInfo("America/Sao_Paulo")) == "24 Oct 2026, 21:30 UTC-03"


@pytest.mark.parametrize(
    ("tag", "title"), [("at", "25 Oct 2026, 01:30 UTC · "), ("when", "02:30 CET · 25 Oct 2026, 01:30 UTC")]
)
def test_the_tooltip_says_it_in_utc(tag, title):
    with timezone.override("Europe/Berlin"):
        shown = Template(f"{{% load portal %}}{{% {tag} moment %}}").render(Context({"moment": AUTUMN[1]}))
    assert title in shown


def test_a_person_chooses_a_zone_and_every_page_is_in_it(db, auditor, operator):
    client, other = Client(), Client()
    SecondFactor.objects.filter(pk=phone_of(auditor).factor.pk).update(enrolled_at=AUTUMN[1])
    client.force_login(auditor)
    other.force_login(operator)
    assert "25 Oct 2026, 01:30 UTC" in text_of(client.get("/admin/account/"))

    page = client.post("/admin/account/time-zone/", {"time_zone": "Europe/Berlin"}, follow=True)
    assert told(page) == "Times are shown in Europe/Berlin."
    assert "25 Oct 2026, 02:30 CET" in text_of(page)
    assert "UTC" in text_of(other.get("/admin/account/")), "nobody else's pages change"
    assert timezone.get_current_timezone_name() == "UTC", "nor does the next request of this thread"
    event = Event.objects.get(type="user.time_zone_changed")
    assert (event.subject, event.changes) == (auditor.public_id, {"time_zone": ["", "Europe/Berlin"]})


def test_the_portal_has_a_zone_for_whoever_has_none(db, auditor, settings):
    settings.PEOPLE_TIME_ZONE = "Asia/Tokyo"
    client = Client()
    client.force_login(auditor)
    assert "JST" in text_of(client.get("/admin/account/"))


def test_what_is_no_zone_is_refused(db, auditor):
    for unknown in ("Europe/Atlantis", "../etc/passwd", "europe/berlin"):
        with pytest.raises(CannotChangeTimeZone):
            change_time_zone(unknown, by=auditor)
    assert User.objects.get(pk=auditor.pk).time_zone == ""
    assert not Event.objects.filter(type="user.time_zone_changed").exists()


def test_days_and_moments_of_the_books_are_asked_for_in_utc(platform, auditor):
    change_time_zone("Pacific/Auckland", by=auditor)
    client = Client()
    client.force_login(auditor)
    page = client.get("/admin/ledger/account/trial-balance/?as_of=2026-10-25T01:30:00").content.decode()
    assert 'value="2026-10-25T01:30:00"' in page
    day = Journal.objects.latest("pk").value_on
    assert day.strftime("%a %-d %b %Y") in client.get("/admin/ledger/journal/").content.decode()
