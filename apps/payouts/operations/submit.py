"""
From the cut-off to the bank's answer.

    start_due         claims what is due: attempt, file membership and ledger are committed before any bank is told
    (calls.py)        calls the bank, where the rail is called and not written to
    seal_files        freezes the bytes of a file whose cut-off has passed
    (rails)           hands the sealed file over
    mark_handed_over  tells the payouts of a file that the bank has it
    apply_report      applies what the bank answered, payment by payment

Each is a job's body: it claims a chunk, acts, commits, and may be repeated or killed at any point.
"""

import logging

from django.db import transaction
from django.db.models import Exists

from apps.compliance import operations as compliance
from apps.core.crypto import CannotDecrypt
from apps.core.database import database_now, insert_rows
from apps.core.permissions import SYSTEM
from apps.core.queue import each
from apps.core.statements import ask, rows_where
from apps.core.updating import update_rows
from apps.ledger.posting import post
from apps.payouts import contradictions, facts, postings
from apps.payouts.models import Attempt, Hold, Payout
from apps.payouts.operations.conflicts import open_conflicts
from apps.payouts.operations.put_back import put_back
from apps.payouts.operations.stops import check_none_stopped, put_back_stopped
from apps.payouts.states import State, sources
from apps.rails import operations as rails
from apps.rails.answers import SETTLED
from apps.rails.contract import Instruction
from apps.rails.models import BankAccount, PaymentFile, StatusReport, Stop
from apps.rails.registry import RAILS
from apps.rails.terms import rails_in_force

CHUNK = 1000

logger = logging.getLogger(__name__)


def start_due():
    """Claim every payout whose cut-off has come, on every bank account's own clock; return how many were started."""
    return sum(each(rows_where(BankAccount, "WHERE status = 'active' ORDER BY id"), _start_due_from))


def _start_due_from(bank_account):
    started = 0
    while True:
        claimed, full = _start_chunk(bank_account)
        started += claimed
        sealed = sum(_seal(file) for file in full)
        if not claimed or sealed < len(full):  # an unsealed one would be found full again, for ever
            return started


@transaction.atomic
def _start_chunk(bank_account):
    """Start up to a chunk of due payouts; return how many were claimed and the files that are full now."""
    Stop.objects.freeze()
    now = bank_account.business_now()
    if not Payout.objects.is_any_past_cut_off(bank_account, now):
        return 0, []
    due = Payout.objects.due(bank_account, now).select_for_update(skip_locked=True, of=("self",))[:CHUNK]
    claimed = Payout.objects.with_facts_locked(list(due))
    if not claimed:
        return 0, []
    passed = _pass_last_gates(claimed)
    called = [payout for payout in passed if RAILS[payout.rail].family == "call"]
    files, filed, full = _files_for(bank_account, [p for p in passed if RAILS[p.rail].family == "file"])
    ready = sorted(called + filed, key=lambda payout: payout.pk)
    attempts = _attempts(ready, files)
    for payout in ready:
        payout.start()
    Payout.objects.save_states(ready)
    insert_rows(attempts)
    post(postings.submit(payout, attempt, now.date()) for payout, attempt in zip(ready, attempts, strict=True))
    facts.record("payout.submitting", ready, by=SYSTEM)
    return len(claimed), full


def _pass_last_gates(payouts):
    """Return the payouts that may leave: approval unchanged, screened against today's list. Hold back the others."""
    if not payouts:
        return []
    verdicts = compliance.screen({p.recipient_version_id for p in payouts}, by=SYSTEM)
    ready, held = [], []
    for payout in payouts:
        verdict = verdicts[payout.recipient_version_id]
        if verdict.screening:
            payout.screening, payout.review = verdict.screening, verdict.review or payout.review
        if verdict.status != "clear":
            held.append((payout, Hold.Kind.COMPLIANCE, "The recipient must be screened again and is not clear."))
        elif payout.approval.status != "approved" or payout.approval.digest != payout.digest:
            held.append((payout, Hold.Kind.MANUAL, "The approval is not for this content."))
        else:
            ready.append(payout)
    _hold_back(held)
    return ready


