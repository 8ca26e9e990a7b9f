import pytest
from django.db import DatabaseError, connection, transaction

from apps.compliance.models import InformationRequest, Review
from apps.compliance.operations import ask_platform, record_review_decision
from apps.payouts.operations import create_payouts
from tests import factories

QUESTION = "Which date of birth stands in their passport?"


@pytest.fixture
def asked(platform, key, analyst):
    draft = factories.payout_draft(recipient=factories.recipient_draft(factories.LISTED))
    [payout] = create_payouts(platform.pk, [draft], by=key)
    return ask_platform(payout.review_id, QUESTION, days=5, by=analyst)


def test_a_platform_reads_the_question_and_answers_once(api, asked, client_with, stranger):
    """Takes long because every answer is held against the API's description."""
    [listed] = api.read("/information-requests?status=open").json()["data"]
    path = f"/information-requests/{asked.public_id}"
    assert listed == api.read(path).json()
    assert (listed["question"], listed["status"], listed["answer"]) == (QUESTION, "open", None)
    assert "rev_" not in str(listed)

    assert stranger.read(path).status_code == 404
    assert stranger.create(f"{path}/answer", {"answer": "12 March 1961"}).status_code == 404
    assert client_with("recipients:read").create(f"{path}/answer", {"answer": "12 March 1961"}).status_code == 403
    assert api.create(f"{path}/answer", {"answer": " "}).status_code == 422
    assert InformationRequest.objects.get().status == "open"

    answered = api.create(f"{path}/answer", {"answer": "12 March 1991"})
    assert answered.status_code == 200, answered.content
    assert (answered.json()["status"], answered.json()["answer"]) == ("answered", "12 March 1991")
    again = api.create(f"{path}/answer", {"answer": "12 March 1961"})
    assert again.status_code == 409 and again.json()["type"].endswith("/not-open")
    assert Review.objects.get().information_due_at is None
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_informationrequest SET answer = 'something else'")


def test_what_was_decided_needs_no_answer(api, asked, officer):
    record_review_decision(asked.review_id, by=officer, decision="reject", reason="It is the listed person.")
    assert api.read(f"/information-requests/{asked.public_id}").json()["status"] == "closed"
