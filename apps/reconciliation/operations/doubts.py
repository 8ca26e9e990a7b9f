"""
Ending a doubt by evidence: one person says what became of a payment, another one with another role agrees.

It lives here, and not with payouts, because statements must have been read first: what a bank has not paid must be
absent from them.
"""

from datetime import timedelta

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.permissions import require_permission
from apps.payouts import facts
from apps.payouts.errors import CannotResolve
from apps.payouts.evidence import Refusal
from apps.payouts.models import Attempt, Payout, Resolution
from apps.payouts.models.attempt import NOTHING_LEFT
from apps.payouts.operations.submit import refuse
from apps.payouts.states import State
from apps.rails.registry import RAILS
from apps.reconciliation.models import Statement, StatementLine

SHORTEST_EVIDENCE = 20
LARGEST_DOCUMENT = 10 * 1024 * 1024


@transaction.atomic
def propose_resolution(attempt_id, verdict, evidence, *, by, document=None) -> Resolution:
    """
    Say what became of an attempt in doubt, with the evidence; `document` is (name, bytes) or None.

    :raises PermissionDenied: if `by` may not propose it.
    :raises NotFound: if there is no such attempt.
    :raises CannotResolve: naming every reason: not in doubt, proposed already, too little evidence, or a statement
        that must be read first.
    """
    require_permission(by, "payouts.propose_resolution")
    payout, attempt = _lock(attempt_id)
    evidence = " ".join(evidence.split())
    faults = list(_faults(payout, attempt, verdict))
    if len(evidence) < SHORTEST_EVIDENCE:
        faults.append(
            Fault("/evidence", "too-short", f"Say in at least {SHORTEST_EVIDENCE} characters what proves it.")
        )
    if document and len(document[1]) > LARGEST_DOCUMENT:
        faults.append(Fault("/document", "too-large", "A document has at most 10 MiB."))
    if attempt.resolutions.filter(status=Resolution.Status.PROPOSED).exists():
        faults.append(Fault("", "proposed-already", "Somebody has proposed a resolution; it is decided first."))
    if faults:
        raise CannotResolve(f"{payout.public_id} cannot be resolved so.", errors=faults)
    resolution = Resolution(attempt=attempt, verdict=verdict, evidence=evidence[:2000], proposed_by=by)
    if document:
        resolution.write_document(*document)
    resolution.save(force_insert=True)
    facts.record("payout.resolution_proposed", [payout], by=by)
    return resolution


@transaction.atomic
def confirm_resolution(resolution_id, *, by) -> Resolution:
    """
    Agree with what another person says became of a payment, and let its payout go on accordingly.

    `paid`: it is sent, and becomes paid when a statement shows it. `not_paid`: it fails, and the money is free again.

    :raises PermissionDenied: if `by` may not confirm it.
    :raises NotFound: if there is no such resolution.
    :raises CannotResolve: if it is decided already, or is `by`'s own, or no longer holds.
    """
    require_permission(by, "payouts.confirm_resolution")
    resolution, payout, attempt = _lock_proposed(resolution_id, by)
    faults = list(_faults(payout, attempt, resolution.verdict))
    if faults:
        raise CannotResolve(f"{payout.public_id} cannot be resolved so.", errors=faults)
    _decide(resolution, Resolution.Status.CONFIRMED, by)
    for name, value in NOTHING_LEFT.items():
        setattr(attempt, name, value)
    if resolution.verdict == Resolution.Verdict.PAID:
        payout.tracking = "resolved"
        payout.send()
        attempt.status, attempt.status_at = Attempt.Status.ACCEPTED, resolution.decided_at
        Payout.objects.save_states([payout])
        attempt.save()
    else:
        attempt.save()
        refuse([(payout, attempt, Refusal("not_paid", "The bank did not pay it, as two people have established."))])
    facts.record("payout.resolved", [payout], by=by)
    return resolution


