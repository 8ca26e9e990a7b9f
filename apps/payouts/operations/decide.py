from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.approvals import operations as approvals
from apps.approvals.models import Request
from apps.approvals.operations import CannotApprove
from apps.compliance import operations as compliance
from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.permissions import SYSTEM, author_of, require_permission
from apps.core.queue import each
from apps.ledger.posting import post
from apps.payouts import facts
from apps.payouts.errors import CannotCancel, CannotReject
from apps.payouts.models import Hold, Payout
from apps.payouts.recalls import why_not_recalled
from apps.payouts.routes import replan
from apps.payouts.states import REJECTED_BY_COMPLIANCE, State, sources

CHUNK = 1000


@transaction.atomic
def approve_payouts(payout_ids, *, by, digests, seen=None):
    """
    Record one person's approval of each payout; those that have enough go on.

    `digests` maps each id to the content digest the person was shown.

    :raises PermissionDenied: if `by` may not approve payouts.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotApprove: naming every payout that `by` cannot approve now; nothing is recorded then.
    """
    require_permission(by, "payouts.approve_payout")
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    _require_state(payouts, [State.AWAITING_APPROVAL], CannotApprove, "awaits approval")
    shown = {payout.approval_id: digests.get(payout.pk, "") for payout in payouts}
    decided = approvals.record_decisions(list(shown), by=by, digests=shown, choice="approve")

    reload_approvals(payouts)
    approved = set(decided.approved)
    complete = [payout for payout in payouts if payout.approval_id in approved]
    waiting = [payout for payout in payouts if payout.approval_id not in approved]
    _go_on(complete, "approve")
    facts.record("payout.approved", complete, by=by)
    facts.record("payout.approval_given", waiting, by=by)
    return payouts


@transaction.atomic
def reject_payouts(payout_ids, *, by, reason, seen=None):
    """
    Refuse payouts at approval: they end as rejected, and what was reserved is free again.

    :raises PermissionDenied: if `by` may not approve payouts.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotReject: naming every payout that cannot be rejected now, or if no reason is given.
    """
    require_permission(by, "payouts.approve_payout")
    reason = _require_reason(reason, CannotReject)
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    _require_state(payouts, [State.AWAITING_APPROVAL], CannotReject, "awaits approval")
    _require_not_left(payouts, CannotReject)
    requests = [payout.approval_id for payout in payouts]
    approvals.record_decisions(requests, by=by, digests={}, choice="reject", reason=reason)

    reload_approvals(payouts)
    end(payouts, lambda payout: payout.reject("approval", reason))
    facts.record("payout.rejected", payouts, by=by, note=reason)
    return payouts


@transaction.atomic
def cancel_payouts(payout_ids, *, by, reason, seen=None):
    """
    Take payouts back before their rail is told; what was reserved is free again.

    :raises PermissionDenied: if `by` may not cancel payouts.
    :raises Changed: if something has happened to a payout since the events `seen`, by id.
    :raises CannotCancel: naming every payout that has left already or has ended, or if no reason is given.
    """
    require_permission(by, "payouts.cancel_payout")
    reason = _require_reason(reason, CannotCancel)
    payouts = Payout.objects.lock(payout_ids)
    facts.require_unchanged(payouts, seen)
    _require_state(payouts, sources("cancel"), CannotCancel, "has not left yet", instead=_recall_instead)
    _require_not_left(payouts, CannotCancel)
    approvals.void_requests([payout.approval_id for payout in payouts if payout.approval_id])

    reload_approvals(payouts)
    end(payouts, lambda payout: payout.cancel(reason))
    facts.record("payout.cancelled", payouts, by=by, note=reason)
    return payouts


