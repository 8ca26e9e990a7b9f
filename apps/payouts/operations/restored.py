"""
After a restore from backup: payouts that may have left in the time that the database has forgotten.

    hold_what_may_have_left   holds every payout whose bank can be told of it by a call, and treats calls as made
    ask_about_restored        asks the banks: what they do not have is free again, what they have is taken back in
    recover_files             takes back in the files that were handed over, with the payouts inside

Taking a payout back in means to give it the attempt that was forgotten. Nothing is sent by any of this.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from apps.core.database import assert_in_transaction, assert_no_open_transaction, database_now, insert_rows
from apps.core.permissions import SYSTEM
from apps.core.queue import each, nudge
from apps.ledger.posting import post
from apps.payouts import facts, jobs, postings
from apps.payouts.models import Attempt, Hold, Payout
from apps.payouts.operations.put_back import put_back
from apps.payouts.routes import replan
from apps.payouts.states import State, sources
from apps.rails import operations as rails
from apps.rails.contract import Answer, DuplicateCheck
from apps.rails.models import BankAccount, Stop
from apps.rails.registry import RAILS

CHUNK = 1000
AT_ONCE = 8
ASK_AGAIN = timedelta(seconds=60)

TO_ASK = "The database was restored: its bank is asked whether it has this already."
CANNOT_ASK = "The database was restored, and its bank cannot be asked whether it has this already: people find out."
HAS_IT = (Answer.EXECUTED, Answer.ACCEPTED, Answer.REFUSED)

_CALLED = [name for name, rail in RAILS.items() if rail.family == "call"]


def hold_what_may_have_left(*, by) -> int:
    """
    Hold every payout on a rail that is called and has not been, and put in doubt what was about to be; return how many.

    Call it in the transaction that stops everything, so that nothing leaves in between.
    """
    assert_in_transaction()
    now, held = database_now(), 0
    _doubt_what_was_about_to_be_called(now)
    for bank_account in BankAccount.objects.active():
        for rail in _CALLED if bank_account.instant else ():
            held += _hold_on(bank_account, rail, now, by)
    return held


def _doubt_what_was_about_to_be_called(now):
    """Treat every call that would be made next as one whose caller died: it may have been made."""
    Attempt.objects.filter(next_step=Attempt.Step.SEND, lease_until=None).update(
        sends=F("sends") + 1,
        first_sent_at=Coalesce("first_sent_at", "created_at"),
        sent_before=now,
        lease_until=now - timedelta(seconds=1),
    )


def _hold_on(bank_account, rail, now, by) -> int:
    protocol = RAILS[rail].protocol(bank_account)
    if not protocol.can_query and protocol.duplicate_check == DuplicateCheck.FOREVER:
        return 0  # a second send of the same ids changes nothing at this bank
    why, next_check_at = (TO_ASK, now) if protocol.can_query else (CANNOT_ASK, None)
    unsent = Payout.objects.filter(bank_account=bank_account, rail=rail, status__in=sources("cancel"))
    unsent = unsent.exclude(holds__in=Hold.objects.open().filter(kind=Hold.Kind.RESTORED)).order_by("pk")
    ids = list(unsent.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        _hold(Payout.objects.lock(ids[start : start + CHUNK]), why, next_check_at, by)
    return len(ids)


def _hold(payouts, why, next_check_at, by):
    insert_rows(
        Hold.make(payout_id=payout.pk, kind=Hold.Kind.RESTORED, reason=why[:255], next_check_at=next_check_at)
        for payout in payouts
    )
    facts.record("payout.held", Payout.objects.with_facts_locked(payouts), by=by, note=why)


def ask_about_restored() -> int:
    """Ask the banks about all payouts that a restore has put in question and that are due; return how many."""
    done, deadline = 0, time.monotonic() + settings.Q_CLUSTER["timeout"] / 4
    while claimed := _claim():
        issued_at, holds = claimed
        _record(issued_at, _ask(holds))
        done += len(holds)
        if time.monotonic() > deadline:
            nudge(jobs.call_banks)
            break
    return done


def _claim():
    """Return when, and the holds whose banks are to be asked now; None if there are none."""
    assert_no_open_transaction()
    with transaction.atomic():
        now = database_now()
        due = Hold.objects.open().filter(kind=Hold.Kind.RESTORED, payout__rail__in=_CALLED, next_check_at__lte=now)
        rows = due.order_by("next_check_at", "pk").select_for_update(skip_locked=True, of=("self",))
        holds = list(rows.select_related("payout__bank_account")[:AT_ONCE])
        Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(next_check_at=now + ASK_AGAIN)
    return (now, holds) if holds else None


def _ask(holds):
    def ask(hold):
        rail, bank_account = RAILS[hold.payout.rail], hold.payout.bank_account
        longest = rail.protocol(bank_account).longest_call_seconds
        return rail.query(bank_account, hold.payout.end_to_end_id, timeout_seconds=longest)

    with ThreadPoolExecutor(len(holds)) as callers:
        return list(zip(holds, callers.map(ask, holds), strict=True))


@transaction.atomic
def _record(issued_at, answered):
    """Free what its bank does not have, take back in what it has, and ask again about the rest."""
    now = database_now()
    payouts = {payout.pk: payout for payout in Payout.objects.lock([hold.payout_id for hold, _ in answered])}
    open_holds = set(Hold.objects.open().filter(pk__in=[hold.pk for hold, _ in answered]).values_list("pk", flat=True))
    free, taken = [], []
    for hold, answer in answered:
        payout = payouts[hold.payout_id]
        if hold.pk not in open_holds or payout.status not in sources("cancel"):
            continue
        if answer.outcome == Answer.ABSENT:
            shown_from = _shown_from(hold)
            if issued_at >= shown_from:
                free.append(payout)
            else:
                Hold.objects.filter(pk=hold.pk).update(next_check_at=max(shown_from, now))
        elif answer.outcome in HAS_IT and payout.status == State.SCHEDULED:
            taken.append(payout)
        elif answer.outcome in HAS_IT:
            why = "The database was restored, and its bank has this already: it is taken back in once it is scheduled."
            Hold.objects.filter(pk=hold.pk).update(reason=why)
    _lift(free, "Its bank does not have it.")
    replan(free)
    Payout.objects.save_states(free)
    facts.record("payout.hold_lifted", free, by=SYSTEM, note="Its bank does not have it.")
    _take_in(taken, now, sends=1, first_sent_at=issued_at, sent_before=now, next_step=Attempt.Step.QUERY)


def _shown_from(hold):
    """Return when a query must show whatever was sent before the hold was opened."""
    protocol = RAILS[hold.payout.rail].protocol(hold.payout.bank_account)
    return hold.opened_at + timedelta(seconds=protocol.visibility_seconds + protocol.longest_call_seconds)


def recover_files() -> int:
    """Take back in the files that lie with banks and that the database has forgotten; return how many were found."""
    is_restored = Stop.objects.open().filter(kind=Stop.Kind.AFTER_RESTORE).exists()
    if not is_restored and not Hold.objects.open().filter(kind=Hold.Kind.RESTORED).exists():
        return 0
    return sum(each(BankAccount.objects.active(), _recover_from))


def _recover_from(bank_account) -> int:
    found = [one for one in rails.forgotten_files(bank_account) if _recover(bank_account, one)]
    _take_in_later(bank_account)
    return len(found)


@transaction.atomic
def _recover(bank_account, found) -> bool:
    """Take one file back in, with the payouts inside that are scheduled; the others are held until they are."""
    inside = Payout.objects.filter(_is_in(found.tally), bank_account=bank_account, status__in=sources("cancel"))
    payouts = Payout.objects.lock(inside.values_list("pk", flat=True))
    file = rails.lock_forgotten(bank_account.pk, found)
    if file is None:
        return False
    _put_back_others(file, found.tally)
    rails.recover_file(file, found)
    kept = Payout.objects.filter(attempts__file=file, attempts__status=Attempt.Status.PREPARED)
    _tell_sent(Payout.objects.lock(kept.values_list("pk", flat=True)))
    held = [payout for payout in payouts if payout.status != State.SCHEDULED]
    now, why = database_now(), f"It is in {found.file_name}, which its bank has: it goes on once it is scheduled."
    _hold(held, why, now, SYSTEM)
    _take_in([payout for payout in payouts if payout.status == State.SCHEDULED], now, file=file, tally=found.tally)
    return True


def _is_in(tally):
    """An instruction id is the payout's end-to-end id and the number of the attempt."""
    return Q(end_to_end_id__in=[instruction_id.rpartition("-")[0] for instruction_id in tally.instruction_ids])


