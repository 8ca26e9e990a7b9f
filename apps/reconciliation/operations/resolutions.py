"""
Ending a doubt or a conflict by evidence: one person says what is true, another one with another role agrees.

It lives here, and not with payouts, because statements must have been read first: what a bank has not paid must be
absent from them. What may be said of each, and what follows, is in `doubts.py` and `conflicts.py`.
"""

from dataclasses import dataclass

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.permissions import require_permission
from apps.payouts import facts
from apps.payouts.errors import CannotResolve
from apps.payouts.models import Attempt, Conflict, Payout, Resolution
from apps.reconciliation.operations import conflicts, doubts

SHORTEST_EVIDENCE = 20
LARGEST_DOCUMENT = 10 * 1024 * 1024


@dataclass(frozen=True)
class _Question:
    """What two people are to decide, its rows locked: a doubt about an attempt, or a conflict."""

    payout: Payout
    attempt: Attempt | None
    conflict: Conflict | None = None

    @property
    def resolutions(self):
        return (self.conflict or self.attempt).resolutions

    def faults(self, verdict) -> list[Fault]:
        """Return why this verdict cannot end it now."""
        if self.conflict:
            return list(conflicts.faults(self.payout, self.attempt, self.conflict, verdict))
        return list(doubts.faults(self.payout, self.attempt, verdict))

    def end(self, verdict, at, *, by) -> None:
        if self.conflict:
            conflicts.end(self.payout, self.attempt, self.conflict, verdict, at, by=by)
        else:
            doubts.end(self.payout, self.attempt, verdict, at)


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
    return _propose(_lock_doubt(attempt_id), verdict, evidence, by, document)


@transaction.atomic
def propose_closing(conflict_id, verdict, evidence, *, by, document=None) -> Resolution:
    """
    Say which side of a conflict is true, with the evidence; `document` is (name, bytes) or None.

    :raises PermissionDenied: if `by` may not propose it.
    :raises NotFound: if there is no such conflict.
    :raises CannotResolve: naming every reason: closed, proposed already, too little evidence, or something that must
        be done first.
    """
    require_permission(by, "payouts.propose_resolution")
    return _propose(_lock_conflict(conflict_id), verdict, evidence, by, document)


def _propose(question, verdict, evidence, by, document) -> Resolution:
    evidence = " ".join(evidence.split())
    faults = question.faults(verdict)
    if len(evidence) < SHORTEST_EVIDENCE:
        faults.append(
            Fault("/evidence", "too-short", f"Say in at least {SHORTEST_EVIDENCE} characters what proves it.")
        )
    if document and len(document[1]) > LARGEST_DOCUMENT:
        faults.append(Fault("/document", "too-large", "A document has at most 10 MiB."))
    if question.resolutions.filter(status=Resolution.Status.PROPOSED).exists():
        faults.append(Fault("", "proposed-already", "Somebody has proposed a resolution; it is decided first."))
    if faults:
        raise CannotResolve(f"{question.payout.public_id} cannot be resolved so.", errors=faults)
    resolution = Resolution(verdict=verdict, evidence=evidence[:2000], proposed_by=by)
    if question.conflict:
        resolution.conflict = question.conflict
    else:
        resolution.attempt = question.attempt
    if document:
        resolution.write_document(*document)
    resolution.save(force_insert=True)
    facts.record("payout.resolution_proposed", [question.payout], by=by)
    return resolution


@transaction.atomic
def confirm_resolution(resolution_id, *, by) -> Resolution:
    """
    Agree with what another person says, and let what follows from it happen.

    Of a doubt, `paid`: it is sent, and becomes paid when a statement shows it; `not_paid`: it fails, and the money is
    free again. A conflict is closed: `stands`: nothing changes; `paid_after_all`: the debit is charged to the platform's
    balance if that suffices, else to the house; `refused_after_all`: it fails, and the money is free again.

    :raises PermissionDenied: if `by` may not confirm it.
    :raises NotFound: if there is no such resolution.
    :raises CannotResolve: if it is decided already, or is `by`'s own, or no longer holds.
    """
    require_permission(by, "payouts.confirm_resolution")
    resolution, question = _lock_proposed(resolution_id, by)
    if faults := question.faults(resolution.verdict):
        raise CannotResolve(f"{question.payout.public_id} cannot be resolved so.", errors=faults)
    _decide(resolution, Resolution.Status.CONFIRMED, by)
    question.end(resolution.verdict, resolution.decided_at, by=by)
    facts.record("payout.resolved", [question.payout], by=by)
    return resolution


@transaction.atomic
def refuse_resolution(resolution_id, *, by, reason) -> Resolution:
    """
    Disagree with what another person says; the doubt or the conflict goes on.

    :raises PermissionDenied: if `by` may not confirm resolutions.
    :raises CannotResolve: if it is decided already, is `by`'s own, or no reason is given.
    """
    require_permission(by, "payouts.confirm_resolution")
    if not reason.strip():
        raise CannotResolve("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    resolution, question = _lock_proposed(resolution_id, by)
    resolution.decided_reason = reason.strip()[:500]
    _decide(resolution, Resolution.Status.REFUSED, by)
    facts.record("payout.resolution_refused", [question.payout], by=by)
    return resolution


def _lock_doubt(attempt_id) -> _Question:
    payout_id = Attempt.objects.filter(pk=attempt_id).values_list("payout_id", flat=True).first()
    [payout] = Payout.objects.lock([payout_id])
    [attempt] = Attempt.objects.lock([attempt_id])
    return _Question(payout, attempt)


def _lock_conflict(conflict_id) -> _Question:
    payout_id = Conflict.objects.filter(pk=conflict_id).values_list("payout_id", flat=True).first()
    [payout] = Payout.objects.lock([payout_id])
    live = Attempt.objects.filter(payout=payout, status__in=Attempt.LIVE).values_list("pk", flat=True)
    attempt = next(iter(Attempt.objects.lock(live)), None)
    [conflict] = Conflict.objects.lock([conflict_id])
    conflict.payout = payout
    return _Question(payout, attempt, conflict)


def _lock_proposed(resolution_id, by):
    about = Resolution.objects.filter(pk=resolution_id).values_list("attempt_id", "conflict_id").first()
    attempt_id, conflict_id = about or (None, None)
    question = _lock_conflict(conflict_id) if conflict_id else _lock_doubt(attempt_id)
    [resolution] = Resolution.objects.lock([resolution_id])
    if resolution.status != Resolution.Status.PROPOSED:
        raise CannotResolve(f"It is {resolution.status} already.")
    if resolution.proposed_by_id in by.people_behind:
        raise CannotResolve("Another person decides what you have proposed.", code="own-proposal")
    return resolution, question


def _decide(resolution, status, by):
    resolution.status, resolution.decided_by, resolution.decided_at = status, by, database_now()
    resolution.save()
