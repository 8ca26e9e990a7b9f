"""What a bank documents, it keeps: duplicate check, what queries show and when, recalls."""

import pytest

from tests.rails.samples import iban


def outcome(answer):
    return (answer.outcome, answer.code)


def test_without_duplicate_check_a_second_call_pays_again(instant_bank):
    instant_bank.promise(duplicate_check="none")

    first, second = instant_bank.submit(), instant_bank.submit(attempt=2)
    assert (first.outcome, second.outcome) == ("executed", "executed")
    assert first.bank_reference != second.bank_reference
    assert instant_bank.log() == ["executed", "executed"]


def test_with_duplicate_check_a_second_call_is_told_of_the_first(instant_bank):
    first = instant_bank.submit()
    instant_bank.wait(366 * 86_400)

    second = instant_bank.submit(attempt=2)
    assert (second.outcome, second.bank_reference) == ("executed", first.bank_reference)
    assert '"duplicate": true' in second.evidence
    assert instant_bank.log() == ["executed", "repeated"]


def test_duplicate_check_ends_with_its_window(instant_bank):
    instant_bank.promise(duplicate_check="window", duplicate_window_seconds=3600)
    first = instant_bank.submit()

    instant_bank.wait(3590)
    assert instant_bank.submit(attempt=2).bank_reference == first.bank_reference
    instant_bank.wait(10)
    assert instant_bank.submit(attempt=3).bank_reference != first.bank_reference
    assert instant_bank.log() == ["executed", "repeated", "executed"]


@pytest.mark.parametrize(
    ("check", "window", "remembers", "log"),
    [
        ("forever", 0, True, ["refused", "repeated"]),
        ("forever", 0, False, ["refused", "executed"]),
        ("window", 3600, True, ["refused", "repeated"]),
        ("window", 3600, False, ["refused", "executed"]),
        ("none", 0, True, ["refused", "executed"]),
    ],
)
def test_refusals_are_remembered_if_promised(instant_bank, check, window, remembers, log):
    instant_bank.promise(duplicate_check=check, duplicate_window_seconds=window, remembers_refusals=remembers)
    instant_bank.programme(payments={"*": ["instant_refused_timeout"]})

    assert outcome(instant_bank.submit()) == ("refused", "AB05")
    again = instant_bank.submit(attempt=2)
    assert outcome(again) == (("executed", "") if log[1] == "executed" else ("refused", "AB05"))
    assert instant_bank.log() == log


@pytest.mark.parametrize("changes", [{"amount": 1251}, {"creditor_account": iban("AT", "1000000000000001")}])
def test_same_id_with_other_content_says_nothing_about_the_payment(instant_bank, changes):
    instant_bank.submit()

    assert outcome(instant_bank.submit(attempt=2, **changes)) == ("unknown", "status-409")
    assert instant_bank.log() == ["executed"]


def test_query_shows_an_execution_after_the_horizon(instant_bank):
    instant_bank.promise(visibility_seconds=30)
    told = instant_bank.submit()

    instant_bank.wait(25)
    assert outcome(instant_bank.query()) == ("absent", "absent")
    instant_bank.wait(5)
    shown = instant_bank.query()
    assert (shown.outcome, shown.bank_reference) == ("executed", told.bank_reference)
    assert instant_bank.query(number=2).outcome == "absent"


def test_late_execution_is_shown_by_the_horizon(instant_bank):
    instant_bank.promise(visibility_seconds=30)
    instant_bank.submit(70753)

    instant_bank.wait(28)
    assert instant_bank.query().outcome == "absent"
    instant_bank.wait(2)
    assert instant_bank.query().outcome == "executed"


def test_late_execution_is_pending_for_who_repeats_it(instant_bank):
    instant_bank.promise(visibility_seconds=60)
    instant_bank.submit(70753)

    assert instant_bank.submit(70753, attempt=2).outcome == "accepted"
    instant_bank.wait(45)
    assert instant_bank.submit(70753, attempt=3).outcome == "executed"
    assert instant_bank.log() == ["executed", "repeated", "repeated"]


def test_pending_payment_is_pending_until_it_is_executed(instant_bank):
    assert instant_bank.submit(70759).outcome == "accepted"

    instant_bank.wait(15)
    assert instant_bank.query().outcome == "accepted"
    instant_bank.wait(15)
    assert instant_bank.query().outcome == "executed"


def test_query_lists_each_execution(instant_bank):
    instant_bank.promise(duplicate_check="none", visibility_seconds=0)
    references = [instant_bank.submit(attempt=attempt).bank_reference for attempt in (1, 2)]

    evidence = instant_bank.query().evidence
    assert all(evidence.count(f'"bank_reference": "{reference}", "instruction_id"') == 1 for reference in references)


def test_refusal_is_shown_by_queries(instant_bank):
    instant_bank.submit(70741)
    instant_bank.wait(10)

    assert outcome(instant_bank.query()) == ("refused", "AC04")


def test_what_is_not_offered_is_answered_as_unknown_or_refused(instant_bank):
    instant_bank.promise(can_query=False, can_recall=False)
    instant_bank.submit()

    assert outcome(instant_bank.query()) == ("unknown", "status-403")
    assert outcome(instant_bank.recall()) == ("not_sent", "not-offered")
    assert instant_bank.log() == ["executed"]


def test_granted_recall_brings_the_money_back(instant_bank):
    instant_bank.submit(70781)

    assert outcome(instant_bank.recall()) == ("accepted", "")
    assert outcome(instant_bank.recall()) == ("accepted", "")
    assert outcome(instant_bank.query_recall()) == ("accepted", "")
    instant_bank.wait(10)
    assert outcome(instant_bank.query_recall()) == ("executed", "FOCR")
    assert instant_bank.log() == ["executed", "recalled", "returned"]
    assert instant_bank.facts()[2]["reason"] == "FOCR"


@pytest.mark.parametrize(
    ("amount", "after"),
    [(1250, ("refused", "CUST")), (70782, ("accepted", "")), (70771, ("refused", "ARDT"))],
)
def test_recall_that_brings_nothing_back(instant_bank, amount, after):
    instant_bank.submit(amount)
    before = instant_bank.log()

    assert outcome(instant_bank.recall()) == ("accepted", "")
    instant_bank.wait(30 * 86_400)
    assert outcome(instant_bank.query_recall()) == after
    assert instant_bank.log() == [*before, "recalled"]


def test_second_recall_of_a_payment_brings_nothing_more(instant_bank):
    instant_bank.submit(70781)
    instant_bank.recall("RC1")
    instant_bank.recall("RC2")
    instant_bank.wait(20)

    assert outcome(instant_bank.query_recall("RC1")) == ("executed", "FOCR")
    assert outcome(instant_bank.query_recall("RC2")) == ("refused", "ARDT")
    assert instant_bank.log().count("returned") == 1


def test_recall_of_nothing_is_refused(instant_bank):
    assert outcome(instant_bank.recall()) == ("refused", "absent")
    assert instant_bank.query_recall().outcome == "absent"
    assert instant_bank.log() == []


def test_recall_id_belongs_to_one_payment(instant_bank):
    instant_bank.submit()
    instant_bank.submit(number=2)
    instant_bank.recall("RC1", number=1)

    assert outcome(instant_bank.recall("RC1", number=2)) == ("unknown", "status-409")
