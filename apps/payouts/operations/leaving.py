"""Somebody leaves: nothing opens for them any more, and what waits for a decision does not count theirs."""

from django.db import transaction

from apps.approvals import operations as approvals
from apps.partners.operations import revoke_keys_of
from apps.payouts import facts
from apps.payouts.models import Payout
from apps.users.operations import deactivate_person


@transaction.atomic
def shut_out_person(user_id, *, by):
    """
    Shut a person out: sign-ins and keys end with the next request, and approvals of what waits still are void.

    Revoked are the keys that the person answers for. What was decided before stays decided.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotDeactivate: if it is oneself, or a partner's service user.
    """
    person = deactivate_person(user_id, by=by)
    revoke_keys_of(person, by=by)
    # Behind the lock of the person, so that no approval of theirs is on its way any more.
    counting = Payout.objects.filter(approval__in=approvals.requests_counting(person))
    payouts = Payout.objects.lock(counting.values_list("pk", flat=True))
    void = set(approvals.void_decisions(person, [payout.approval_id for payout in payouts]))
    payouts = Payout.objects.with_facts_locked([payout for payout in payouts if payout.approval_id in void])
    facts.record("payout.approval_voided", payouts, by=by)
    return person
