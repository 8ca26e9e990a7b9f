"""The page of what is in doubt: the money, what was tried, what comes next, and two people who end it."""

import pytest

from apps.payouts.models import Payout, Resolution
from tests.doors.visits import Visitor
from tests.reconciliation.test_resolutions import EVIDENCE, doubt, statement  # noqa: F401 - fixtures

PAGE = "/admin/payouts/resolution/"


def test_it_says_what_was_tried_and_what_people_wait_for(doubt, treasurer):  # noqa: F811
    page = Visitor(treasurer).open(PAGE)
    assert doubt.payout.public_id in page
    assert "125.50" in page
    assert page.count("For people since") == 1
    assert "A statement that closes on" in page
    assert "Propose</button>" in page


def test_one_proposes_and_another_confirms(doubt, treasurer, officer, statement):  # noqa: F811
    asked = {"attempt": doubt.public_id, "verdict": "not_paid", "evidence": EVIDENCE}
    page = Visitor(treasurer).press(f"{PAGE}propose/", **asked)
    assert "Another person decides what you have proposed." in page
    assert "Confirm</button>" not in page
    assert "Confirm</button>" in Visitor(officer).open(PAGE)
    resolution = Resolution.objects.get().public_id
    page = Visitor(officer).press(f"{PAGE}decide/", resolution=resolution, decision="confirm")
    assert "Nothing is in doubt." in page
    assert Payout.objects.get().status == "failed"


def test_a_refusal_is_told_and_changes_nothing(doubt, treasurer):  # noqa: F811
    page = Visitor(treasurer).press(f"{PAGE}propose/", attempt=doubt.public_id, verdict="not_paid", evidence="short")
    assert "at least 20 characters" in page
    assert not Resolution.objects.exists()


@pytest.mark.parametrize("attempt", ["", "att_nonsense", "po_00000000000000000000000000"])
def test_an_id_that_is_none_is_refused(doubt, treasurer, attempt):  # noqa: F811
    page = Visitor(treasurer).press(f"{PAGE}propose/", attempt=attempt, verdict="paid", evidence=EVIDENCE)
    assert "not there" in page
    assert not Resolution.objects.exists()


def test_who_only_looks_finds_no_button(doubt, auditor):  # noqa: F811
    page = Visitor(auditor).open(PAGE)
    assert "Propose</button>" not in page
    assert "A treasurer proposes" in page


def test_nothing_in_doubt_is_said_so(platform, auditor):
    assert "Nothing is in doubt." in Visitor(auditor).open(PAGE)


def test_today_asks_of_nobody_what_only_others_can_do(doubt, treasurer, officer, auditor, statement):  # noqa: F811
    def today(person):
        context = Visitor(person).client.get("/admin/").context
        return [{need["title"]: need["count"] for need in context[key]} for key in ("needs", "needs_of_others")]

    assert today(treasurer) == [{"payout in doubt": 1}, {}]
    assert today(officer) == today(auditor) == [{}, {"payout in doubt": 1}]
    Visitor(treasurer).press(f"{PAGE}propose/", attempt=doubt.public_id, verdict="not_paid", evidence=EVIDENCE)
    assert today(officer) == [{"proposal about what is in doubt, waiting for you": 1}, {"payout in doubt": 1}]
    assert today(treasurer)[0] == {"payout in doubt": 1}