def _hold_back(held):
    """Open a hold per payout, so that it is not claimed again before a person has decided."""
    if not held:
        return
    Hold.objects.bulk_create(Hold(payout=payout, kind=kind, reason=reason) for payout, kind, reason in held)
    payouts = [payout for payout, _, _ in held]
    Payout.objects.save_states(payouts)
    facts.record("payout.held", Payout.objects.with_facts_locked(payouts), by=SYSTEM)


def _files_for(bank_account, payouts):
    """
    Find the open file of each rail and cut-off; return file per payout, the payouts that fit, and files now full.

    A payout that no longer fits stays scheduled: it is claimed again once the full file is sealed.
    """
    groups = {}
    for payout in payouts:
        groups.setdefault((payout.rail, payout.cut_off_at), []).append(payout)
    files, ready, full = {}, [], []
    in_force = rails_in_force() if groups else {}
    for (rail, cut_off_at), group in sorted(groups.items()):
        file = rails.open_file(bank_account.pk, rail, in_force[rail].plan_of(cut_off_at))
        room = file.capacity - file.attempts.filter(status=Attempt.Status.PREPARED).count()
        files.update({payout.pk: file for payout in group[:room]})
        ready += group[:room]
        if room <= len(group):
            full.append(file)
    return files, ready, full


def _attempts(payouts, files):
    """Return the unsaved attempts: in their file, or to be called about at once."""
    now = database_now()
    of_payouts = "SELECT payout_id, count(*) FROM payouts_attempt WHERE payout_id = ANY(%s) GROUP BY payout_id"
    tried = dict(ask(of_payouts, [[payout.pk for payout in payouts]]))
    attempts = []
    for payout in payouts:
        number = tried.get(payout.pk, 0) + 1
        attempts.append(
            Attempt.make(
                payout_id=payout.pk,
                number=number,
                rail=payout.rail,
                bank_account_id=payout.bank_account_id,
                file_id=files[payout.pk].pk if payout.pk in files else None,
                next_step="" if payout.pk in files else Attempt.Step.SEND,
                next_step_at=None if payout.pk in files else now,
                instruction_id=f"{payout.end_to_end_id}-{number}",
                amount=payout.net,
                currency=payout.currency,
            )
        )
    return attempts


def seal_files():
    """Freeze the bytes of every open file whose cut-off has passed and to which nothing can be added; return how many."""
    return sum(each(PaymentFile.objects.filter(state=PaymentFile.OPEN).select_related("bank_account"), _seal_if_due))


def _seal_if_due(file) -> int:
    now = file.bank_account.business_now()
    if file.cut_off_at > now or _is_any_due(file.bank_account, now):
        return 0
    return _seal(file)


def _is_any_due(bank_account, now) -> bool:
    return Payout.objects.is_any_past_cut_off(bank_account, now) and Payout.objects.due(bank_account, now).exists()


def _seal(file) -> int:
    """
    Seal a file and return 1; if that cannot be, note why and return 0, so that the others need not wait for it.

    A payment that may not stand in the file is taken out of it first: it alone waits for a person.
    """
    put_back_stopped(file.pk)
    while file.attempts.filter(status=Attempt.Status.PREPARED).exists():
        try:
            rails.seal_file(file.pk, instructions_of(file))
        except rails.CannotSeal as refusal:
            if refusal.instruction_id and _take_out(file, refusal):
                continue
            _note_problem(file, refusal.detail)
            return 0
        except Exception as failure:
            _note_problem(file, f"{type(failure).__name__} while its bytes were made; the worker's log says more.")
            raise
        return 1
    return 0