@transaction.atomic
def decide_review(review_id, *, by, decision, reason, seen=None):
    """
    Clear or reject a recipient in compliance review, and move every payout that waits for it.

    To clear takes another person's proposal. A rejection also ends payouts of this recipient that passed before but have not left.

    :raises PermissionDenied: if `by` may not decide reviews.
    :raises CannotDecide: if the review is decided already, has changed since the event `seen`, nobody else has proposed
        to clear it, or the reason is too short.
    """
    require_permission(by, "compliance.decide_review")
    unsent = Payout.objects.filter(review_id=review_id, status__in=sources("reject"))
    payouts = Payout.objects.lock(unsent.values_list("pk", flat=True))
    payouts = [payout for payout in payouts if payout.status in sources("reject")]  # some ended before they were locked
    review = compliance.record_review_decision(review_id, by=by, decision=decision, reason=reason, seen=seen)
    for payout in payouts:
        payout.review = review

    if review.status == "cleared":
        _pass_review(payouts, by, reason)
    else:
        _reject_for_compliance(payouts, by)
    return review


def screen_waiting():
    """
    Screen payouts that wait for it, also at their last gate, and move those that need no review now; return how many.

    So nothing stays behind whose review was decided while it was on its way there.
    """
    moved = 0
    while chunk := _screen_chunk():
        moved += chunk
    return moved


@transaction.atomic
def _screen_chunk():
    held = Hold.objects.open().filter(kind=Hold.Kind.COMPLIANCE, opened_by=None).values_list("payout_id", flat=True)
    waiting = Payout.objects.filter(Q(status=State.IN_REVIEW) | Q(status=State.SCHEDULED, pk__in=list(held)))
    waiting = waiting.exclude(review__status="open", screening__isnull=False)
    rows = waiting.order_by("id").select_for_update(skip_locked=True, of=("self",))[:CHUNK]
    payouts = Payout.objects.with_facts_locked(list(rows))
    verdicts = compliance.screen({p.recipient_version_id for p in payouts}, by=SYSTEM)
    for payout in payouts:
        verdict = verdicts[payout.recipient_version_id]
        payout.screening, payout.review = verdict.screening, verdict.review
    cleared = [p for p in payouts if verdicts[p.recipient_version_id].status == "clear"]
    rejected = [p for p in payouts if verdicts[p.recipient_version_id].status == "rejected"]
    in_review = [p for p in payouts if verdicts[p.recipient_version_id].status == "in_review"]
    Payout.objects.save_states(in_review)
    _pass_review(cleared, SYSTEM, "Screened again, and clear.")
    _reject_for_compliance(rejected, SYSTEM)
    return len(cleared) + len(rejected)


def fund_waiting():
    """Reserve for payouts that wait for money, oldest first, as far as balances reach; return how many."""
    waiting = Payout.objects.filter(status=State.AWAITING_FUNDS)
    return sum(each(waiting.values_list("partner", "currency").order_by().distinct(), _fund_from))


def _fund_from(balance):
    funded = 0
    while chunk := _fund_chunk(*balance):
        funded += chunk
    return funded


@transaction.atomic
def _fund_chunk(partner_id, currency):
    waiting = Payout.objects.filter(status=State.AWAITING_FUNDS, partner=partner_id, currency=currency)
    rows = waiting.order_by("id").select_for_update(skip_locked=True, of=("self",))[:CHUNK]
    payouts = Payout.objects.with_facts_locked(list(rows))
    reservations = facts.reserve_in_order(payouts, database_now().date())
    funded = [payout for payout in payouts if payout.funding == Payout.Funding.RESERVED]
    replan(funded)
    for payout in funded:
        payout.fund()
    Payout.objects.save_states(funded)
    post(reservations)
    facts.record("payout.funded", funded, by=SYSTEM)
    facts.go_at_once(funded)
    return len(funded)


def expire_waiting():
    """End payouts that have waited for money, or past their cut-off, longer than allowed; return how many."""
    expired = 0
    while chunk := _expire_chunk():
        expired += chunk
    return expired


@transaction.atomic
def _expire_chunk():
    limit = timedelta(seconds=settings.PAYOUT_WAIT_SECONDS)
    stale = Payout.objects.filter(status__in=sources("expire"), status_at__lt=database_now() - limit)
    stale = stale.exclude(status=State.SCHEDULED, cut_off_at__gt=database_now() - limit)
    stale = stale.exclude(Exists(Hold.objects.open().filter(payout=OuterRef("pk"), kind=Hold.Kind.RESTORED)))
    rows = stale.order_by("id").select_for_update(skip_locked=True, of=("self",))[:CHUNK]
    payouts = Payout.objects.with_facts_locked(list(rows))
    end(payouts, lambda payout: payout.expire("Waited longer than allowed."))
    facts.record("payout.expired", payouts, by=SYSTEM)
    return len(payouts)


