"""A payout as the API shows it and as events carry it to webhooks."""

from apps.core.money import format_amount
from apps.payouts.explain import failure, waiting_on
from apps.rails.registry import RAILS
from apps.recipients.representation import represent_method


def represent(payout) -> dict:
    """Return the public shape of a payout that was loaded with its facts."""
    return {
        "id": payout.public_id,
        "object": "payout",
        "status": payout.status,
        "status_at": payout.status_at.isoformat(),
        "waiting_on": waiting_on(payout),
        "amount": format_amount(payout.amount, payout.currency),
        "currency": payout.currency,
        "reference": payout.reference,
        "end_to_end_id": payout.end_to_end_id,
        "recipient": {
            "id": payout.recipient.public_id,
            "kind": payout.recipient.kind,
            "name": payout.recipient_version.name,
            "country": payout.recipient_version.country,
            "version": payout.recipient_version.number,
        },
        "method": represent_method(payout.method_version),
        "rail": payout.rail,
        "as_sent": _as_sent(payout),
        "execute_on": payout.execute_on.isoformat() if payout.execute_on else None,
        "cut_off_at": payout.cut_off_at.isoformat(),
        "batch": payout.batch.public_id if payout.batch else None,
        "description": payout.description or None,
        "metadata": payout.metadata,
        "approval": _approval(payout.approval),
        "funding": payout.funding,
        "tracking": payout.tracking or None,
        "failure": failure(payout),
        "created_at": payout.created_at.isoformat(),
    }


def _as_sent(payout):
    """What the bank reads where a rail's character set is smaller than Unicode."""
    rail = RAILS[payout.rail]
    return {
        "creditor_name": rail.bank_text(payout.method_version.holder_name),
        "remittance": rail.bank_text(payout.description or payout.reference),
    }


def represent_batch(batch, statuses: dict[str, int]) -> dict:
    """Return the public shape of a batch with the number of its payouts per status."""
    return {
        "id": batch.public_id,
        "object": "batch",
        "reference": batch.reference,
        "count": batch.count,
        "totals": {currency: format_amount(amount, currency) for currency, amount in batch.totals.items()},
        "statuses": statuses,
        "created_at": batch.created_at.isoformat(),
    }


def _approval(request):
    if request is None:
        return None
    return {"status": request.status, "required": request.required, "given": request.approvals}