@transaction.atomic
def _take_out(file, refusal) -> bool:
    """Give up the one attempt that cannot stand in a file that is still open; its payout is scheduled and held."""
    [file] = PaymentFile.objects.lock([file.pk])
    live = file.attempts.filter(instruction_id=refusal.instruction_id, status=Attempt.Status.PREPARED)
    attempt = live.first()
    if file.is_sealed or attempt is None:
        return False
    [payout] = Payout.objects.lock([attempt.payout_id])
    put_back([(payout, attempt)], f"It cannot stand in a file: {refusal.detail}", is_held=True)
    return True


def _note_problem(file, problem):
    still_open = PaymentFile.objects.filter(pk=file.pk, state=PaymentFile.OPEN)  # else another worker was faster
    if still_open.update(problem=problem[:400]):
        logger.warning("file %s was not sealed: %s", file.message_id, problem)


_BUILT_FROM = (
    "file", "instruction_id", "amount", "currency", "payout__approval__digest", "payout__method_version__holder_name",
    "payout__method_version__account_ciphertext", "payout__method_version__bic",
    *(f"payout__{name}" for name in ("payee", "description", "fee", "fee_paid_by", "fee_terms", *Payout.DIGESTED)),
)  # fmt: skip


def instructions_of(file):
    """
    Yield the payments of a file in order, read in chunks; account numbers are in clear only here.

    :raises CannotSeal: if a payout is stopped, is not what was approved, or its account number cannot be read.
    """
    check_none_stopped(file)
    attempts = file.attempts.filter(status=Attempt.Status.PREPARED).order_by("id")
    attempts = attempts.select_related("payout__approval", "payout__method_version")
    for attempt in attempts.only(*_BUILT_FROM).iterator(chunk_size=CHUNK):
        payout = attempt.payout
        if payout.approval.digest != payout.digest:
            raise rails.CannotSeal(f"{payout.public_id} is not what was approved.", attempt.instruction_id)
        try:
            yield instruction_of(attempt)
        except CannotDecrypt as error:
            raise rails.CannotSeal(f"{payout.public_id}: {error}.", attempt.instruction_id) from None


def instruction_of(attempt) -> Instruction:
    """
    Return what a bank is asked to do, with the account number in clear.

    :raises CannotDecrypt: if that cannot be read.
    """
    payout, method = attempt.payout, attempt.payout.method_version
    return Instruction(
        instruction_id=attempt.instruction_id,
        end_to_end_id=payout.end_to_end_id,
        amount=attempt.amount,
        currency=attempt.currency,
        creditor_name=method.holder_name,
        creditor_account=method.open_account(),
        creditor_bic=method.bic or None,
        creditor_country=payout.payee["recipient"]["country"],
        remittance=payout.description or payout.reference,
    )


def mark_handed_over():
    """Tell the payouts of every file that reached its bank; return how many payouts were told."""
    return sum(each(PaymentFile.objects.untold().values_list("pk", flat=True), _mark_file))


def _mark_file(file_id):
    told = 0
    while chunk := _mark_chunk(file_id):
        told += chunk
    # Payouts that someone else holds were passed over; the next sweep tells them.
    waiting = Attempt.objects.filter(file=file_id, status=Attempt.Status.PREPARED)
    PaymentFile.objects.filter(~Exists(waiting), pk=file_id, told_at=None).update(told_at=database_now())
    return told


@transaction.atomic
def _mark_chunk(file_id):
    waiting = Payout.objects.filter(attempts__file=file_id, attempts__status=Attempt.Status.PREPARED)
    rows = waiting.order_by("id").select_for_update(skip_locked=True, of=("self",))[:CHUNK]
    payouts = Payout.objects.with_facts_locked(list(rows))
    for payout in payouts:
        payout.send()
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.SENT)
    facts.record("payout.sent", payouts, by=SYSTEM)
    return len(payouts)


def apply_reports():
    """Apply every status report that is not applied yet; return how many were."""
    return sum(each(StatusReport.objects.unapplied().values_list("pk", flat=True), apply_report))


