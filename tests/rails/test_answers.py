import pytest

from apps.rails.answers import Answers
from tests.rails.samples import SEPA, status_report, transaction_status


def answers(**report):
    return Answers(SEPA.read_report(status_report("FIL1", **report)).items)


def outcome(found, number, attempt=1):
    return found.outcome(f"PO{number}-{attempt}", f"PO{number}")


def test_word_about_the_file_holds_for_every_payment():
    assert outcome(answers(group="ACTC"), 1) == "accepted"
    assert outcome(answers(group="RJCT"), 1) == "refused"
    assert outcome(answers(group="PDNG"), 1) == "pending"
    assert outcome(answers(group="XXXX"), 1) == ""


def test_nearer_word_wins():
    found = answers(group="ACTC", payment="RJCT", transactions=[transaction_status("PO1", "ACCP")])

    assert outcome(found, 1) == "accepted"
    assert outcome(found, 2) == "refused"


def test_in_a_partly_accepted_file_the_unnamed_payments_are_accepted():
    found = answers(group="PART", transactions=[transaction_status("PO1", "RJCT", "AC01")])

    assert outcome(found, 1) == "refused"
    assert found.of("PO1-1", "PO1").reason_code == "AC01"
    assert outcome(found, 2) == "accepted"


def test_part_without_any_refusal_says_nothing_about_the_unnamed():
    assert outcome(answers(group="PART"), 2) == ""
    assert outcome(answers(group="PART", transactions=[transaction_status("PO1", "ACCP")]), 2) == ""


def test_refusals_alone_say_nothing_about_the_others():
    found = answers(transactions=[transaction_status("PO1", "RJCT", "AC01")])

    assert outcome(found, 1) == "refused"
    assert outcome(found, 2) == ""


def test_named_payment_without_a_status_takes_that_of_its_block_and_keeps_its_reason():
    found = answers(payment="RJCT", transactions=[transaction_status("PO1", code="AC04")])

    assert outcome(found, 1) == "refused"
    assert found.of("PO1-1", "PO1").reason_code == "AC04"


def test_word_about_another_attempt_is_not_about_this_one():
    found = answers(transactions=[transaction_status("PO1", "RJCT", "AC01", instruction_id="PO1-1")])

    assert outcome(found, 1, attempt=1) == "refused"
    assert outcome(found, 1, attempt=2) == ""


def rejected(count):
    return [transaction_status(f"PO{n}", "RJCT", "AC01") for n in range(count)]


@pytest.mark.parametrize(
    ("report", "state"),
    [
        ({"group": "ACTC"}, "accepted"),
        ({"payment": "ACSC"}, "accepted"),
        ({"transactions": [transaction_status(f"PO{n}", "ACCP") for n in range(3)]}, "accepted"),
        ({"transactions": [transaction_status("PO1", "ACCP")]}, ""),
        ({"group": "PART", "transactions": rejected(1)}, "partly_accepted"),
        ({"transactions": rejected(1)}, "partly_accepted"),
        ({"group": "ACTC", "transactions": rejected(2)}, "partly_accepted"),
        ({"group": "RJCT"}, "rejected"),
        ({"group": "ACTC", "payment": "RJCT"}, "rejected"),
        ({"payment": "RJCT", "transactions": rejected(2)}, "rejected"),
        ({"transactions": rejected(3)}, "rejected"),
        ({"payment": "RJCT", "transactions": [transaction_status("PO1", "ACCP")]}, "partly_accepted"),
        ({"group": "RJCT", "group_code": "DU01"}, ""),
        ({"transactions": [transaction_status("PO1", "RJCT", "DU04")]}, "partly_accepted"),
        ({"group": "PDNG"}, ""),
        ({"group": "XXXX"}, ""),
    ],
)
def test_state_of_a_file_of_three_payments(report, state):
    assert answers(**report).state_of_file(3) == state