def _put_back_others(file, tally):
    """Schedule again what this database put into the open file and is not in the bytes that left."""
    others = Attempt.objects.filter(file=file, status=Attempt.Status.PREPARED).exclude(
        instruction_id__in=tally.instruction_ids
    )
    payouts = {payout.pk: payout for payout in Payout.objects.lock(others.values_list("payout_id", flat=True))}
    attempts = Attempt.objects.lock(others.values_list("pk", flat=True))
    put_back([(payouts[one.payout_id], one) for one in attempts], "Its file left without it.", is_held=False)


def _take_in_later(bank_account):
    """Take in what was found in a file before it was scheduled, and is by now."""
    waiting = Payout.objects.filter(
        bank_account=bank_account,
        status=State.SCHEDULED,
        holds__in=Hold.objects.open().filter(kind=Hold.Kind.RESTORED),
    ).exclude(rail__in=_CALLED)
    if not waiting.exists():
        return
    for file in bank_account.files.exclude(recovered_at=None):
        tally = RAILS[file.rail].tally(file.read_content())
        with transaction.atomic():
            ids = waiting.filter(_is_in(tally)).values_list("pk", flat=True)
            payouts = [one for one in Payout.objects.lock(ids) if one.status == State.SCHEDULED]
            _take_in(payouts, database_now(), file=file, tally=tally)


