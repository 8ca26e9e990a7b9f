"""Between a call and what is known after it."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from apps.core.ids import new_reference
from apps.payouts import evidence, recalls
from apps.payouts.evidence import Verb, Verdict
from apps.payouts.models import RecallRequest
from apps.payouts.models.attempt import AttemptQuerySet
from apps.payouts.operations import calls
from apps.rails.contract import Answer
from tests.simulator.bugs.registry import bug


def judged(read):
    """Patch what an answer proves: `read` turns it into another answer or a verdict, or returns None."""
    real = evidence.of_answer

    def of_answer(step, attempt, protocol, answer, issued_at, now):
        other = read(step, answer)
        if isinstance(other, Verdict):
            return other
        return real(step, attempt, protocol, other or answer, issued_at, now)

    return patch.object(evidence, "of_answer", of_answer)


@bug
def new_id_per_send():
    """A payment that is sent again carries another end-to-end id."""
    real = calls.instruction_of

    def instruction_of(attempt):
        instruction = real(attempt)
        return replace(instruction, end_to_end_id=new_reference("PO")) if attempt.sends > 1 else instruction

    yield patch.object(calls, "instruction_of", instruction_of)


@bug
def silence_is_failure():
    """A call without a readable answer has failed."""
    yield judged(lambda step, answer: Verdict(Verb.REFUSED) if answer.outcome == Answer.UNKNOWN else None)


@bug
def silence_is_not_sent():
    """A call without a readable answer did not reach the bank."""
    yield judged(
        lambda step, answer: (
            replace(answer, outcome=Answer.NOT_SENT)
            if step == evidence.SEND and answer.outcome == Answer.UNKNOWN
            else None
        )
    )


@bug
def a_broken_connection_is_not_sent():
    """A connection that breaks while the bank is called has carried nothing."""
    yield judged(
        lambda step, answer: replace(answer, outcome=Answer.NOT_SENT) if answer.code == "connection-broken" else None
    )


@bug
def not_there_is_refused():
    """What the bank does not show was refused."""
    yield judged(lambda step, answer: Verdict(Verb.REFUSED) if answer.outcome == Answer.ABSENT else None)


@bug
def any_refusal_counts():
    """A refusal ends a payment of which another send may have arrived."""
    yield judged(lambda step, answer: Verdict(Verb.REFUSED) if answer.outcome == Answer.REFUSED else None)


@bug
def accepted_is_the_end():
    """What the bank has accepted and not decided is not asked about again."""
    yield judged(lambda step, answer: Verdict(Verb.TAKEN) if answer.outcome == Answer.ACCEPTED else None)


@bug
def the_dead_have_not_sent():
    """What a worker was sending when it died is sent again."""
    yield patch.object(
        evidence, "of_silence", lambda attempt, protocol, now: Verdict(Verb.DOUBT, evidence.SEND, now, "It died.")
    )


@bug
def nobody_follows_the_dead():
    """What a worker was sending when it died is nobody's work."""
    yield patch("apps.payouts.operations.doubt_dead", lambda: 0)


@bug
def believe_not_there_at_once():
    """That the bank does not show a payment counts however early it was asked."""
    real = evidence._of_absence
    yield patch.object(
        evidence,
        "_of_absence",
        lambda attempt, protocol, issued_at, now: real(attempt, protocol, issued_at + timedelta(days=1), now),
    )


@bug
def judge_by_the_time_of_the_answer():
    """Whether the bank must have shown a payment is judged by when it answered and not by when it was asked."""
    real = evidence._of_absence
    yield patch.object(
        evidence, "_of_absence", lambda attempt, protocol, issued_at, now: real(attempt, protocol, now, now)
    )


@bug
def forget_how_long_it_stays_invisible():
    """That the bank shows payments late is not reckoned with."""
    real = evidence._of_absence
    yield patch.object(
        evidence,
        "_of_absence",
        lambda attempt, protocol, issued_at, now: real(
            attempt, replace(protocol, visibility_seconds=0), issued_at, now
        ),
    )


@bug
def send_again_unchecked():
    """What the bank does not show is sent again though it documents no check for duplicates."""
    real = evidence.may_send_again

    def may_send_again(attempt, protocol, now):
        return (
            protocol.duplicate_check == "none" and attempt.sends < evidence.MOST_SENDS or real(attempt, protocol, now)
        )

    yield patch.object(evidence, "may_send_again", may_send_again)


@bug
def send_again_after_the_window():
    """What the bank does not show is sent again after the time in which it knows a duplicate."""
    real = evidence.may_send_again

    def may_send_again(attempt, protocol, now):
        if protocol.duplicate_check == "window":
            protocol = replace(protocol, duplicate_check="forever", duplicate_window_seconds=0)
        return real(attempt, protocol, now)

    yield patch.object(evidence, "may_send_again", may_send_again)


@bug
def look_at_no_lease():
    """What another worker is sending is sent as well."""

    def lock_due(self, step, now, most):
        due = self.filter(next_step=step, next_step_at__lte=now).order_by("next_step_at")
        return list(due.select_for_update(skip_locked=True)[:most])

    yield patch.object(AttemptQuerySet, "lock_due", lock_due)


@bug
def ask_never():
    """A payment in doubt is not asked about, and nobody is told."""
    yield patch.object(
        evidence, "_ask", lambda attempt, protocol, now, because, at=None: Verdict(Verb.DOUBT, "", None, because)
    )


@bug
def raise_nothing():
    """Where a bank cannot be asked, nobody is told that there is a doubt."""
    real = evidence._ask
    yield patch.object(evidence, "_ask", lambda *words, **at: replace(real(*words, **at), raised=""))


@bug
def take_no_answer_to_a_recall():
    """What the bank says to a recall is never an end."""
    real = recalls.of_answer

    def of_answer(step, recall, answer, now):
        return replace(real(step, recall, answer, now), status="", step=recalls.CHECK, at=now + timedelta(hours=1))

    yield patch.object(recalls, "of_answer", of_answer)


@bug
def a_refused_recall_is_granted():
    """Whatever the bank answers, it brings the money back."""
    real = recalls.of_answer

    def of_answer(step, recall, answer, now):
        then = real(step, recall, answer, now)
        return replace(then, status=RecallRequest.Status.GRANTED) if then.status else then

    yield patch.object(recalls, "of_answer", of_answer)
