from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from apps.compliance.models import Review, Screening
from apps.compliance.operations import propose_decision, record_review_decision, screen
from apps.compliance.screening import ALGORITHM
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.operations import create_partner
from apps.recipients.operations import RecipientDraft, change_recipient
from apps.users.operations import create_person
from tests.compliance.conftest import NOBODY, TAVISH, load, recipients, verdict

REASON = "Another date of birth and another passport."


def decide(review, decision, analyst):
    """Have the analyst say what it comes to, and an officer decide that."""
    propose_decision(review.pk, by=analyst, decision=decision, reason=REASON)
    officer = create_person(f"{review.public_id}@example.com", "Olive", roles=["compliance_officer"], by=SYSTEM)
    return record_review_decision(review.pk, by=officer, decision=decision, reason=REASON)


def test_without_an_active_list_nobody_is_clear(partner):
    versions = recipients(partner, NOBODY, TAVISH)
    verdicts = screen([version.pk for version in versions], by=SYSTEM)
    assert {verdict.status for verdict in verdicts.values()} == {"unscreened"}
    assert not Screening.objects.exists()


def test_nobody_listed_is_clear(partner):
    watchlist = load()
    [version] = recipients(partner, NOBODY)
    found = verdict(version)
    assert (found.status, found.review) == ("clear", None)
    screening = Screening.objects.get()
    assert found.screening == screening
    assert (screening.lists, screening.algorithm) == (watchlist.version, ALGORITHM)
    assert (screening.outcome, screening.hits) == ("clear", [])


def test_a_hit_opens_a_review(tavish):
    load()
    found = verdict(tavish)
    review = Review.objects.get()
    assert (found.status, found.review) == ("in_review", review)
    assert (review.status, review.recipient_version, review.screening) == ("open", tavish, found.screening)
    assert (review.due_at - review.opened_at).days == 1
    assert [(hit["uid"], hit["score"]) for hit in found.screening.hits] == [("9001", 1.0)]


def test_no_partner_learns_what_was_found(tavish):
    load()
    verdict(tavish)
    event = Event.objects.get(type="review.opened")
    assert event.partner_id is None
    assert event.subject == Review.objects.get().public_id
    assert event.data["recipient"] == tavish.recipient.public_id
    assert [hit["uid"] for hit in event.data["hits"]] == ["9001"]


def test_a_known_recipient_is_not_searched_again(tavish):
    load()
    first, again = verdict(tavish), verdict(tavish)
    assert first == again
    assert Screening.objects.count() == Review.objects.count() == 1
    assert Event.objects.filter(type="review.opened").count() == 1


def test_the_verdict_follows_the_decision(partner, analyst):
    load()
    cleared, rejected = recipients(partner, TAVISH, ("Radomir Zhernovoy", "RU", None))
    verdicts = screen([cleared.pk, rejected.pk], by=SYSTEM)
    decide(verdicts[cleared.pk].review, "clear", analyst)
    decide(verdicts[rejected.pk].review, "reject", analyst)
    verdicts = screen([cleared.pk, rejected.pk], by=SYSTEM)
    assert (verdicts[cleared.pk].status, verdicts[rejected.pk].status) == ("clear", "rejected")
    assert Review.objects.count() == 2


def test_what_was_cleared_is_remembered_for_a_new_list(tavish, analyst):
    load("first")
    review = decide(verdict(tavish).review, "clear", analyst)
    second = load("second")
    found = verdict(tavish)
    assert (found.status, found.review) == ("clear", review)
    assert found.screening.lists == second.version
    assert found.screening.outcome == "hit"
    assert found.screening.covered_by == review
    assert Review.objects.count() == 1
    assert verdict(tavish) == found


def test_a_changed_entry_is_judged_anew(partner, analyst):
    load("first")
    [version] = recipients(partner, ("Quellimar Trading", "PA", None))
    decide(verdict(version).review, "clear", analyst)
    load("second")
    assert verdict(version).status == "in_review"
    assert Review.objects.count() == 2


def test_what_was_rejected_is_judged_anew_by_a_person(tavish, analyst):
    load("first")
    rejected = decide(verdict(tavish).review, "reject", analyst)
    load("second")
    found = verdict(tavish)
    assert found.status == "in_review"
    assert found.review != rejected


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "Tavish Brannigor"}, "in_review"),
        ({"date_of_birth": date(1962, 4, 3)}, "in_review"),
        ({"country": "DE"}, "in_review"),
        ({"email": "tavish@example.com"}, "clear"),
    ],
)
def test_a_decision_holds_as_long_as_the_facts_it_was_made_on(tavish, analyst, change, status):
    load()
    decide(verdict(tavish).review, "clear", analyst)
    facts = {"name": TAVISH[0], "country": TAVISH[1], "date_of_birth": TAVISH[2]} | change
    changed = change_recipient(tavish.recipient_id, RecipientDraft(kind="individual", **facts), by=SYSTEM)
    assert verdict(changed.version).status == status


