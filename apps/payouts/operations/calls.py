"""
Rails that are called: a bank is asked about one payment at a time, and may not answer.

    start_due     (submit.py) commits the attempt, its ids and the ledger before any bank is told
    send_calls    calls the bank for every attempt whose turn it is
    doubt_dead    takes note of callers that died: the bank may have heard them
    ask_banks     asks what became of payments whose answer is missing

A call is made between two short transactions. Whatever dies in between leaves a lease, and when that is over the
attempt is in doubt: never ready to be sent again. `apps.payouts.evidence` says what an answer proves.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.core.crypto import CannotDecrypt
from apps.core.database import assert_no_open_transaction, attach, database_now, insert_rows
from apps.core.permissions import SYSTEM
from apps.core.queue import nudge
from apps.core.statements import rows_where
from apps.core.updating import update_rows
from apps.payouts import contradictions, evidence, facts, jobs
from apps.payouts.evidence import Verb
from apps.payouts.models import Attempt, Payout, RailCall
from apps.payouts.operations.conflicts import open_conflicts
from apps.payouts.operations.put_back import put_back
from apps.payouts.operations.submit import instruction_of, refuse
from apps.payouts.states import State, sources
from apps.rails.contract import Answer
from apps.rails.models import Stop
from apps.rails.registry import RAILS

AT_ONCE = 8
"""Calls that one worker makes side by side."""

MARGIN_SECONDS = 2
"""For so long a worker may need to begin a call after it has taken the lease; later it does not begin it."""

STOPPED_SECONDS = 60
"""For so long an attempt waits whose sending is stopped, before it is looked at again."""

_OPEN = (Attempt.Status.PREPARED, Attempt.Status.IN_DOUBT, Attempt.Status.ACCEPTED)
_STEPS = ("next_step", "next_step_at", "lease_until", "sends", "first_sent_at", "sent_before", "queries")
_SAVED = ("status", "status_at", "reason_code", "reason", "raised_at", "raised_because", *_STEPS)
_DEAD = "WHERE next_step = 'send' AND lease_until < %s"


def send_calls():
    """Call the banks for all attempts whose turn it is; return how many calls were made."""
    return _work(Attempt.Step.SEND)


def ask_banks():
    """Ask the banks about all attempts that are in doubt and due; return how many were asked about."""
    return _work(Attempt.Step.QUERY)


@transaction.atomic
def doubt_dead():
    """Put in doubt what a worker was sending when its lease ended: the bank may have it; return how many."""
    now = database_now()
    dead = rows_where(Attempt, f"{_DEAD} ORDER BY id LIMIT 1000", [now])
    if not dead:
        return 0
    payouts = _lock_payouts([attempt.payout_id for attempt in dead])
    attempts = rows_where(Attempt, f"{_DEAD} AND payout_id = ANY(%s) ORDER BY id FOR UPDATE", [now, list(payouts)])
    if not attempts:  # whoever called has come back meanwhile
        return 0
    attach(attempts, "bank_account")
    judged = []
    for attempt in attempts:
        verdict = evidence.of_silence(attempt, _protocol(attempt), now)
        judged.append((attempt, payouts[attempt.payout_id], verdict, None))
    _apply(judged, now)
    return len(attempts)


def _work(step):
    """Claim, call and record until nothing is due, or for so long that the job is not killed in the middle of a call."""
    begun = time.monotonic()
    done, deadline = 0, begun + settings.Q_CLUSTER["timeout"] / 4
    while claimed := _claim(step):
        issued_at, attempts = claimed
        if attempts:
            _record(step, issued_at, _call(step, attempts, begun))
            done += len(attempts)
        begun = time.monotonic()
        if begun > deadline:
            nudge(jobs.call_banks)
            break
    return done


def _claim(step):
    """
    Take a lease on a few attempts that are due; return when, and those that may be called about.

    Return None if nothing is due.
    """
    assert_no_open_transaction()
    with transaction.atomic():
        Stop.objects.freeze()
        now = database_now()
        attempts = Attempt.objects.lock_due(step, now, AT_ONCE)
        if not attempts:
            return None
        attach(attempts, "bank_account", "payout")
        attach([attempt.payout for attempt in attempts], "approval", "method_version")
        if step == Attempt.Step.SEND:
            attempts = _postpone_stopped(_ask_where_too_late(attempts, now), now)
        for attempt in attempts:
            longest = _protocol(attempt).longest_call_seconds
            attempt.lease_until = now + timedelta(seconds=longest + MARGIN_SECONDS)
            if step == Attempt.Step.SEND:
                attempt.sends += 1
                attempt.first_sent_at = attempt.first_sent_at or now
                attempt.sent_before = attempt.lease_until
            else:
                attempt.queries += 1
        update_rows(attempts, *_STEPS)
    return now, attempts


def _ask_where_too_late(attempts, now):
    """Have banks asked anew about what was to be sent again when they would no longer know it; return the others."""
    late = [
        attempt
        for attempt in attempts
        if attempt.sends and not evidence.may_send_again(attempt, _protocol(attempt), now)
    ]
    for attempt in late:
        attempt.next_step, attempt.next_step_at = Attempt.Step.QUERY, now
    update_rows(late, "next_step", "next_step_at")
    return [attempt for attempt in attempts if attempt not in late]


def _postpone_stopped(attempts, now):
    """Let attempts wait whose sending is stopped; return the others."""
    stops = rows_where(Stop, "WHERE lifted_at IS NULL")
    stopped = [attempt for attempt in attempts if attempt.payout.covered_by(stops)]
    for attempt in stopped:
        attempt.next_step_at = now + timedelta(seconds=STOPPED_SECONDS)
    update_rows(stopped, "next_step_at")
    return [attempt for attempt in attempts if attempt not in stopped]


def _call(step, attempts, begun):
    """
    Call the banks side by side, outside any transaction; return each attempt with its answer.

    `begun` was read before the lease was taken, so that a worker which stood still since then notices.
    """

    def call(prepared):
        attempt, instruction = prepared
        if isinstance(instruction, Answer):
            return instruction
        rail, protocol = RAILS[attempt.rail], _protocol(attempt)
        if time.monotonic() - begun > MARGIN_SECONDS:
            return Answer(Answer.NOT_SENT, text="The worker was too slow to begin the call.")
        if step == Attempt.Step.SEND:
            return rail.submit(attempt.bank_account, instruction, timeout_seconds=protocol.longest_call_seconds)
        return rail.query(attempt.bank_account, instruction, timeout_seconds=protocol.longest_call_seconds)

    prepared = [(attempt, _instruction(step, attempt)) for attempt in attempts]
    with ThreadPoolExecutor(len(prepared)) as callers:
        answers = list(callers.map(call, prepared))
    return list(zip(attempts, answers, strict=True))


def _instruction(step, attempt):
    """Return what the call is about, or the answer if it must not be made."""
    if step == Attempt.Step.QUERY:
        return attempt.payout.end_to_end_id
    if attempt.payout.approval.digest != attempt.payout.digest:
        return Answer(Answer.NOT_SENT, code="digest-changed", text="The payout is not what was approved.")
    try:
        return instruction_of(attempt)
    except CannotDecrypt as error:
        return Answer(Answer.NOT_SENT, code="cannot-decrypt", text=f"The account number cannot be read: {error}.")


@transaction.atomic
def _record(step, issued_at, answered):
    """Write down what came of calls, and what follows from it."""
    now = database_now()
    calls = [_call_row(step, issued_at, attempt, answer) for attempt, answer in answered]
    insert_rows(calls)
    payouts = _lock_payouts([attempt.payout_id for attempt, _ in answered])
    rows = {row.pk: row for row in Attempt.objects.lock([attempt.pk for attempt, _ in answered])}
    judged, contradicting = [], []
    for call, (called, answer) in zip(calls, answered, strict=True):
        attempt = rows[called.pk]
        attempt.bank_account = called.bank_account
        contradiction = contradictions.of_call(payouts[attempt.payout_id], attempt, answer, call.pk)
        contradicting += [contradiction] if contradiction else []
        if attempt.status not in _OPEN or contradiction and answer.outcome == Answer.REFUSED:
            continue
        if attempt.lease_until != called.lease_until and answer.outcome not in evidence.DEFINITE:
            continue  # another worker is at it by now, and this answer proves nothing
        verdict = evidence.of_answer(step, attempt, _protocol(attempt), answer, issued_at, now)
        judged.append((attempt, payouts[attempt.payout_id], verdict, answer))
    _apply(judged, now)
    open_conflicts(contradicting)


def _apply(judged, now):
    """Do what follows from evidence: one UPDATE each for payouts and attempts, one INSERT for the facts of a kind."""
    taken, refused, doubted, raised, given_up = [], [], [], [], []
    for attempt, payout, verdict, answer in judged:
        _note_step(attempt, verdict)
        if verdict.raised and not attempt.raised_at:
            attempt.raised_at, attempt.raised_because = now, verdict.raised[:255]
            raised.append(payout)
        if verdict.verb == Verb.TAKEN and payout.status in sources("send"):
            payout.tracking = answer.outcome
            payout.send()
            attempt.status, attempt.status_at = Attempt.Status.ACCEPTED, now
            taken.append(payout)
        elif verdict.verb == Verb.REFUSED and payout.status in sources("refuse"):
            refused.append((payout, attempt, evidence.refusal(answer)))
        elif verdict.verb == Verb.PUT_BACK:
            given_up.append((payout, attempt, verdict.because))
        elif verdict.verb == Verb.DOUBT and payout.status in (State.SUBMITTING, State.IN_DOUBT):
            if payout.status == State.SUBMITTING:
                payout.doubt(verdict.because[:255])
                doubted.append(payout)
            attempt.status, attempt.status_at = Attempt.Status.IN_DOUBT, now
    Payout.objects.save_states(taken + doubted)
    update_rows([attempt for attempt, *_ in judged], *_SAVED)
    refuse(refused)
    for payout, attempt, why in given_up:
        put_back([(payout, attempt)], f"It cannot be sent: {why}", is_held=True)
    facts.record("payout.sent", taken, by=SYSTEM)
    facts.record("payout.in_doubt", doubted, by=SYSTEM)
    facts.record("payout.evidence_needed", raised, by=SYSTEM)


def _note_step(attempt, verdict):
    """Note what is done next about an attempt; one that never left has not been sent."""
    attempt.lease_until = None
    attempt.next_step, attempt.next_step_at = verdict.step, verdict.step_at
    if verdict.verb in (Verb.UNSENT, Verb.PUT_BACK):
        attempt.sends -= 1
        if not attempt.sends:
            attempt.first_sent_at = attempt.sent_before = None


def _call_row(step, issued_at, attempt, answer):
    return RailCall(
        attempt_id=attempt.pk,
        kind=step,
        issued_at=issued_at,
        outcome=answer.outcome,
        code=answer.code[:35],
        text=answer.text[:255],
        bank_reference=answer.bank_reference[:64],
        evidence=answer.evidence[:2000],
    )


def _lock_payouts(ids):
    return {payout.pk: payout for payout in Payout.objects.lock(list(ids))}


def _protocol(attempt):
    return RAILS[attempt.rail].protocol(attempt.bank_account)
