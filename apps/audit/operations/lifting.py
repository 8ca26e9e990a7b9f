"""Two people lift a stop: one proposes it with the reason, another one agrees."""

from django.db import transaction

from apps.audit.queries import not_stated_since
from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.permissions import author_of, require_permission
from apps.core.queue import nudge
from apps.events.operations import record
from apps.payouts import jobs as payout_jobs
from apps.payouts.errors import CannotLift
from apps.payouts.operations.stops import stop_fact
from apps.rails.models import Stop


@transaction.atomic
def propose_lift(stop_id, *, by, reason):
    """
    Note that a person wants a stop lifted, and why; nothing leaves before another one agrees.

    :raises PermissionDenied: if `by` may not lift stops.
    :raises NotFound: if there is no such stop.
    :raises CannotLift: if it is lifted or proposed to be, is hold mode that must stay, or no reason is given.
    """
    require_permission(by, "payouts.lift_stop")
    if not reason.strip():
        raise CannotLift("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    [stop] = Stop.objects.lock([stop_id])
    _check_open(stop)
    if stop.lift_proposed_at:
        raise CannotLift(f"{stop.lift_proposed_by} has proposed it; agree, or leave it.", code="lift-proposed")
    stop.lift_proposed_by, stop.lift_proposed_at = author_of(by), database_now()
    stop.lift_reason = reason.strip()[:400]
    stop.save(update_fields=["lift_proposed_by", "lift_proposed_at", "lift_reason"])
    record("sending.lift_proposed", [stop_fact(stop, {"lift_reason": ["", stop.lift_reason]})], by=by)
    return stop


@transaction.atomic
def confirm_lift(stop_id, *, by):
    """
    Lift a stop that another person proposed to lift; what it held leaves as soon as nothing else stops it.

    :raises PermissionDenied: if `by` may not lift stops.
    :raises NotFound: if there is no such stop.
    :raises CannotLift: if it is lifted, nobody or `by` proposed it, or it is hold mode that must stay.
    """
    require_permission(by, "payouts.lift_stop")
    [stop] = Stop.objects.lock([stop_id])
    _check_open(stop)
    if stop.lift_proposed_at is None:
        raise CannotLift("Nobody has proposed to lift it.", code="lift-not-proposed")
    if stop.lift_proposed_by_id in by.people_behind:
        raise CannotLift("You proposed it; somebody else must agree.", code="same-person")
    stop.lifted_by, stop.lifted_at = author_of(by), database_now()
    stop.save(update_fields=["lifted_by", "lifted_at"])
    record("sending.resumed", [stop_fact(stop, {"lifted": [False, True]})], by=by)
    nudge(payout_jobs.submit_due)
    nudge(payout_jobs.call_banks)
    return stop


def _check_open(stop) -> None:
    if not stop.is_open:
        raise CannotLift("It is lifted already.", code="already-lifted")
    missing = not_stated_since(stop.opened_at) if stop.kind == Stop.Kind.AFTER_RESTORE else []
    if missing:
        faults = [Fault(f"/{a.public_id}", "no-statement", f"{a.name} has had no statement since.") for a in missing]
        raise CannotLift("Hold mode stays until every bank account has had a statement.", errors=faults)
