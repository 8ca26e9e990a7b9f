import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.compliance.models import InformationRequest, Review
from apps.events.models import Event
from apps.events.queries import latest_of
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


def say(client, review, door, decision, reason):
    """Send the form of the review's page as it is now."""
    seen = latest_of([review.public_id])[review.public_id].sequence
    data = {"decision": decision, "reason": reason, "seen": seen}
    return client.post(page(review, door), data, follow=True)


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


def test_an_analyst_proposes_and_an_officer_clears(as_, review, in_review, analyst, officer):
    reason = "Born thirty years later, other country"
    client = as_(officer)
    assert "Clearing takes two people" in told(say(client, review, "decide/", "clear", reason))
    assert "Clearing takes two people" in text_of(client.get(page(review)))
    answer = say(as_(analyst), review, "propose/", "clear", "The passport shows another birthday")
    assert told(answer) == "Proposed. An officer decides."
    assert "compliance.decide_review" in told(say(as_(analyst), review, "decide/", "clear", reason))
    assert "1 review to decide, with a proposal" in text_of(client.get("/admin/"))
    assert "says Lin Analyst" in text_of(client.get(QUEUE, {"show": "proposed"}))
    assert "The passport shows another birthday" in text_of(client.get(page(review)))

    stale = client.post(page(review, "decide/"), {"decision": "clear", "reason": reason, "seen": 1}, follow=True)
    assert told(stale).startswith("It was changed by Lin Analyst at")
    assert Review.objects.get().status == "open"
    answer = say(client, review, "decide/", "clear", reason)
    assert told(answer) == "Cleared. The payouts that waited for it go on."
    assert Payout.objects.get(pk=in_review.pk).status == "scheduled"
    assert "Born thirty years later" in text_of(answer)
    assert answer.context["absent"] == "It is cleared; a decision is final."


def test_nobody_clears_what_they_proposed(as_, review, officer):
    client = as_(officer)
    say(client, review, "propose/", "clear", "The passport shows another birthday")
    assert told(say(client, review, "decide/", "clear", "It does")).startswith("You have proposed it")
    assert Review.objects.get().status == "open"


def test_rejecting_ends_the_payouts(as_, review, in_review, officer):
    answer = say(as_(officer), review, "decide/", "reject", "Same birthday and same place")
    assert told(answer).startswith("Rejected.")
    assert Payout.objects.get(pk=in_review.pk).status == "rejected"


def test_a_short_reason_or_no_decision_changes_nothing(as_, review, in_review, officer):
    client = as_(officer)
    for data in ({"decision": "reject", "reason": "no"}, {"decision": "reject"}, {"reason": "A long enough reason"}):
        assert told(client.post(page(review, "decide/"), data | {"seen": 1}, follow=True))
        assert Review.objects.get(pk=review.pk).status == "open"
    assert client.get(page(review, "decide/")).status_code == 405
    assert Payout.objects.get(pk=in_review.pk).status == "in_review"


def test_somebody_takes_it_on_and_gives_it_to_a_colleague(as_, review, analyst, officer, operator):
    client = as_(analyst)
    assert told(client.post(page(review, "take/"), follow=True)) == "It is yours now."
    assert Review.objects.get(pk=review.pk).assignee == analyst
    assert "does not work on reviews" in told(
        client.post(page(review, "give/"), {"person": operator.public_id}, follow=True)
    )
    answer = client.post(page(review, "give/"), {"person": officer.public_id}, follow=True)
    assert told(answer) == "Olu Officer has it now."
    assert client.get(QUEUE, {"show": "mine"}).context["rows"] == []
    assert [row[0] for row in as_(officer).get(QUEUE, {"show": "mine"}).context["rows"]] == [review]
    assert client.post(page(review, "give/"), {"person": "nobody"}).status_code == 404


