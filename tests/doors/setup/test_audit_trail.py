"""The audit trail and the watchlists."""

import pytest

from apps.events.models import Event
from tests.doors.visits import Visitor

TRAIL = "/admin/events/event/"


def test_the_trail_shows_who_did_what_and_is_filtered(platform, approvers, auditor):
    page = Visitor(auditor).open(TRAIL)
    assert "Partner created" in page and "User created" in page
    page = Visitor(auditor).open(f"{TRAIL}?type=partner.created")
    assert page.count("data-id=") == 1
    page = Visitor(auditor).open(f"{TRAIL}?q={approvers[0].public_id}")
    assert page.count("data-id=") == Event.objects.filter(subject=approvers[0].public_id).count() > 0
    assert Visitor(auditor).open(f"{TRAIL}?actor=person").count("data-id=") == 0


def test_an_event_shows_before_and_after(platform, auditor):
    event = Event.objects.filter(type="user.role_assigned").first()
    page = Visitor(auditor).open(f"{TRAIL}{event.public_id}/")
    assert "Roles" in page and "['approver']" in page
    assert event.actor_label in page


@pytest.mark.parametrize("unknown", ["evt_nonsense", "1", f"evt_{'0' * 26}"])
def test_an_event_that_is_none_is_not_found(auditor, unknown):
    Visitor(auditor).open(f"{TRAIL}{unknown}/", expect=404)


def test_operators_do_not_read_the_trail(operator):
    Visitor(operator).open(TRAIL, expect=403)


def test_watchlists_show_source_version_and_counts(watchlist, auditor, operator):
    page = Visitor(auditor).open("/admin/compliance/watchlist/")
    assert "ofac-sdn@" in page and "Screened against" in page
    Visitor(operator).open("/admin/compliance/watchlist/", expect=403)
