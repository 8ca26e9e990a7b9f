"""Payouts to an account that is not the recipient's first: they wait for a second person, and end with a no."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from apps.approvals import operations as approvals
from apps.core.permissions import SYSTEM
from apps.payouts import facts
from apps.payouts.models import Hold, Payout
from apps.payouts.operations.decide import CHUNK, end, reload_approvals
from apps.payouts.states import sources
from apps.recipients import operations as recipients
from apps.recipients.models import MethodChange
from apps.recipients.operations import CannotDecideChange

TURNED_DOWN = (MethodChange.Status.REFUSED, MethodChange.Status.WITHDRAWN)
LOOKED_BACK = timedelta(days=1)
"""Far longer than a payout may be on its way into the table."""
_REASON = "The account it was made to was not confirmed."


@transaction.atomic
def decide_method_change(change_id, *, by, decision, reason=""):
    """
    Confirm or refuse another account of a recipient as the second person, or take one's own back.

    Payouts made to an account that is refused or taken back end, and what was reserved for them is free again.

    :raises PermissionDenied: if `by` may not decide it.
    :raises NotFound: if there is no such change.
    :raises CannotDecideChange: if it is decided already, is `by`'s own, a refusal gives no reason, or a payout to it may
        have left.
    """
    turns_down = decision != "confirm"
    payouts = Payout.objects.lock(_unsent(MethodChange.objects.filter(pk=change_id))) if turns_down else []
    change = recipients.record_method_decision(change_id, by=by, decision=decision, reason=reason)
    if change.status in TURNED_DOWN:
        if any(_may_have_left(payout) for payout in payouts):
            raise CannotDecideChange("The database was restored; whether a payout to it has left is being found out.")
        _end_all(payouts, by)
    return change


@transaction.atomic
def end_turned_down():
    """End payouts that were made to an account while it was turned down; return how many."""
    ids = _unsent(MethodChange.objects.filter(status__in=TURNED_DOWN, decided_at__gt=Now() - LOOKED_BACK))[:CHUNK]
    payouts = [payout for payout in Payout.objects.lock(ids) if not _may_have_left(payout)] if ids else []
    _end_all(payouts, SYSTEM)
    return len(payouts)


def _unsent(changes):
    """Return the ids of payouts that have not left, to the accounts of these changes."""
    payouts = Payout.objects.filter(status__in=sources("reject"), recipient__in=changes.values("method__recipient"))
    return list(payouts.filter(method_version__in=changes.values("version")).values_list("pk", flat=True))


def _may_have_left(payout):
    return any(hold.kind == Hold.Kind.RESTORED for hold in payout.open_holds)


def _end_all(payouts, by):
    payouts = [payout for payout in payouts if payout.status in sources("reject")]  # some ended before they were locked
    approvals.void_requests([payout.approval_id for payout in payouts if payout.approval_id])
    reload_approvals(payouts)
    for payout in payouts:
        payout.open_change = None
    end(payouts, lambda payout: payout.reject("account", _REASON))
    facts.record("payout.rejected", payouts, by=by)
