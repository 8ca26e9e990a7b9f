"""What a payout costs, as it is shown: the fee to the cent, who pays it, where it is now, and what leaves and arrives."""

from apps.core.money import format_amount
from apps.core.templatetags.portal import grouped
from apps.payouts.models import Payout
from apps.pricing.fees import PLATFORM, explain_parts

FEE_STATUSES = {
    "agreed": "It is charged once the payout is reserved.",
    "reserved": "It is set aside with the payout.",
    "pending": "It waits with the bank's answer, and is earned when a statement line shows the payment.",
    "earned": "A statement line shows the payment, so the fee is earned.",
    "given_back": "It is back on the platform's balance.",
    "not_charged": "The payout ended before anything was charged.",
}

_BY_FUNDING = {"reserved": "reserved", "submitted": "pending", "settled": "earned", "released": "given_back"}


def represent_charges(payout) -> dict:
    """Return the members of a payout that say what it costs: `fee` (None without a schedule), `total` and `net`."""
    return {
        "fee": represent_fee(payout) if payout.fee_terms else None,
        "total": format_amount(payout.total, payout.currency),
        "net": format_amount(payout.net, payout.currency),
    }


def represent_fee(payout) -> dict:
    """Return the fee of a payout that has terms, with what it is made of."""
    terms = payout.fee_terms
    return {
        "amount": format_amount(payout.fee, payout.currency),
        "paid_by": str(payout.fee_paid_by),
        "status": fee_status(payout),
        "refunded_on_return": terms["refunded_on_return"],
        "items": explain_parts(payout.amount, payout.currency, terms),
        "schedule": {"id": terms["setting"]["id"], "version": terms["setting"]["version"]},
    }


def fee_status(payout) -> str:
    """Return where the fee of a payout is now, one of `FEE_STATUSES`."""
    if payout.funding == Payout.Funding.NONE:
        return "not_charged" if payout.has_ended else "agreed"
    if payout.funding == Payout.Funding.RETURNED:
        return "given_back" if payout.is_fee_given_back else "earned"
    return _BY_FUNDING[payout.funding]


def in_words(payout) -> str:
    """Return one sentence that accounts for every cent of a payout."""
    amount, fee, total, net = (
        f"{grouped(units, payout.currency)} {payout.currency}"
        for units in (payout.amount, payout.fee, payout.total, payout.net)
    )
    if not payout.fee:
        return f"It costs nothing: {total} leave the platform's balance, and {net} arrive."
    whose = "the platform pays on top" if payout.fee_paid_by == PLATFORM else "the recipient pays out of it"
    return f"{amount} with a fee of {fee} that {whose}: {total} leave the platform's balance, and {net} arrive."
