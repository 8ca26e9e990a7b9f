"""Every scenario over real HTTP: what the customer is told, and what the bank has really done."""

import time
from datetime import datetime

import pytest

from apps.sandbox.instant import account
from apps.sandbox.scenarios import INSTANT_SCENARIOS, SCENARIOS, instant_scenario_for, scenario_for


def outcome(answer):
    return (answer.outcome, answer.code)


def test_ordinary_payment_is_executed(instant_bank):
    answer = instant_bank.submit(1250)

    [fact] = instant_bank.facts()
    assert outcome(answer) == ("executed", "")
    assert answer.bank_reference == fact["bank_reference"]
    assert (fact["fact"], fact["amount"], fact["end_to_end_id"]) == ("executed", 1250, "PO00TEST00000001")
    assert fact["instruction_id"] == "PO00TEST00000001-1"


@pytest.mark.parametrize(
    ("ending", "answered", "log"),
    [
        (70741, ("refused", "AC04"), ["refused"]),
        (70742, ("refused", "AC01"), ["refused"]),
        (70743, ("refused", "AB05"), ["refused"]),
        (70744, ("unknown", "connection-broken"), ["refused"]),
        (70751, ("unknown", "connection-broken"), ["executed"]),
        (70752, ("unknown", "connection-broken"), ["lost"]),
        (70753, ("unknown", "connection-broken"), ["executed"]),
        (70755, ("unknown", "status-500"), ["lost"]),
        (70756, ("unknown", "status-500"), ["executed"]),
        (70757, ("unknown", "unreadable-answer"), ["executed"]),
        (70758, ("unknown", "unreadable-answer"), ["executed"]),
        (70759, ("accepted", ""), ["executed"]),
        (70761, ("executed", ""), ["executed"]),
        (70762, ("executed", ""), ["executed", "returned"]),
        (70763, ("executed", ""), ["executed"]),
        (70771, ("executed", ""), ["executed", "returned"]),
        (70772, ("executed", ""), ["executed", "returned"]),
        (70773, ("executed", ""), ["executed", "returned"]),
        (70774, ("executed", ""), ["executed", "returned"]),
        (70775, ("executed", ""), ["executed", "returned", "returned"]),
        (70781, ("executed", ""), ["executed"]),
        (70782, ("executed", ""), ["executed"]),
    ],
)
def test_what_is_told_and_what_is_done(instant_bank, ending, answered, log):
    assert outcome(instant_bank.submit(1_200_000 + ending)) == answered
    assert instant_bank.log() == log


def test_slow_answer_is_not_waited_for(instant_bank):
    instant_bank.promise(longest_call_seconds=0.2)
    began = time.monotonic()

    assert outcome(instant_bank.submit(70754)) == ("unknown", "no-answer-in-time")
    assert time.monotonic() - began < 1
    assert instant_bank.log() == ["executed"]


def test_trouble_of_an_amount_befalls_the_first_call_alone(instant_bank):
    instant_bank.submit(70752)

    assert outcome(instant_bank.submit(70752, attempt=2)) == ("executed", "")
    assert instant_bank.log() == ["lost", "executed"]


@pytest.mark.parametrize(
    ("ending", "amounts", "after"),
    [
        (70771, [70771], [5]),
        (70772, [70772], [86_400]),
        (70773, [70773], [5_184_000]),
        (70774, [70274], [5]),
        (70775, [70775, 70775], [5, 10]),
    ],
)
def test_returns_have_their_amount_and_time(instant_bank, ending, amounts, after):
    instant_bank.submit(ending)

    executed, *returned = instant_bank.facts()
    assert [fact["amount"] for fact in returned] == amounts
    assert [_seconds(executed["at"], fact["at"]) for fact in returned] == after
    assert {fact["of"] for fact in returned} == {executed["bank_reference"]}
    assert len({fact["bank_reference"] for fact in [executed, *returned]}) == 1 + len(returned)


def _seconds(before, after):
    return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()


def test_a_programme_decides_call_by_call(instant_bank):
    instant_bank.promise(duplicate_check="none")
    instant_bank.programme(
        payments={
            "PO00TEST00000001": ["instant_request_lost", "instant_error", "instant_refused_timeout", "ordinary"],
            "*": ["instant_garbage"],
        }
    )

    answers = [outcome(instant_bank.submit(attempt=attempt)) for attempt in range(1, 6)]
    assert answers == [
        ("unknown", "connection-broken"),
        ("unknown", "status-500"),
        ("refused", "AB05"),
        ("executed", ""),
        ("executed", ""),
    ]
    assert instant_bank.log() == ["lost", "lost", "refused", "executed", "executed"]
    assert outcome(instant_bank.submit(number=2)) == ("unknown", "unreadable-answer")


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("lost_answer", "connection-broken"),
        ("server_error", "status-500"),
        ("garbage", "unreadable-answer"),
        ("cut_short", "unreadable-answer"),
    ],
)
def test_trouble_of_queries_tells_nothing(instant_bank, trouble, code):
    instant_bank.submit()
    instant_bank.wait(60)
    instant_bank.programme(queries={"PO00TEST00000001": [trouble]})

    assert outcome(instant_bank.query()) == ("unknown", code)
    assert outcome(instant_bank.query()) == ("executed", "")


def test_endings_are_in_their_range_and_ordinary_for_files():
    assert len({scenario.code for scenario in INSTANT_SCENARIOS.values()}) == len(INSTANT_SCENARIOS)
    for ending in INSTANT_SCENARIOS:
        assert 70_741 <= ending <= 70_799
        assert scenario_for(ending).effect == ""
    assert all(instant_scenario_for(ending).code == "" for ending in SCENARIOS)


@pytest.mark.parametrize(("paid", "comes_back"), [(12_550, 12_050), (501, 1), (500, 1), (31, 1)])
def test_what_comes_back_short_is_money_all_the_same(paid, comes_back):
    executed = {"fact": "executed", "at": "2027-01-04T06:00:00+00:00", "amount": paid, "bank_reference": "SBX1"}
    assert account._returned(executed, "SBX2", "AC04", 60, 500)["amount"] == comes_back