def apply_report(report_id):
    """
    Apply a bank's status report to the payouts it names; return False while that has to wait.

    It waits until the file's payouts know that the bank has the file. What contradicts an end, a statement line or what
    the bank has said before changes nothing; it opens a conflict, for people.
    """
    report = StatusReport.objects.select_related("file").get(pk=report_id)
    if report.file.told_at is None:
        return False
    answers, last = report.answers(), None
    while last := _report_chunk(report, answers, last):
        pass
    StatusReport.objects.unapplied().filter(pk=report_id).update(applied_at=database_now())
    return True


@transaction.atomic
def _report_chunk(report, answers, after):
    """Apply the report to the next chunk of the file's attempts in id order; return the last id, or None at the end."""
    attempts = Attempt.objects.filter(file=report.file, **({"pk__gt": after} if after else {})).order_by("pk")
    attempts = list(attempts[:CHUNK])
    if not attempts:
        return None
    payouts = {payout.pk: payout for payout in Payout.objects.lock([attempt.payout_id for attempt in attempts])}
    said, contradicting = {"accepted": [], "refused": [], "doubtful": []}, []
    for attempt in Attempt.objects.lock([attempt.pk for attempt in attempts]):
        payout = payouts[attempt.payout_id]
        names = (attempt.instruction_id, payout.end_to_end_id)
        outcome, item = answers.outcome(*names), answers.of(*names)
        contradiction = contradictions.of_report(payout, attempt, outcome, item, report.public_id)
        if contradiction:
            contradicting.append(contradiction)
        elif outcome in said and attempt.status in Attempt.LIVE and _is_news(outcome, payout, item):
            said[outcome].append((payout, attempt, item))
    _accept(said["accepted"])
    refuse(said["refused"])
    _doubt(said["doubtful"])
    open_conflicts(contradicting)
    return attempts[-1].pk


def _is_news(outcome, payout, item):
    """Tell whether the bank's word changes anything for a payout that is with the bank."""
    if outcome == "refused":
        return payout.status in sources("refuse")
    if outcome == "doubtful":
        return payout.status == State.SENT
    if payout.status == State.SENT and payout.tracking in SETTLED:
        return item.status in SETTLED and item.status != payout.tracking
    return payout.status in (State.SENT, State.IN_DOUBT) and payout.tracking != item.status


def _accept(accepted):
    for payout, _, item in accepted:
        payout.tracking = item.status[:35]
        if payout.status == State.IN_DOUBT:
            payout.send()
    payouts = [payout for payout, _, _ in accepted]
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.ACCEPTED)
    facts.record("payout.accepted", payouts, by=SYSTEM)


def refuse(refused):
    """End payouts that their bank refused for good, given with the locked attempt and the reason it gave."""
    drafts, now = [], database_now()
    for payout, attempt, item in refused:
        drafts.append(postings.refuse(payout, attempt, now.date()))
        payout.refuse(item.reason_code or "refused", item.reason_text or "The bank gave no reason.")
        attempt.status, attempt.status_at = Attempt.Status.REFUSED, now
        attempt.reason_code, attempt.reason = item.reason_code[:35], item.reason_text[:255]
    payouts = [payout for payout, _, _ in refused]
    Payout.objects.save_states(payouts)
    update_rows([attempt for _, attempt, _ in refused], "status", "status_at", "reason_code", "reason")
    post(drafts)
    facts.record("payout.failed", payouts, by=SYSTEM)


def _doubt(doubtful):
    for payout, _, item in doubtful:
        payout.doubt(item.reason_text)
    payouts = [payout for payout, _, _ in doubtful]
    Payout.objects.save_states(payouts)
    Attempt.objects.move_live(payouts, Attempt.Status.IN_DOUBT)
    facts.record("payout.in_doubt", payouts, by=SYSTEM)
