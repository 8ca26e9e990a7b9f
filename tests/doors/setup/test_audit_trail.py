"""The audit trail and the watchlists."""

import csv
import re
from datetime import timedelta

import pytest

from apps.core.database import database_now
from apps.core.templatetags.portal import plainly
from apps.events.models import Event
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.visits import Visitor

TRAIL = "/admin/events/event/"


def test_an_event_is_told_in_plain_words():
    assert [plainly(value) for value in ([], ["auditor", "operator"], True, False, None, 0)] == [
        "none", "auditor, operator", "yes", "no", "–", "0",
    ]  # fmt: skip
    assert plainly({}) == "none"
    assert plainly({"holder_name": "Ada", "bic": None, "names": ["A", "B"]}) == "Holder name: Ada; Bic: –; Names: A, B"


def test_the_trail_shows_who_did_what_and_is_filtered(platform, approvers, auditor):
    page = Visitor(auditor).open(TRAIL)
    assert "Partner created" in page and "User created" in page
    page = Visitor(auditor).open(f"{TRAIL}?type=partner.created")
    assert page.count("data-id=") == 1
    page = Visitor(auditor).open(f"{TRAIL}?object={approvers[0].public_id}")
    assert page.count("data-id=") == Event.objects.filter(subject=approvers[0].public_id).count() > 0
    assert Visitor(auditor).open(f"{TRAIL}?who={approvers[0].email}").count("data-id=") == 0
    assert "Nobody is called this." in Visitor(auditor).open(f"{TRAIL}?who=Ghost")


def test_an_event_shows_before_and_after(platform, auditor):
    event = Event.objects.filter(type="user.role_assigned").first()
    page = Visitor(auditor).open(f"{TRAIL}{event.public_id}/")
    assert "Roles" in page and '<td class="pp-strong">approver</td>' in page
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


def test_the_trail_is_read_in_pages_by_every_filter_with_the_same_number_of_queries(platform, key, auditor, operator):
    created = create_payouts(platform.pk, [factories.payout_draft() for _ in range(60)], by=key)
    visitor, counts = Visitor(auditor), set()
    today = database_now().date()
    about = created[0].public_id
    days = f"first_day={today - timedelta(days=1)}&last_day={today + timedelta(days=1)}"
    for query, rows in (
        (f"kind=payout&{days}", 50),
        (f"type=payout.created&partner={platform.public_id}", 50),
        (f"who={key.actor_id}&{days}", 50),
        (f"who={key.actor_id}&type=payout.created&{days}", 50),
        (f"object={about}&kind=payout", 1),
        (f"first_day={today + timedelta(days=1)}", 0),
        (f"last_day={today - timedelta(days=1)}", 0),
        (f"object={about}&kind=user", 0),
    ):
        page = visitor.open(f"{TRAIL}?{query}")
        assert page.count("<tr data-id=") == rows, query
        if rows == 50:
            counts.add(visitor.count_queries(f"{TRAIL}?{query}"))
    assert len(counts) == 1
    last = re.search(r"before=(\d+)", visitor.open(f"{TRAIL}?type=payout.created"))[1]
    older = visitor.open(f"{TRAIL}?type=payout.created&before={last}")
    assert older.count("<tr data-id=") == 10 and "Older" not in older


def test_an_export_has_no_formula_and_is_an_event(platform, auditor, operator):
    factories.person("operator", "=cmd|' /C calc'!A0")
    event = Event.objects.get(data__name__startswith="=cmd", type="user.created")
    answer = Visitor(auditor).client.post(f"{TRAIL}export/", {"object": event.subject})
    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert (answer["Content-Type"], rows[0][0], len(rows)) == ("text/csv; charset=utf-8", "id", 3)
    said = Event.objects.get(type="audit_trail.exported")
    assert (said.actor_id, said.data["events"]) == (auditor.public_id, 2)
    Visitor(operator).client.post(f"{TRAIL}export/", {})
    assert Event.objects.filter(type="audit_trail.exported").count() == 1


def test_what_an_auditor_reads_of_people_is_recorded_once_an_hour(platform, key, auditor, operator):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    recipient = payout.recipient.public_id
    reader, worker = Visitor(auditor), Visitor(operator)
    for visitor in (reader, reader, worker):
        visitor.open(f"/admin/payouts/payout/{payout.public_id}/")
        visitor.open(f"/admin/recipients/recipient/{recipient}/")
    read = Event.objects.filter(type="personal_data.read").order_by("id")
    assert [(event.actor_id, event.data["object"], event.data["page"]) for event in read] == [
        (auditor.public_id, payout.public_id, "payouts_payout_change"),
        (auditor.public_id, recipient, "recipients_recipient_change"),
    ]
    assert "Personal data read" in reader.open(f"{TRAIL}?object={recipient}")
