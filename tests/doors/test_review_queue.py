import pytest

from apps.compliance.models import Review
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.conftest import queries_of, text_of, told

QUEUE = "/admin/compliance/review/"


@pytest.fixture
def review(in_review):
    return in_review.review


def page(review, door=""):
    return f"{QUEUE}{review.public_id}/{door}"


def test_the_queue_shows_whom_they_resemble_and_what_waits(as_, review, analyst):
    answer = as_(analyst).get(QUEUE)
    text = text_of(answer)
    for part in ("Zoltar Vexwik", "VEXWICK, Zoltar", "450.00 EUR", "1 payout"):
        assert part in text
    assert f'data-id="{review.public_id}"' in answer.content.decode()


def test_the_page_shows_recipient_and_listed_party_side_by_side(as_, review, analyst):
    text = text_of(as_(analyst).get(page(review)))
    hit = review.screening.hits[0]
    for part in (
        "Zoltar Vexwik",
        "VEXWICK, Zoltar",
        "TESTPROG",
        "DOB 12 Mar 1961.",
        "1961-03-12",
        f"{hit['score']:.3f}",
    ):
        assert part in text
    assert review.screening.lists in text


def test_clearing_lets_the_payouts_go_on(as_, review, in_review, analyst):
    data = {"decision": "clear", "reason": "Born thirty years later, other country"}
    answer = as_(analyst).post(page(review, "decide/"), data, follow=True)
    assert told(answer) == "Cleared. The payouts that waited for it go on."
    assert Payout.objects.get(pk=in_review.pk).status == "scheduled"
    assert "Born thirty years later" in text_of(answer)
    assert answer.context["absent"] == "It is cleared; a decision is final."


def test_rejecting_ends_the_payouts(as_, review, in_review, analyst):
    data = {"decision": "reject", "reason": "Same birthday and same place"}
    answer = as_(analyst).post(page(review, "decide/"), data, follow=True)
    assert told(answer).startswith("Rejected.")
    assert Payout.objects.get(pk=in_review.pk).status == "rejected"


def test_a_short_reason_or_no_decision_changes_nothing(as_, review, in_review, analyst):
    client = as_(analyst)
    for data in ({"decision": "clear", "reason": "no"}, {"decision": "clear"}, {"reason": "A long enough reason"}):
        assert told(client.post(page(review, "decide/"), data, follow=True))
        assert Review.objects.get(pk=review.pk).status == "open"
    assert client.get(page(review, "decide/")).status_code == 405
    assert Payout.objects.get(pk=in_review.pk).status == "in_review"


def test_somebody_takes_it_on(as_, review, analyst):
    assert told(as_(analyst).post(page(review, "take/"), follow=True)) == "It is yours now."
    assert Review.objects.get(pk=review.pk).assignee == analyst


def test_an_auditor_looks_but_does_not_decide(as_, review, auditor):
    client = as_(auditor)
    answer = client.get(page(review))
    assert answer.context["absent"] == "Only compliance decides."
    assert 'name="decision"' not in answer.content.decode()
    data = {"decision": "clear", "reason": "A long enough reason"}
    assert "compliance.decide_review" in told(client.post(page(review, "decide/"), data, follow=True))
    assert Review.objects.get(pk=review.pk).status == "open"


def test_others_do_not_see_reviews(as_, review, in_review, operator):
    client = as_(operator)
    assert client.get(QUEUE).status_code == client.get(page(review)).status_code == 403
    assert page(review) not in client.get(f"/admin/payouts/payout/{in_review.public_id}/").content.decode()


def test_decided_reviews_are_kept_in_sight(as_, review, analyst):
    client = as_(analyst)
    client.post(page(review, "decide/"), {"decision": "clear", "reason": "A long enough reason"})
    assert "No recipient waits for a review." in text_of(client.get(QUEUE))
    assert [row[0].pk for row in client.get(QUEUE, {"show": "decided"}).context["rows"]] == [review.pk]


def test_more_rows_take_no_more_queries(as_, platform, key, analyst):
    client, counts = as_(analyst), []
    for name in ("Zoltar Vexwik", "Zoltan Vexwick"):
        draft = factories.payout_draft(recipient=factories.recipient_draft(name))
        create_payouts(platform.pk, [draft], by=key)
        counts.append(queries_of(client, QUEUE))
    assert counts[0] == counts[1]