def _go_on(payouts, verb):
    """Reserve for payouts where that is still to do, and move each through `verb` to its next gate."""
    reservations = facts.reserve_in_order(payouts, database_now().date())
    replan(payouts)
    for payout in payouts:
        getattr(payout, verb)()
    Payout.objects.save_states(payouts)
    post(reservations)
    facts.go_at_once(payouts)


def end(payouts, transition):
    """End locked payouts by a transition, and give back what was reserved for them."""
    reserved = [payout for payout in payouts if payout.funding == Payout.Funding.RESERVED]
    for payout in payouts:
        transition(payout)
    Payout.objects.save_states(payouts)
    facts.release(reserved, database_now().date())


def _pass_review(payouts, by, reason):
    """Let payouts of a cleared recipient go on: from review, or from the hold that their last gate opened."""
    _lift_compliance_holds(payouts, by, reason)
    cleared = [payout for payout in payouts if payout.status == State.IN_REVIEW]
    _go_on(cleared, "clear")
    facts.record("payout.cleared", cleared, by=by)


def _reject_for_compliance(payouts, by):
    """End payouts of a rejected recipient. The reason stays in the review: platforms see payouts and their events."""
    approvals.void_requests([payout.approval_id for payout in payouts if payout.approval_id])
    reload_approvals(payouts)
    end(payouts, lambda payout: payout.reject("compliance", REJECTED_BY_COMPLIANCE))
    facts.record("payout.rejected", payouts, by=by)


def _require_state(payouts, states, refusal, wanted, *, instead=lambda payout: ""):
    faults = [
        Fault(
            f"/{payout.public_id}",
            "wrong-state",
            f"{payout.public_id} is {payout.status}; only what {wanted} can.{instead(payout)}",
        )
        for payout in payouts
        if payout.status not in states
    ]
    if faults:
        detail = faults[0].detail if len(payouts) == 1 else f"{len(faults)} of {len(payouts)} payouts cannot."
        raise refusal(detail, errors=faults)


def _require_not_left(payouts, refusal):
    """Refuse to free money that may be gone: a restore has forgotten whether the bank was told."""
    faults = [
        Fault(f"/{payout.public_id}", "may-have-left", f"{payout.public_id} may have left before the restore: wait.")
        for payout in payouts
        if any(hold.kind == Hold.Kind.RESTORED for hold in payout.open_holds)
    ]
    if faults:
        raise refusal("The database was restored; whether it has left is being found out.", errors=faults)


def _recall_instead(payout) -> str:
    return "" if why_not_recalled(payout, payout.recalls_made) else " Its bank can be asked for the money: recall it."


def _require_reason(reason, refusal):
    if not reason.strip():
        raise refusal("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    return reason.strip()


def reload_approvals(payouts):
    """Read again what the database counts by itself."""
    ids = [payout.approval_id for payout in payouts if payout.approval_id]
    counted = {
        pk: rest for pk, *rest in Request.objects.filter(pk__any_of=ids).values_list("pk", "status", "approvals")
    }
    for payout in payouts:
        if payout.approval_id:
            payout.approval.status, payout.approval.approvals = counted[payout.approval_id]


def _lift_compliance_holds(payouts, by, reason):
    holds = Hold.objects.open().filter(payout__any_of=[p.pk for p in payouts], kind=Hold.Kind.COMPLIANCE)
    held = set(holds.values_list("payout_id", flat=True))
    if not held:
        return
    holds.update(lifted_by=author_of(by), lifted_at=database_now(), lifted_reason=reason[:255])
    released = Payout.objects.with_facts_locked([payout for payout in payouts if payout.pk in held])
    replan(released)
    Payout.objects.save_states(released)
    facts.record("payout.hold_lifted", released, by=by)