def test_a_decision_on_one_recipient_says_nothing_of_another_of_that_name(partner, tavish, analyst):
    load()
    decide(verdict(tavish).review, "clear", analyst)
    assert verdict(recipients(partner, TAVISH)[0]).status == "in_review"


def test_an_open_review_stays_the_one_case_when_the_list_changes(tavish, analyst):
    load("first")
    review = verdict(tavish).review
    load("second")
    found = verdict(tavish)
    assert (found.status, found.review) == ("in_review", review)
    assert Review.objects.count() == 1
    decide(review, "clear", analyst)
    assert verdict(tavish).status == "clear"
    assert Screening.objects.get(pk=found.screening.pk).covered_by == review


def test_an_open_review_is_decided_even_if_the_entry_is_gone(partner, analyst):
    load("first")
    [ysmay] = recipients(partner, ("Ysmay Orvelle", "FR", None))
    review = verdict(ysmay).review
    load("second")
    found = verdict(ysmay)
    assert (found.status, found.review, found.screening.outcome) == ("in_review", review, "clear")
    decide(review, "reject", analyst)
    assert verdict(ysmay).status == "clear"


def test_each_version_is_screened_by_itself(tavish):
    load()
    changed = change_recipient(
        tavish.recipient_id, RecipientDraft(kind="individual", name=NOBODY[0], country="DE"), by=SYSTEM
    )
    verdicts = screen([tavish.pk, changed.version.pk], by=SYSTEM)
    assert [verdicts[version.pk].status for version in (tavish, changed.version)] == ["in_review", "clear"]


def test_nothing_to_screen_is_no_error(db):
    load()
    assert screen([], by=SYSTEM) == {}


def people(count, prefix):
    return [(f"{prefix} Fairweather {chr(97 + n % 26)}{n}", "DE", None) for n in range(count)]


def test_the_number_of_statements_does_not_grow(partner):
    """Takes two seconds: it makes and screens a thousand recipients."""
    load()
    counts = {}
    for size in (10, 1000):
        versions = recipients(partner, *people(size - size // 10, f"P{size}"), *[TAVISH] * (size // 10))
        with CaptureQueriesContext(connection) as new:
            verdicts = screen([version.pk for version in versions], by=SYSTEM)
        assert sum(found.status == "in_review" for found in verdicts.values()) == size // 10
        with CaptureQueriesContext(connection) as known:
            assert screen([version.pk for version in versions], by=SYSTEM) == verdicts
        counts[size] = (len(new), len(known))
    assert counts[1000][1] == counts[10][1] == 3
    # The first call also reads the list: two statements.
    assert counts[1000][0] + 2 == counts[10][0] == 13


def test_two_calls_at_once_screen_a_recipient_once(committed_db):
    """Commits, so takes a fresh database afterwards (about 0.3 s)."""
    partner = create_partner("Acme Market", "sandbox", by=SYSTEM)
    load()
    versions = recipients(partner, TAVISH, NOBODY)
    barrier = Barrier(4)

    def run(_):
        try:
            barrier.wait()
            return screen([version.pk for version in versions], by=SYSTEM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(run, range(4)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0][versions[0].pk].status == "in_review"
    assert (Screening.objects.count(), Review.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_screening SET hits = '[]', outcome = 'clear'",
        "UPDATE compliance_screening SET lists = 'other'",
        "DELETE FROM compliance_review",
        "DELETE FROM compliance_screening",
    ],
)
def test_a_screening_cannot_be_changed(tavish, statement):
    load()
    verdict(tavish)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_has_one_open_review_and_a_screening_one_review(partner, tavish):
    load()
    verdict(tavish)
    review = Review.objects.get()
    other = Screening.objects.create(
        recipient_version=tavish, lists="x", algorithm="x", outcome="hit", hits=[{}], screened_at=review.opened_at
    )
    [somebody] = recipients(partner, NOBODY)
    for screening, version in ((other, tavish), (review.screening, somebody), (other, somebody)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(
                screening=screening, recipient_version=version, opened_at=review.opened_at, due_at=review.due_at
            )
    connection.check_constraints()


def test_a_clear_screening_has_no_hits(tavish):
    for outcome, hits in (("clear", [{"uid": "1"}]), ("hit", [])):
        with pytest.raises(IntegrityError), transaction.atomic():
            Screening.objects.create(
                recipient_version=tavish, lists="x", algorithm="x", outcome=outcome, hits=hits,
                screened_at="2026-01-01T00:00Z",
            )  # fmt: skip


def test_a_person_is_needed_to_clear(tavish):
    load()
    review = verdict(tavish).review
    with pytest.raises(Exception, match="compliance.work_on_review"):
        propose_decision(review.pk, by=SYSTEM, decision="clear", reason=REASON)
    with pytest.raises(Exception, match="compliance.decide_review"):
        record_review_decision(review.pk, by=SYSTEM, decision="clear", reason=REASON)
    decide(review, "clear", create_person("ola@example.com", "Ola", roles=["compliance_officer"], by=SYSTEM))
    assert verdict(tavish).status == "clear"
