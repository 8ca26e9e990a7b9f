from apps.compliance.models import Review
from apps.compliance.operations import propose_decision, record_review_decision
from apps.compliance.queries import evidence
from apps.core.permissions import SYSTEM
from apps.recipients.operations import RecipientDraft, change_recipient
from tests.compliance.conftest import TAVISH, load, recipients, verdict


def test_recipient_and_listed_party_stand_side_by_side(tavish, django_assert_max_num_queries):
    watchlist = load()
    verdict(tavish)
    review = Review.objects.select_related("screening", "recipient_version__recipient").get()
    with django_assert_max_num_queries(4):
        shown = evidence(review)
    assert (shown["lists"], shown["algorithm"]) == (watchlist.version, review.screening.algorithm)
    assert shown["subject"]["name"] == TAVISH[0]
    assert shown["subject"]["date_of_birth"] == TAVISH[2]
    [hit] = shown["hits"]
    assert hit["score"] == 1.0
    assert hit["parts"]["dob"] == 0.05
    assert hit["listed"]["programs"] == ["TEST1", "TEST2"]
    assert hit["listed"]["title"] == "Quartermaster, third office"
    assert hit["listed"]["remarks"].startswith("DOB 14 Mar 1961")
    assert [name["text"] for name in hit["listed"]["names"]] == [
        "BRANNIGOR, Tavish Oldane",
        "BRANIGOR, Tavish",
        "THE LANTERN",
        "OLDANE, Tavvy",
    ]
    assert hit["listed"]["addresses"][0]["street"] == "4 Lantern Quay"
    assert shown["earlier"] == []


def test_the_listed_facts_are_of_the_version_that_was_screened(partner):
    load("first")
    [version] = recipients(partner, ("Quellimar Trading", "PA", None))
    review = verdict(version).review
    load("second")
    [hit] = evidence(review)["hits"]
    assert "26740" in hit["listed"]["remarks"]


def test_earlier_decisions_are_shown_with_what_changed_since(tavish, partner, analyst, officer):
    load()
    [namesake] = recipients(partner, TAVISH)
    other = verdict(namesake).review
    record_review_decision(other.pk, by=officer, decision="reject", reason="Born on the same day.")
    first = verdict(tavish).review
    propose_decision(first.pk, by=analyst, decision="clear", reason="Another date of birth.")
    record_review_decision(first.pk, by=officer, decision="clear", reason="Another date of birth.")
    changed = change_recipient(
        tavish.recipient_id, RecipientDraft(kind="individual", name="Tavish Brannigor", country="IR"), by=SYSTEM
    )
    review = verdict(changed.version).review
    found = evidence(review)
    assert found["earlier"] == [first]
    [hit, *_] = found["hits"]
    assert hit["pair"] == [(first, ["their name", "their date of birth"])]
    assert hit["others"] == [other]
