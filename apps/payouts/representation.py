"""A payout as the API shows it and as events carry it to webhooks."""

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.payouts.charges import represent_charges
from apps.payouts.explain import failure, recall, waiting_on
from apps.payouts.models import Batch
from apps.pricing.models import Quote
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
        **represent_charges(payout),
        "quote": encode(Quote.id_prefix, payout.quote_id) if payout.quote_id else None,
        "reference": payout.reference,
        "end_to_end_id": payout.end_to_end_id,
        "recipient": payout.payee["recipient"],
        "method": payout.payee["method"],
        "rail": payout.rail,
        "as_sent": payout.payee["as_sent"],
        "execute_on": payout.execute_on.isoformat() if payout.execute_on else None,
        "cut_off_at": payout.cut_off_at.isoformat(),
        "batch": encode(Batch.id_prefix, payout.batch_id) if payout.batch_id else None,
        "description": payout.description or None,
        "metadata": payout.metadata,
        "approval": _approval(payout.approval),
        "funding": payout.funding,
        "tracking": payout.tracking or None,
        "failure": failure(payout),
        "recall": recall(payout),
        "created_at": payout.created_at.isoformat(),
    }


def represent_payee(recipient, version, method_version, rail, remittance) -> dict:
    """
    Return what a payout keeps of whom it pays: recipient and method as they are now, and what the bank reads of them.

    `remittance` is what the recipient's bank shows with the money.
    """
    return {
        "recipient": {
            "id": recipient.public_id,
            "kind": recipient.kind,
            "name": version.name,
            "country": version.country,
            "version": version.number,
        },
        "method": represent_method(method_version),
        "as_sent": {
            "creditor_name": rail.bank_text(method_version.holder_name),
            "remittance": rail.bank_text(remittance),
        },
    }


def represent_batch(batch, statuses: dict[str, int] | None = None) -> dict:
    """Return the public shape of a batch with the number of its payouts per status; in a list without it."""
    counted = {} if statuses is None else {"statuses": statuses}
    return {
        "id": batch.public_id,
        "object": "batch",
        "reference": batch.reference,
        "count": batch.count,
        "totals": {currency: format_amount(amount, currency) for currency, amount in batch.totals.items()},
        **counted,
        "created_at": batch.created_at.isoformat(),
    }


def _approval(request):
    if request is None:
        return None
    return {"status": request.status, "required": request.required, "given": request.approvals}
