"""A quote as the API shows it."""

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.payouts.models import Payout
from apps.pricing.fees import explain_parts, price_of
from apps.recipients.models import PayoutMethod, Recipient


def represent_quote(quote, now, payout_id=None) -> dict:
    """Return the public shape of a quote; `payout_id` is the id of the payout that was made at its price, if one was."""
    status = "used" if payout_id else "expired" if quote.expires_at <= now else "open"
    return {
        "id": quote.public_id,
        "object": "quote",
        "status": status,
        "amount": format_amount(quote.amount, quote.currency),
        "currency": quote.currency,
        "recipient": encode(Recipient.id_prefix, quote.recipient) if quote.recipient else None,
        "method": encode(PayoutMethod.id_prefix, quote.method) if quote.method else None,
        "country": quote.country,
        "rail": quote.rail,
        "execute_on": quote.execute_on.isoformat() if quote.execute_on else None,
        "options": [_represent_option(quote, option) for option in quote.options],
        "payout": encode(Payout.id_prefix, payout_id) if payout_id else None,
        "created_at": quote.created_at.isoformat(),
        "expires_at": quote.expires_at.isoformat(),
    }


def _represent_option(quote, option):
    priced = "terms" in option
    price = price_of(quote.amount, option.get("terms", {}))
    return {
        "rail": option["rail"],
        "is_possible": not option["reasons"],
        "reasons": option["reasons"],
        "fee": _represent_fee(price, quote.currency) if price.terms else None,
        "total": format_amount(price.total, quote.currency) if priced else None,
        "net": format_amount(max(price.net, 0), quote.currency) if priced else None,
        "cut_off_at": option.get("cut_off_at"),
        "execute_on": option.get("execute_on"),
        "arrives_on": option.get("arrives_on"),
    }


def _represent_fee(price, currency):
    return {
        "amount": format_amount(price.fee, currency),
        "paid_by": price.paid_by,
        "refunded_on_return": price.terms["refunded_on_return"],
        "items": explain_parts(price.amount, currency, price.terms),
        "schedule": {"id": price.terms["setting"]["id"], "version": price.terms["setting"]["version"]},
    }
