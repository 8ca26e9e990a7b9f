"""
What a bank's answer proves about an attempt, and what follows. No queries, nothing is changed here.

The rules, each for a reason that a schedule of events has taught:

* Only what failed before its first byte was written was not sent. Silence, a reset, a server error, an answer that
  cannot be read: the bank may have it.
* "Not there" counts only of a question that was asked when the bank must have shown every send that was possible.
* What is proved to be absent is sent again, with the same ids, only to a bank that documents a check for duplicates,
  and only within the time for which it documents it. Otherwise two people decide.
* A refusal counts only for the one send it answers. If another may have arrived, the bank may have paid that one.
* What has no end in time becomes a task for people; the bank is still asked.
"""

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.payouts.models import Attempt
from apps.rails.contract import Answer, DuplicateCheck, Protocol

BACK_OFF_SECONDS = (5, 30, 120, 600, 3600, 12 * 3600)
"""Waits between questions about one attempt; the last one repeats."""

RETRY_SECONDS = (2, 5, 15, 60, 300)
"""Waits before a call that never reached the bank is made again; the last one repeats."""

MOST_SENDS = 4
WINDOW_MARGIN_SECONDS = 30
NOT_FIT = ("digest-changed", "cannot-decrypt")
"""Why a call is not made by the portal itself: waiting does not mend these."""

DEFINITE = (Answer.EXECUTED, Answer.ACCEPTED, Answer.REFUSED)

SEND, QUERY = Attempt.Step.SEND, Attempt.Step.QUERY


class Verb(enum.Enum):
    """What follows for the attempt and its payout."""

    TAKEN = "the bank has it"
    REFUSED = "the bank refused it for good"
    UNSENT = "it never left; it is sent later"
    DOUBT = "the bank may have it"
    PUT_BACK = "it never left, and must not before people have looked at it"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows, what is done next about the attempt and when, and why people must look at it (empty: they need not)."""

    verb: Verb
    step: str = ""
    step_at: datetime | None = None
    because: str = ""
    raised: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as `refuse` wants it."""

    reason_code: str
    reason_text: str


def refusal(answer: Answer) -> Refusal:
    return Refusal(answer.code, answer.text)


def of_answer(step, attempt, protocol: Protocol, answer: Answer, issued_at: datetime, now: datetime) -> Verdict:
    """Return what follows from the answer to a call that was issued at `issued_at`, by the database's clock."""
    if answer.outcome == Answer.EXECUTED:
        return Verdict(Verb.TAKEN)
    if answer.outcome == Answer.ACCEPTED:  # the bank has it and will decide
        return replace(_ask(attempt, protocol, now, "The bank has not decided yet."), verb=Verb.TAKEN)
    if answer.outcome == Answer.REFUSED and attempt.sends == 1:
        return Verdict(Verb.REFUSED)
    if step == SEND and answer.outcome == Answer.NOT_SENT:
        return _of_no_send(attempt, protocol, answer, now)
    if answer.outcome == Answer.REFUSED:
        return _ask(attempt, protocol, now, "The bank refused a send, but it may have taken another one.")
    if answer.outcome == Answer.ABSENT:
        return _of_absence(attempt, protocol, issued_at, now)
    return _ask(attempt, protocol, now, answer.text or "The bank gave no answer that can be understood.")


def of_silence(attempt, protocol: Protocol, now: datetime) -> Verdict:
    """Return what follows when a caller died before it could write down an answer."""
    return _ask(attempt, protocol, now, "The worker stopped while it called the bank.", at=now)


def _of_no_send(attempt, protocol, answer, now) -> Verdict:
    if attempt.sends > 1:  # an earlier send may have arrived
        return _ask(attempt, protocol, now, answer.text)
    if answer.code in NOT_FIT:
        return Verdict(Verb.PUT_BACK, because=answer.text)
    waited = (now - attempt.created_at).total_seconds()
    wait = next((seconds for seconds in RETRY_SECONDS if seconds > waited / 4), RETRY_SECONDS[-1])
    late = f"It could not be sent for long: {answer.text}" if waited > protocol.longest_processing_seconds else ""
    return Verdict(Verb.UNSENT, SEND, now + timedelta(seconds=wait), answer.text, late)


def _of_absence(attempt, protocol, issued_at, now) -> Verdict:
    shown_from = attempt.sent_before + timedelta(seconds=protocol.visibility_seconds)
    if issued_at < shown_from:
        at = max(shown_from, now + _back_off(attempt))
        return _ask(attempt, protocol, now, "The bank does not show it yet.", at=at)
    if may_send_again(attempt, protocol, now):
        return Verdict(Verb.DOUBT, SEND, now, "The bank does not have it; it is sent again with the same ids.")
    because = "The bank does not show it, and a second send would not be safe: two people decide by evidence."
    return Verdict(Verb.DOUBT, QUERY, now + timedelta(seconds=BACK_OFF_SECONDS[-1]), because, because)


def may_send_again(attempt, protocol, now) -> bool:
    """Return whether the bank would know a send that is made now for one it has had, by what it documents."""
    has_said_yes = attempt.status == Attempt.Status.ACCEPTED
    if has_said_yes or attempt.sends >= MOST_SENDS or protocol.duplicate_check == DuplicateCheck.NONE:
        return False
    if protocol.duplicate_check == DuplicateCheck.FOREVER:
        return True
    needed = protocol.longest_call_seconds + WINDOW_MARGIN_SECONDS
    return now + timedelta(seconds=needed) < attempt.first_sent_at + timedelta(
        seconds=protocol.duplicate_window_seconds
    )


def _ask(attempt, protocol, now, because, at=None) -> Verdict:
    """Ask the bank later, or let people find out where it cannot be asked."""
    if not protocol.can_query:
        return Verdict(
            Verb.DOUBT, "", None, because, f"{because} This bank cannot be asked: a statement or two people tell."
        )
    overdue = now - attempt.first_sent_at > timedelta(seconds=protocol.longest_processing_seconds)
    raised = f"No end after {protocol.longest_processing_seconds} seconds. {because}" if overdue else ""
    return Verdict(Verb.DOUBT, QUERY, at or now + _back_off(attempt), because, raised)


def _back_off(attempt) -> timedelta:
    return timedelta(seconds=BACK_OFF_SECONDS[min(attempt.queries, len(BACK_OFF_SECONDS) - 1)])
