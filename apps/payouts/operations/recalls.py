"""
Asking a bank for money back: what cannot be cancelled any more can be recalled, and the bank may say no.

    request_recalls   notes what somebody wants back; nothing else of the payout changes
    ask_recalls       tells the bank and asks what it says, each a call between two short transactions
    raise_recalls     makes a task for people of what no bank has answered in the time of its scheme

That a bank was told is committed before it is told. Whatever dies then is followed by a question, not by a repetition.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.core.database import assert_no_open_transaction, attach, database_now, insert_rows
from apps.core.errors import Fault
from apps.core.permissions import SYSTEM, author_of, require_permission
from apps.core.queue import nudge
from apps.core.updating import update_rows
from apps.payouts import facts, jobs, recalls
from apps.payouts.errors import CannotRecall
from apps.payouts.models import Attempt, Payout, RecallRequest
from apps.payouts.states import ENDS, State
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS

AT_ONCE = 8
MARGIN_SECONDS = 2
_SAVED = ("status", "status_at", "step", "next_at", "asks", "checks", "code", "text", "evidence")
Status, Step = RecallRequest.Status, RecallRequest.Step


@transaction.atomic
def request_recalls(payout_ids, *, by, reason, seen=None):
    """
    Have banks asked for the money of payouts that are with them; return the payouts.

    State and books stay as they are. If a bank grants it, the money comes back on a statement.

    :raises PermissionDenied: if `by` may not cancel payouts.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotRecall: naming every payout that has not left, has ended, is being recalled, or whose bank takes no
        recalls, or if no reason is given.
    """
    require_permission(by, "payouts.cancel_payout")
    if not reason.strip():
        raise CannotRecall("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    faults = [fault for payout in payouts if (fault := recalls.why_not_recalled(payout, payout.recalls_made))]
    if faults:
        detail = faults[0].detail if len(payouts) == 1 else f"{len(faults)} of {len(payouts)} cannot be asked for."
        raise CannotRecall(detail, errors=faults)
    now = database_now()
    attempts = Attempt.objects.live_of(payouts)
    made = [
        RecallRequest(
            payout=payout,
            attempt_id=attempts[payout.pk],
            reason=reason.strip()[:255],
            requested_by=author_of(by),
            next_at=now,
            answer_due_on=RAILS[payout.rail].capabilities.recall.answer_due_on(payout.bank_account.business_today(now)),
        )
        for payout in payouts
    ]
    insert_rows(made)
    for payout, recall in zip(payouts, made, strict=True):
        payout.recalls_made = [recall, *payout.recalls_made]
    facts.record("payout.recall_requested", payouts, by=by, note=reason.strip())
    nudge(jobs.ask_recalls)
    return payouts


def ask_recalls() -> int:
    """Tell banks of every recall that is due, or ask them about it; return how many calls were made."""
    done, deadline = 0, time.monotonic() + settings.Q_CLUSTER["timeout"] / 4
    while claimed := _claim():
        answered = _call(claimed)
        _record(answered)
        done += len(answered)
        if time.monotonic() > deadline:  # the job is not to be killed in the middle of a call
            nudge(jobs.ask_recalls)
            break
    return done


def _claim():
    """
    Take a lease on recalls that are due, and write down that their banks are told; return them with the step of each.

    Recalls of payouts that have ended meanwhile are over, and those of payouts that are being sent wait.
    """
    assert_no_open_transaction()
    with transaction.atomic():
        now = database_now()
        due = RecallRequest.objects.lock_due(now, AT_ONCE)
        if not due:
            return []
        attach(due, "payout")
        attach([recall.payout for recall in due], "bank_account")
        claimed = []
        for recall in due:
            step = recall.step
            if recall.payout.status in ENDS:
                _move(recall, Status.OVER, now)
            elif recall.payout.status == State.SUBMITTING:
                recall.next_at = now + recalls.back_off(recall)
            else:
                _begin(recall, now)
                claimed.append((recall, step))
        update_rows(due, *_SAVED)
    return claimed


def _begin(recall, now):
    if recall.step == Step.ASK:
        recall.asks += 1
        recall.step = Step.CHECK  # who dies from here on may have told the bank
        if recall.status == Status.REQUESTED:
            _move(recall, Status.ASKED, now)
    else:
        recall.checks += 1
    recall.next_at = now + timedelta(seconds=_longest_call(recall) + MARGIN_SECONDS)


def _call(claimed):
    """Call the banks side by side, outside any transaction; return each recall with the step and the answer."""

    def call(one):
        recall, step = one
        rail, account, timeout = RAILS[recall.payout.rail], recall.payout.bank_account, _longest_call(recall)
        if step == Step.ASK:
            names = (recall.recall_id, recall.payout.end_to_end_id)
            return rail.recall(account, *names, timeout_seconds=timeout)
        return rail.query_recall(account, recall.recall_id, timeout_seconds=timeout)

    with ThreadPoolExecutor(len(claimed)) as callers:
        answers = list(callers.map(call, claimed))
    return [(*one, answer) for one, answer in zip(claimed, answers, strict=True)]


@transaction.atomic
def _record(answered):
    """Write down what banks said of recalls; a late answer counts only if it decides."""
    now = database_now()
    payouts = {payout.pk: payout for payout in Payout.objects.lock([recall.payout_id for recall, *_ in answered])}
    rows = {row.pk: row for row in RecallRequest.objects.lock([recall.pk for recall, *_ in answered])}
    told = {Status.GRANTED: [], Status.REFUSED: []}
    for claimed, step, answer in answered:
        recall, then = rows[claimed.pk], recalls.of_answer(step, claimed, answer, now)
        if not recall.is_live or not then.status and recall.next_at != claimed.next_at:
            continue
        recall.code, recall.text, recall.evidence = answer.code[:35], answer.text[:255], answer.evidence[:2000]
        if then.status:
            _move(recall, then.status, now)
            told[then.status].append(payouts[recall.payout_id])
        else:
            recall.step, recall.next_at = then.step, then.at
    update_rows(rows.values(), *_SAVED)
    _attach(payouts.values())
    facts.record("payout.recall_granted", told[Status.GRANTED], by=SYSTEM)
    facts.record("payout.recall_refused", told[Status.REFUSED], by=SYSTEM)


def raise_recalls() -> int:
    """Make a task for people of every recall whose bank has not answered in the scheme's time; return how many."""
    waiting = RecallRequest.objects.live().exclude(status=Status.UNANSWERED)
    accounts = BankAccount.objects.filter(pk__in=waiting.values("payout__bank_account"))
    late = [
        pk
        for account in accounts
        for pk in waiting.filter(payout__bank_account=account, answer_due_on__lt=account.business_today()).values_list(
            "pk", flat=True
        )
    ]
    return _raise(late[:1000]) if late else 0


@transaction.atomic
def _raise(recall_ids) -> int:
    late = RecallRequest.objects.filter(pk__any_of=recall_ids)
    payouts = Payout.objects.lock(late.values_list("payout_id", flat=True))
    now, raised = database_now(), []
    for recall in RecallRequest.objects.lock(recall_ids):
        if recall.status in (Status.REQUESTED, Status.ASKED):
            recall.status, recall.status_at = Status.UNANSWERED, now
            raised.append(recall)
    update_rows(raised, "status", "status_at")
    concerned = {recall.payout_id for recall in raised}
    _attach(payouts)
    facts.record("payout.recall_unanswered", [payout for payout in payouts if payout.pk in concerned], by=SYSTEM)
    return len(raised)


def _attach(payouts):
    """Let locked payouts show their recalls as they are now."""
    Payout.objects.attach_recalls(list(payouts))


def _move(recall, status, now):
    recall.status, recall.status_at = status, now
    if not recall.is_live:
        recall.step, recall.next_at = "", None


def _longest_call(recall) -> int:
    return RAILS[recall.payout.rail].protocol(recall.payout.bank_account).longest_call_seconds
