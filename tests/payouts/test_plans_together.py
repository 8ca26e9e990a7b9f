"""Two workers at one plan: what they make is what one would have made, in the order of the file."""

import time
from datetime import UTC, datetime
from threading import Event as Signal

import pytest
from django.db import connection, transaction

from apps.events.models import Event
from apps.payouts.models import Batch, Payout
from apps.payouts.operations import commit_plan, commit_plans, committing, create_payouts, looking
from tests import factories
from tests.payouts.test_plans import line, planned, rows_of, table
from tests.threads import at_once

CHUNK = 4

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def asked(platform, operator, monkeypatch):
    """Return a function that asks for a plan of these lines to be committed, and returns the plan."""
    for module in ("committing", "planning", "looking"):
        monkeypatch.setattr(f"apps.payouts.operations.{module}.CHUNK", CHUNK)

    def ask(*lines):
        plan = planned(platform, operator, table(*lines))
        return commit_plan(plan.pk, by=operator, plan_hash=plan.plan_hash, mode="valid_rows")

    return ask


@pytest.fixture
def begun(asked):
    """Return a function that has the first chunk of a plan made of these lines, and returns the plan."""

    def begin(*lines):
        plan = asked(*lines)
        assert committing._commit_some(plan.pk) == (CHUNK, CHUNK)
        return plan

    return begin


def payouts_of(plan):
    return list(Payout.objects.with_facts().filter(batch__plan=plan).order_by("pk"))


def someone_waits():
    """Wait until some session waits for a lock of another one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError("nobody waits")


def test_payouts_are_made_counted_and_paid_for_in_the_order_of_the_file(begun):
    """It takes a second: two workers and ten chunks. The balance is 100,000.00, and the same is asked for twice."""
    twice = factories.iban()
    lines = [line(f"A-{number:02}", "3000.00", iban=twice if number in (6, 11) else None) for number in range(40)]
    plan = begun(*lines)
    made = at_once(commit_plans, commit_plans)
    plan.refresh_from_db()
    assert (sum(made), plan.status, plan.created, plan.refused) == (40 - CHUNK, "committed", 40, 0)
    payouts = payouts_of(plan)
    assert [one.reference for one in payouts] == [f"A-{number:02}" for number in range(40)]
    assert [row.payout_id for row in rows_of(plan)] == [one.pk for one in payouts]
    assert [one.funding for one in payouts] == ["reserved"] * 33 + ["none"] * 7
    assert {
        one.reference: [hold.alike[0]["reference"] for hold in one.open_holds] for one in payouts if one.open_holds
    } == {"A-11": ["A-06"]}
    assert [one.approval.amount_before for one in payouts if one.reference in ("A-06", "A-11")] == [0, 300_000]
    batch = Batch.objects.get()
    assert (batch.count, batch.totals) == (40, {"EUR": 12_000_000})
    progress = Event.objects.filter(subject=plan.public_id, type="batch.commit_progressed").order_by("pk")
    assert [event.data["created"] for event in progress] == list(range(CHUNK, 40, CHUNK))
    assert Event.objects.filter(subject=plan.public_id, type="batch.committed").count() == 1


def test_what_is_left_of_a_day_goes_to_the_first_rows(begun, platform):
    plan = begun(*[line(f"B-{number}", f"100.{number:02}") for number in range(16)])
    factories.setting("platform_limits", {"single": None, "daily": 1_050_00}, currency="EUR", platform=platform)
    at_once(commit_plans, commit_plans)
    plan.refresh_from_db()
    assert (plan.status, plan.created, plan.refused) == ("committed", 10, 6)
    assert [one.reference for one in payouts_of(plan)] == [f"B-{number}" for number in range(10)]
    assert [row.faults[0]["code"] for row in rows_of(plan) if row.status == "refused"] == ["daily-limit-reached"] * 6


def test_rows_that_a_worker_left_when_it_died_are_made_before_those_behind_them(begun):
    plan = begun(*[line(f"C-{number:02}") for number in range(14)])
    claimed = Signal()

    def die():
        with transaction.atomic():
            assert [row.number for row in committing._next(plan, 0, committing.CLAIMING)] == [5, 6, 7, 8]
            claimed.set()
            someone_waits()
            transaction.set_rollback(True)

    def work():
        claimed.wait(20)
        return commit_plans()

    assert at_once(die, work) == [None, 10]
    plan.refresh_from_db()
    assert (plan.status, plan.created) == ("committed", 14)
    assert [one.reference for one in payouts_of(plan)] == [f"C-{number:02}" for number in range(14)]


def test_what_two_workers_find_otherwise_is_told_in_the_order_of_the_file(asked, platform):
    plan = asked(*[line(f"E-{number:02}", "1500.00" if number in (3, 17) else "20.00") for number in range(20)])
    factories.policy((100_000, 0), (None, 2), platform=platform)
    assert at_once(commit_plans, commit_plans) == [0, 0]
    commit_plans()
    plan.refresh_from_db()
    assert (plan.status, plan.created, plan.changes_count, plan.looked) == ("planned", 0, 2, {})
    assert plan.changes == [{"pointer": f"/rows/{number}/approvals", "old": 1, "new": 2} for number in (4, 18)]
    assert not Payout.objects.exists() and not Batch.objects.exists()
    assert Event.objects.filter(subject=plan.public_id, type="batch.plan_changed").count() == 1


def test_a_worker_goes_on_looking_where_another_died_but_not_by_what_is_long_past(asked, platform, key):
    plan = asked(*[line(f"F-{number}") for number in range(9)])
    assert looking._look_at_one(plan, looking.chunks_to_look_at(plan))
    plan.refresh_from_db()
    assert looking.chunks_to_look_at(plan) == [4, 8]
    create_payouts(platform.pk, [factories.payout_draft(reference="F-0")], by=key)
    plan.looked["0"]["at"] = (datetime.now(UTC) - looking.HOLDS).isoformat()
    plan.save()
    assert looking.chunks_to_look_at(plan) == [0, 4, 8]
    assert commit_plans() == 0
    plan.refresh_from_db()
    assert (plan.status, [change["pointer"] for change in plan.changes]) == ("planned", ["/rows/1/reference"])
    assert Payout.objects.count() == 1


def test_both_workers_look_and_make(asked):
    plan = asked(*[line(f"G-{number:02}") for number in range(30)])
    made = sum(at_once(commit_plans, commit_plans)) + commit_plans()
    plan.refresh_from_db()
    assert (made, plan.status, plan.created) == (30, "committed", 30)
    assert [one.reference for one in payouts_of(plan)] == [f"G-{number:02}" for number in range(30)]
