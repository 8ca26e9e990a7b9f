"""What a bank's answer proves, rule by rule. Nothing here touches the database."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from apps.payouts.evidence import MOST_SENDS, Verb, of_answer, of_silence
from apps.rails.contract import Answer, DuplicateCheck, Protocol

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEND, QUERY = "send", "query"


def seconds(number):
    return timedelta(seconds=number)


def protocol(check="none", **details):
    facts = {
        "duplicate_check": DuplicateCheck(check),
        "duplicate_window_seconds": 600 if check == "window" else 0,
        "remembers_refusals": False,
        "can_query": True,
        "visibility_seconds": 50,
        "longest_call_seconds": 10,
        "longest_processing_seconds": 1800,
        "can_recall": False,
    }
    return Protocol(**facts | details)


def attempt(sends=1, queries=1, sent_before=12, status="in_doubt"):
    return SimpleNamespace(
        status=status,
        sends=sends,
        queries=queries,
        created_at=START,
        first_sent_at=START if sends else None,
        sent_before=START + seconds(sent_before) if sends else None,
    )


def judge(step, outcome, *, of=None, by=None, issued=5, now=None, **answer):
    now = START + seconds(issued + 1 if now is None else now)
    said = Answer(outcome, **answer)
    return of_answer(step, of or attempt(), by or protocol(), said, START + seconds(issued), now)


@pytest.mark.parametrize("step", [SEND, QUERY])
@pytest.mark.parametrize("sends", [1, 2])
@pytest.mark.parametrize(("outcome", "next_step"), [("executed", ""), ("accepted", QUERY)])
def test_what_the_bank_has_it_has(step, sends, outcome, next_step):
    """It is asked about until the bank has decided."""
    verdict = judge(step, outcome, of=attempt(sends))
    assert (verdict.verb, verdict.step, verdict.raised) == (Verb.TAKEN, next_step, "")


@pytest.mark.parametrize("step", [SEND, QUERY])
def test_a_refusal_of_the_only_send_is_final(step):
    assert judge(step, "refused").verb == Verb.REFUSED


@pytest.mark.parametrize("step", [SEND, QUERY])
def test_a_refusal_says_nothing_of_another_send(step):
    verdict = judge(step, "refused", of=attempt(sends=2), by=protocol("forever"))
    assert (verdict.verb, verdict.step) == (Verb.DOUBT, QUERY)


def test_what_never_left_is_sent_later():
    verdict = judge(SEND, "not_sent", text="Connection refused")
    assert (verdict.verb, verdict.step, verdict.raised) == (Verb.UNSENT, SEND, "")
    assert verdict.step_at == START + seconds(6 + 2)


def test_what_cannot_leave_for_long_is_raised():
    verdict = judge(SEND, "not_sent", now=1801, text="Connection refused")
    assert (verdict.verb, verdict.step) == (Verb.UNSENT, SEND)
    assert "Connection refused" in verdict.raised


def test_that_a_second_send_never_left_proves_nothing_of_the_first():
    verdict = judge(SEND, "not_sent", of=attempt(sends=2), by=protocol("forever"))
    assert (verdict.verb, verdict.step) == (Verb.DOUBT, QUERY)


def test_no_answer_is_asked_about():
    verdict = judge(SEND, "unknown", of=attempt(queries=0), text="Timeout")
    assert (verdict.verb, verdict.step, verdict.step_at) == (Verb.DOUBT, QUERY, START + seconds(6 + 5))


def test_a_caller_that_died_is_asked_about_at_once():
    verdict = of_silence(attempt(), protocol("forever"), START + seconds(13))
    assert (verdict.verb, verdict.step, verdict.step_at) == (Verb.DOUBT, QUERY, START + seconds(13))


def test_a_bank_that_cannot_be_asked_leaves_it_to_people():
    verdict = judge(SEND, "unknown", by=protocol(can_query=False))
    assert (verdict.verb, verdict.step, bool(verdict.raised)) == (Verb.DOUBT, "", True)


@pytest.mark.parametrize("check", ["none", "window", "forever"])
def test_absent_does_not_count_if_it_was_asked_too_early(check):
    """The decision is made late; what counts is when the question was issued (first send + lease + visibility)."""
    verdict = judge(QUERY, "absent", by=protocol(check), issued=61, now=500)
    assert (verdict.verb, verdict.step, verdict.raised) == (Verb.DOUBT, QUERY, "")
    assert verdict.step_at >= START + seconds(12 + 50)


@pytest.mark.parametrize("check", ["window", "forever"])
def test_what_is_absent_is_sent_again_to_a_bank_that_knows_duplicates(check):
    verdict = judge(QUERY, "absent", by=protocol(check), issued=62)
    assert (verdict.verb, verdict.step, verdict.step_at) == (Verb.DOUBT, SEND, START + seconds(63))


@pytest.mark.parametrize(("now", "again"), [(559, True), (560, False), (5000, False)])
def test_nothing_is_sent_again_after_the_bank_has_forgotten(now, again):
    """A window of 600 s, less the longest call and 30 s."""
    verdict = judge(QUERY, "absent", by=protocol("window"), issued=62, now=now)
    assert (verdict.step == SEND) is again
    assert bool(verdict.raised) is not again


def test_nothing_is_sent_again_to_a_bank_without_a_check_for_duplicates():
    verdict = judge(QUERY, "absent", issued=100_000)
    assert (verdict.verb, verdict.step) == (Verb.DOUBT, QUERY)
    assert "two people" in verdict.raised


def test_nothing_is_sent_for_ever():
    verdict = judge(QUERY, "absent", of=attempt(sends=MOST_SENDS), by=protocol("forever"), issued=62)
    assert (verdict.step, bool(verdict.raised)) == (QUERY, True)


def test_questions_become_rarer_and_never_end():
    waits = []
    for queries in range(1, 9):
        verdict = judge(QUERY, "unknown", of=attempt(queries=queries), now=0)
        waits.append((verdict.step_at - START).total_seconds())
    assert waits == [30, 120, 600, 3600, 43200, 43200, 43200, 43200]


def test_what_takes_longer_than_the_bank_may_take_is_raised_and_asked_about_all_the_same():
    verdict = judge(QUERY, "unknown", now=1801, text="Pending")
    assert (verdict.step, verdict.raised) == (QUERY, "No end after 1800 seconds. Pending")


def test_what_the_bank_has_taken_is_never_sent_again():
    verdict = judge(QUERY, "absent", of=attempt(status="accepted"), by=protocol("forever"), issued=62)
    assert (verdict.step, bool(verdict.raised)) == (QUERY, True)


@pytest.mark.parametrize("code", ["digest-changed", "cannot-decrypt"])
def test_what_waiting_does_not_mend_is_put_back(code):
    assert judge(SEND, "not_sent", code=code).verb == Verb.PUT_BACK
    assert judge(SEND, "not_sent", code=code, of=attempt(sends=2)).verb == Verb.DOUBT, (
        "an earlier send may have arrived"
    )
