"""
Evidence that contradicts what is held of a payout: it is kept, shown and never applied by itself.

Whoever finds it calls `open_conflicts` in the transaction that records it. What says that more money left than the books
know stops the bank account as well. A job does that right after, because a stop is made before any row is locked.
"""

from django.db import transaction

from apps.core.database import assert_in_transaction, database_now
from apps.core.permissions import SYSTEM
from apps.core.queue import nudge
from apps.payouts import facts, jobs
from apps.payouts.errors import CannotStop
from apps.payouts.models import Conflict, Payout
from apps.payouts.operations.stops import stop_sending
from apps.rails.models import Stop


def open_conflicts(contradictions) -> list[Conflict]:
    """
    Note evidence that contradicts what is held of payouts, which the caller has locked; return the conflicts opened.

    A payout has one open conflict of a kind: what says the same again is added to it, each piece of evidence once ever.
    """
    if not contradictions:
        return []
    assert_in_transaction()
    payouts = {item.payout.pk: item.payout for item in contradictions}
    known = {}
    for conflict in Conflict.objects.filter(payout__any_of=list(payouts)):
        known.setdefault((conflict.payout_id, conflict.kind), []).append(conflict)
    now, opened, added = database_now(), [], []
    for item in contradictions:
        conflicts = known.setdefault((item.payout.pk, item.kind), [])
        if any(conflict.knows(item.source, item.source_id) for conflict in conflicts):
            continue
        piece = {"source": item.source, "id": item.source_id, "at": now.isoformat(), "says": item.says[:500]}
        is_open = [conflict for conflict in conflicts if conflict.is_open]
        if is_open:
            is_open[0].evidence.append(piece)
            added += [] if is_open[0] in opened else is_open
        else:
            conflicts.append(_conflict(item, piece))
            opened.append(conflicts[-1])
    Conflict.objects.bulk_create(opened)
    Conflict.objects.bulk_update(added, ["evidence"])
    _tell(payouts, opened)
    return opened


def _conflict(item, piece) -> Conflict:
    payout = item.payout
    held = " ".join(filter(None, (f"{payout.get_status_display()}.", payout.failure_code, payout.failure_reason)))
    return Conflict(
        payout=payout,
        attempt=item.attempt,
        kind=item.kind,
        amount=item.amount or payout.net,
        currency=payout.currency,
        said_before=held[:255],
        said_now=item.says[:255],
        evidence=[piece],
    )


def _tell(payouts, opened) -> None:
    for kind in Conflict.Kind:
        concerned = [payouts[conflict.payout_id] for conflict in opened if conflict.kind == kind]
        note = f"{kind.label}. Nothing was changed; two people decide."
        facts.record("payout.conflict_opened", concerned, by=SYSTEM, note=note)
    if any(conflict.kind in Conflict.MONEY_IS_GONE for conflict in opened):
        nudge(jobs.stop_contradicted)


def stop_contradicted() -> int:
    """Stop the bank account of every open conflict by which more money may have left than is known; return how many."""
    due = Conflict.objects.exposing().filter(stop=None).order_by("pk")
    return sum(_stop_for(conflict) for conflict in due.values_list("pk", flat=True)[:1000])


@transaction.atomic
def _stop_for(conflict_id) -> int:
    """Stop sending from the bank account of one conflict, unless it is stopped for such a reason already."""
    payout = Payout.objects.select_related("bank_account").get(conflicts=conflict_id)
    account = payout.bank_account
    reason = f"The bank of {account.name} says more than is held of {payout.public_id}: money may have left unnoticed."
    scope, kind = Stop.Scope.BANK_ACCOUNT, Stop.Kind.INVARIANT
    try:
        stop = stop_sending(scope, account.public_id, by=SYSTEM, reason=reason, kind=kind)
    except CannotStop as refusal:
        if refusal.code != "already-stopped":
            raise
        stop = Stop.objects.open().get(scope=scope, value=str(account.pk), kind=kind)
    return Conflict.objects.exposing().filter(pk=conflict_id, stop=None).update(stop=stop)