def _take_in(payouts, now, *, file=None, tally=None, **steps):
    """Give scheduled payouts the attempt that was forgotten: in a file that its bank has, or asked about next."""
    if not payouts:
        return
    _lift(payouts, "Its bank has it; it goes on from there.")
    tried = dict(Attempt.objects.filter(payout__in=payouts).values_list("payout").annotate(n=Count("pk")).order_by())
    in_file = dict(one.rpartition("-")[::2] for one in tally.instruction_ids) if tally else {}
    attempts = []
    for payout in payouts:
        number = int(in_file.get(payout.end_to_end_id, tried.get(payout.pk, 0) + 1))
        attempts.append(
            Attempt.make(
                payout_id=payout.pk,
                number=number,
                rail=payout.rail,
                bank_account_id=payout.bank_account_id,
                file_id=file and file.pk,
                instruction_id=f"{payout.end_to_end_id}-{number}",
                amount=payout.net,
                currency=payout.currency,
                next_step_at=None if file else now,
                **steps,
            )
        )
        payout.start()
    Payout.objects.save_states(payouts)
    insert_rows(attempts)
    post(postings.submit(payout, attempt, now.date()) for payout, attempt in zip(payouts, attempts, strict=True))
    facts.record("payout.submitting", payouts, by=SYSTEM, note="A restore had forgotten it; its bank has it.")
    if file:
        _tell_sent(payouts)


def _tell_sent(payouts):
    for payout in payouts:
        payout.send()
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.SENT)
    facts.record("payout.sent", payouts, by=SYSTEM)


def _lift(payouts, reason):
    """Lift what a restore has opened on locked payouts."""
    Hold.objects.open().filter(payout__in=payouts, kind=Hold.Kind.RESTORED).update(
        lifted_at=database_now(), lifted_reason=reason
    )
    for payout in payouts:
        payout.open_holds = [hold for hold in payout.open_holds if hold.kind != Hold.Kind.RESTORED]
