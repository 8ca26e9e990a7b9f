from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.permissions import author_of, require_permission
from apps.payouts import facts
from apps.payouts.errors import CannotHold
from apps.payouts.models import Hold, Payout
from apps.payouts.routes import replan
from apps.payouts.states import sources


@transaction.atomic
def hold_payouts(payout_ids, *, by, kind=Hold.Kind.MANUAL, reason, seen=None):
    """
    Keep payouts from leaving until the hold is lifted.

    :raises PermissionDenied: if `by` may not hold payouts.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotHold: naming every payout that has left, has ended or has such a hold, or if no reason is given.
    """
    require_permission(by, "payouts.hold_payout")
    if not reason.strip():
        raise CannotHold("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    held = set(Hold.objects.open().filter(payout__in=payouts, kind=kind).values_list("payout_id", flat=True))
    faults = [
        Fault(f"/{payout.public_id}", "cannot-hold", f"{payout.public_id} is {payout.status} or has this hold already.")
        for payout in payouts
        if payout.status not in sources("cancel") or payout.pk in held
    ]
    if faults:
        raise CannotHold(f"{len(faults)} of {len(payouts)} payouts cannot be held.", errors=faults)
    Hold.objects.bulk_create(
        Hold(payout=payout, kind=kind, reason=reason.strip()[:255], opened_by=author_of(by)) for payout in payouts
    )
    payouts = Payout.objects.with_facts_locked(payouts)
    facts.record("payout.held", payouts, by=by, note=reason)
    return payouts


@transaction.atomic
def lift_holds(payout_ids, *, by, reason, seen=None):
    """
    Lift the holds of payouts that people lift; a cut-off that has passed meanwhile becomes the next one.

    :raises PermissionDenied: if `by` may not lift holds.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotHold: naming every payout without such a hold, or if no reason is given.
    """
    require_permission(by, "payouts.release_hold")
    if not reason.strip():
        raise CannotHold("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    holds = Hold.objects.open().lifted_by_people().filter(payout__in=payouts)
    held = set(holds.values_list("payout_id", flat=True))
    faults = [
        Fault(f"/{payout.public_id}", "no-hold", f"{payout.public_id} has no hold that people lift.")
        for payout in payouts
        if payout.pk not in held
    ]
    if faults:
        raise CannotHold(f"{len(faults)} of {len(payouts)} payouts have no hold to lift.", errors=faults)
    holds.update(lifted_by=author_of(by), lifted_at=database_now(), lifted_reason=reason.strip()[:255])
    payouts = Payout.objects.with_facts_locked(payouts)
    replan(payouts)
    Payout.objects.save_states(payouts)
    facts.record("payout.hold_lifted", payouts, by=by, note=reason)
    return payouts