@transaction.atomic
def refuse_resolution(resolution_id, *, by, reason) -> Resolution:
    """
    Disagree with what another person says became of a payment; the doubt goes on.

    :raises PermissionDenied: if `by` may not confirm resolutions.
    :raises CannotResolve: if it is decided already, is `by`'s own, or no reason is given.
    """
    require_permission(by, "payouts.confirm_resolution")
    if not reason.strip():
        raise CannotResolve("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    resolution, payout, _ = _lock_proposed(resolution_id, by)
    resolution.decided_reason = reason.strip()[:500]
    _decide(resolution, Resolution.Status.REFUSED, by)
    facts.record("payout.resolution_refused", [payout], by=by)
    return resolution


def what_must_be_read(attempt):
    """Return why statements do not yet tell whether the bank has paid an attempt, or an empty text if they do."""
    account = attempt.bank_account
    last = Statement.objects.filter(bank_account=account, kind=Statement.STATEMENT).order_by("-number").first()
    day = account.business_today(_last_chance(attempt))
    if last is None or last.closes_on < day:
        return f"A statement that closes on {day} or later must be imported first."
    open_lines = StatementLine.objects.open().filter(bank_account=account, amount=attempt.amount, sign="DBIT")
    if line := open_lines.first():
        return f"The line {line.public_id} has this amount and is not identified; it may be this payment."
    return ""


def _last_chance(attempt):
    """Return the moment after which the bank cannot execute an attempt any more, by the database's clock."""
    if attempt.sent_before is None:
        return attempt.status_at
    protocol = RAILS[attempt.rail].protocol(attempt.bank_account)
    return attempt.sent_before + timedelta(seconds=protocol.longest_processing_seconds)


def _lock(attempt_id):
    payout_id = Attempt.objects.filter(pk=attempt_id).values_list("payout_id", flat=True).first()
    [payout] = Payout.objects.lock([payout_id])
    [attempt] = Attempt.objects.lock([attempt_id])
    return payout, attempt


def _lock_proposed(resolution_id, by):
    attempt_id = Resolution.objects.filter(pk=resolution_id).values_list("attempt_id", flat=True).first()
    payout, attempt = _lock(attempt_id)
    [resolution] = Resolution.objects.lock([resolution_id])
    if resolution.status != Resolution.Status.PROPOSED:
        raise CannotResolve(f"It is {resolution.status} already.")
    if resolution.proposed_by_id == by.pk:
        raise CannotResolve("Another person decides what you have proposed.", code="own-proposal")
    return resolution, payout, attempt


def _faults(payout, attempt, verdict):
    """Yield why the doubt cannot end with this verdict now."""
    if payout.status != State.IN_DOUBT or attempt.status != Attempt.Status.IN_DOUBT:
        yield Fault("", "not-in-doubt", f"{payout.public_id} is {payout.status}; only a doubt is resolved.")
        return
    now = database_now()
    if attempt.lease_until and attempt.lease_until > now:
        yield Fault("", "bank-is-asked", "The bank is being asked at this moment.")
    if attempt.next_step == Attempt.Step.SEND:
        yield Fault("", "is-sent-again", "It is about to be sent again; nothing is in doubt before that is done.")
    if verdict not in Resolution.Verdict.values:
        yield Fault("/verdict", "unknown-verdict", "The bank paid it, or it did not.")
    if verdict == Resolution.Verdict.NOT_PAID:
        rail = RAILS[attempt.rail]
        if rail.family == "call":
            seconds = rail.protocol(attempt.bank_account).longest_processing_seconds
            if attempt.sent_before and now < _last_chance(attempt):
                yield Fault("/verdict", "too-early", f"The bank may still pay it until {seconds} seconds have passed.")
        if must := what_must_be_read(attempt):
            yield Fault("/verdict", "statement-first", must)


def _decide(resolution, status, by):
    resolution.status, resolution.decided_by, resolution.decided_at = status, by, database_now()
    resolution.save()