def test_the_one_with_more_money_comes_first(as_, review, platform, key, analyst):
    draft = factories.payout_draft(amount=4_500_000, recipient=factories.recipient_draft("Zoltan Vexwick"))
    create_payouts(platform.pk, [draft], by=key)
    large = Review.objects.exclude(pk=review.pk).get()
    for order, first in (("urgency", large), ("amount", large), ("age", review), ("deadline", review), ("x", large)):
        assert as_(analyst).get(QUEUE, {"order": order}).context["rows"][0][0] == first, order


def test_notes_and_documents_are_for_compliance_alone(as_, review, analyst, auditor):
    client, content = as_(analyst), b"%PDF-1.7 a passport"
    note = {"text": "Called the platform.\nThey will send a passport."}
    assert told(client.post(page(review, "note/"), note, follow=True)) == "The note is kept."

    def attach(name, content):
        return client.post(page(review, "attach/"), {"document": SimpleUploadedFile(name, content)}, follow=True)

    assert told(attach('..\\pass"port.html', content)) == "The document is kept."
    for name, refused, why in (
        ("again.pdf", content, "there already"),
        ("page.pdf", b"<html><script>", "Only PDF, PNG and JPEG"),
        ("none.pdf", b"", "Choose a document"),
        ("large.pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "at most 5 MiB"),
    ):
        assert why in told(attach(name, refused))
    document = review.attachments.get()
    assert content not in bytes(document.content)
    text = text_of(client.get(page(review)))
    assert "They will send a passport." in text and "pass_port.pdf" in text

    answer = client.post(page(review, "document/"), {"document": document.public_id})
    assert (answer.content, answer["Content-Type"]) == (content, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="pass_port.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    opened = Event.objects.get(type="review.document_opened")
    assert (opened.subject, opened.actor_id) == (document.public_id, analyst.public_id)

    client = as_(auditor)
    text = text_of(client.get(page(review)))
    assert "passport" not in text and "pass_port" not in text
    client.post(page(review, "document/"), {"document": document.public_id}, follow=True)
    assert Event.objects.filter(type="review.document_opened").count() == 1


def test_a_platform_is_asked_and_its_answer_shown(as_, review, in_review, analyst):
    client = as_(analyst)
    ask = {"question": "Which date of birth stands in their passport?", "days": "5"}
    assert "from 1 to 30 days" in told(client.post(page(review, "ask/"), ask | {"days": "99"}, follow=True))
    assert told(client.post(page(review, "ask/"), ask, follow=True)) == "Asked. The platform is told, and not why."
    assert "One question is open already" in told(client.post(page(review, "ask/"), ask, follow=True))
    assert [row[0] for row in client.get(QUEUE, {"show": "asked"}).context["rows"]] == [review]
    told_platform = Event.objects.get(type="information_request.opened")
    assert told_platform.partner_id == in_review.partner_id
    assert "rev_" not in str(told_platform.data) and "VEXWICK" not in str(told_platform.data)
    assert "Information: Quillmarket’s turn" in text_of(client.get(f"/admin/payouts/payout/{in_review.public_id}/"))
    assert told(client.post(page(review, "close/"), follow=True)) == "The question is closed."
    assert (InformationRequest.objects.get().status, Review.objects.get().information_due_at) == ("closed", None)
    assert client.post(page(review, "close/")).status_code == 404


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


def test_decided_reviews_are_kept_in_sight(as_, review, officer):
    client = as_(officer)
    say(client, review, "decide/", "reject", "A long enough reason")
    assert "No recipient waits for a review." in text_of(client.get(QUEUE))
    assert [row[0].pk for row in client.get(QUEUE, {"show": "decided"}).context["rows"]] == [review.pk]


def test_more_rows_take_no_more_queries(as_, platform, key, analyst):
    client, counts = as_(analyst), []
    for name in ("Zoltar Vexwik", "Zoltan Vexwick"):
        draft = factories.payout_draft(recipient=factories.recipient_draft(name))
        create_payouts(platform.pk, [draft], by=key)
        counts.append(queries_of(client, QUEUE))
    assert counts[0] == counts[1]
