from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, connections, transaction

from apps.compliance.models import Review
from apps.compliance.operations import CannotDecide, propose_decision, record_review_decision, take_review
from apps.core.errors import NotFound, PermissionDenied
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.operations import create_partner
from apps.users.operations import create_person
from tests.compliance.conftest import TAVISH, load, recipients, verdict

REASON = "Another date of birth and another passport."


@pytest.fixture
def review(tavish):
    load()
    return verdict(tavish).review


def propose(review, by, decision="clear"):
    propose_decision(review.pk, by=by, decision=decision, reason=REASON)


def assert_still_open(review):
    review.refresh_from_db()
    assert (review.status, review.decided_by, review.reason) == ("open", None, "")
    assert not Event.objects.filter(subject=review.public_id).exclude(type="review.opened").exists()


@pytest.mark.parametrize(("decision", "status"), [("clear", "cleared"), ("reject", "rejected")])
def test_a_decision_is_recorded_with_who_when_and_why(review, analyst, officer, decision, status):
    propose(review, analyst, decision)
    decided = record_review_decision(review.pk, by=officer, decision=decision, reason=f"  {REASON}\n")
    decided.refresh_from_db()
    assert (decided.status, decided.decided_by, decided.reason) == (status, officer, REASON)
    assert decided.decided_at >= decided.opened_at
    event = Event.objects.get(subject=review.public_id, type=f"review.{status}")
    assert event.changes == {"status": ["open", status]}
    assert (event.actor_id, event.data["reason"]) == (officer.public_id, REASON)


def test_a_decision_is_final(review, analyst, officer):
    propose(review, analyst)
    record_review_decision(review.pk, by=officer, decision="clear", reason=REASON)
    with pytest.raises(CannotDecide, match="is cleared already"):
        record_review_decision(review.pk, by=officer, decision="reject", reason=REASON)
    review.refresh_from_db()
    assert (review.status, review.decided_by) == ("cleared", officer)


@pytest.mark.parametrize("reason", ["", "   ", "too short", "\u202edesrever si nosaer siht", "x" * 2001])
def test_a_reason_is_required(review, officer, reason):
    with pytest.raises(CannotDecide, match="reason"):
        record_review_decision(review.pk, by=officer, decision="reject", reason=reason)
    assert_still_open(review)


def test_other_decisions_are_refused(review, officer):
    with pytest.raises(CannotDecide, match="either clear or reject"):
        record_review_decision(review.pk, by=officer, decision="maybe", reason=REASON)
    assert_still_open(review)


@pytest.mark.parametrize("role", ["operator", "approver", "treasurer", "auditor", "administrator"])
def test_other_roles_may_not_decide(review, role):
    person = create_person("other@example.com", "Other", roles=[role], by=SYSTEM)
    with pytest.raises(PermissionDenied):
        record_review_decision(review.pk, by=person, decision="clear", reason=REASON)
    with pytest.raises(PermissionDenied):
        take_review(review.pk, by=person)
    assert_still_open(review)


def test_a_review_that_is_not_there_is_not_found(officer):
    with pytest.raises(NotFound):
        record_review_decision(uuid7(), by=officer, decision="clear", reason=REASON)


def test_a_review_can_be_taken_on_until_it_is_decided(review, analyst, officer):
    assert take_review(review.pk, by=analyst).assignee == analyst
    taken = take_review(review.pk, by=officer)
    assert taken.assignee == officer
    changes = list(Event.objects.filter(type="review.taken").order_by("sequence").values_list("changes", flat=True))
    assert changes == [{"assignee": [None, "Ana Lyst"]}, {"assignee": ["Ana Lyst", "Olive Officer"]}]
    record_review_decision(review.pk, by=officer, decision="reject", reason=REASON)
    with pytest.raises(CannotDecide):
        take_review(review.pk, by=analyst)


def test_of_two_officers_at_once_one_decides(committed_db):
    """Commits, so takes a fresh database afterwards (about 0.3 s)."""
    load()
    partner = create_partner("Acme Market", "sandbox", by=SYSTEM)
    roles = ("compliance_officer", "compliance_officer", "compliance_analyst")
    *officers, analyst = [
        create_person(f"a{n}@example.com", f"Person {n}", roles=[role], by=SYSTEM) for n, role in enumerate(roles)
    ]
    versions = recipients(partner, *[TAVISH] * 10)
    for version in versions:
        review = verdict(version).review
        propose(review, analyst)
        barrier = Barrier(2)

        def run(person, decision, review=review, barrier=barrier):
            try:
                barrier.wait()
                return record_review_decision(review.pk, by=person, decision=decision, reason=REASON).status
            except CannotDecide:
                return "refused"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(run, officers, ["clear", "reject"]))
        assert outcomes.count("refused") == 1
        review.refresh_from_db()
        assert review.status in outcomes
        assert Event.objects.filter(subject=review.public_id, sequence=3).count() == 1
        assert Event.objects.filter(subject=review.public_id).count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_review SET status = 'cleared'",
        "UPDATE compliance_review SET status = 'cleared', decided_at = now(), reason = 'long enough reason'",
        "UPDATE compliance_review SET reason = 'long enough reason'",
        "UPDATE compliance_review SET opened_at = now()",
        "UPDATE compliance_review SET status = 'other'",
        "UPDATE compliance_review SET status = 'cleared', decided_at = now(), reason = 'long enough reason', "
        "decided_by_id = (SELECT id FROM users_user LIMIT 1), proposed_by_id = (SELECT id FROM users_user LIMIT 1), "
        "proposed_at = now(), proposed_reason = 'long enough reason', proposed_decision = 'clear'",
    ],
)
def test_an_open_review_is_decided_by_someone_for_a_reason(review, officer, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_review SET status = 'rejected'",
        "UPDATE compliance_review SET reason = 'another reason altogether'",
        "UPDATE compliance_review SET status = 'open', decided_by_id = null, decided_at = null, reason = ''",
    ],
)
def test_a_decided_review_cannot_be_changed(review, analyst, officer, statement):
    propose(review, analyst)
    record_review_decision(review.pk, by=officer, decision="clear", reason=REASON)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Review.objects.get().status == "cleared"
