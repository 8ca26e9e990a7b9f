from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict
from apps.core.permissions import require_permission
from apps.events.models import Delivery
from apps.events.operations.recording import Fact, record


class CannotResend(Conflict):
    """`code` says why: on-its-way, endpoint-disabled."""

    title = "This message cannot be sent again"
    codes = {"on-its-way": ("The message has attempts left and is sent by itself.", "Wait for its next attempt.")}


@transaction.atomic
def resend(delivery_id, *, by):
    """
    Send a message again, under the same `webhook-id` and with all its attempts. Later events do not wait for it.

    :raises PermissionDenied: if `by` may not resend.
    :raises NotFound: if there is no such delivery, or it is another partner's.
    :raises CannotResend: while it is on its way anyway, or if its endpoint is disabled.
    """
    require_permission(by, "events.resend_delivery")
    [delivery] = Delivery.objects.reachable_by(by).select_related("event", "endpoint").lock([delivery_id])
    if delivery.status == Delivery.Status.PENDING:
        raise CannotResend("It is on its way already.", code="on-its-way")
    if not delivery.endpoint.is_active:
        raise CannotResend("Its endpoint is disabled; enable it first.", code="endpoint-disabled")
    before, now = delivery.status, database_now()
    delivery.status, delivery.attempts, delivery.lease_until = Delivery.Status.PENDING, 0, None
    delivery.next_at = delivery.resent_at = now
    delivery.save(update_fields=["status", "attempts", "lease_until", "next_at", "resent_at"])
    data = {
        "id": delivery.public_id,
        "event": delivery.event.public_id,
        "endpoint": delivery.endpoint.public_id,
        "status": "pending",
    }
    changes = {"status": [before, "pending"]}
    record("webhook_delivery.resent", [Fact(delivery.public_id, None, data, changes)], by=by)
    return delivery
