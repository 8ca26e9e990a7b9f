"""What may be said of a payout, whichever door it comes through: the API, a batch, or a row of a file."""

from datetime import timedelta

from django.utils import timezone

from apps.core.shapes.faults import fault
from apps.core.shapes.fields import Amount, Choice, Country, Currency, Date, Identifier, Integer, Text
from apps.core.shapes.objects import ListOf, Metadata, Object, TextOrObject, Totals
from apps.payouts.operations.create import PayoutDraft
from apps.rails.models import BankAccount
from apps.recipients.shapes import INLINE_RECIPIENT, recipient_draft

MAX_BATCH = 1000
HORIZON_DAYS = 365

_PAYOUT = {
    "recipient": TextOrObject(Identifier("rcp", "A known recipient."), INLINE_RECIPIENT, "By id, or with all details."),
    "method": Identifier(
        "pm", "One of the recipient's methods; the newest unless said. Not with an inline recipient.", required=False
    ),
    "amount": Amount("A string, with a point before the decimals.", example="125.50"),
    "currency": Currency(example="EUR"),
    "reference": Text(
        "Your own name for the payout, unique among your payouts. The bank may show it to the recipient.",
        max_length=35,
        example="INV-2026-0815",
    ),
    "rail": Choice(
        "auto",
        "sepa_credit_transfer",
        "sepa_instant",
        help_text="How the money travels.",
        required=False,
        default="auto",
    ),
    "execute_on": Date("Not before this day; within a year from today.", required=False),
    "quote": Identifier(
        "quo", "A quote for just this: it has the price that was quoted, or is refused.", required=False
    ),
    "description": Text("What the payment is for.", max_length=140, required=False, default=""),
    "metadata": Metadata("Up to 50 strings of your own, given back as they are.", required=False, default={}),
}

NEW_PAYOUT = Object(
    "NewPayout",
    example={
        "recipient": {
            "kind": "individual",
            "name": "Ada Muster",
            "country": "DE",
            "method": {"type": "iban", "iban": "DE75512108001245126199"},
        },
        "amount": "125.50",
        "currency": "EUR",
        "reference": "INV-2026-0815",
    },
    **_PAYOUT,
)

NEW_QUOTE = Object(
    "NewQuote",
    "To a recipient, or to a country.",
    example={"amount": "125.50", "currency": "EUR", "country": "DE"},
    amount=_PAYOUT["amount"],
    currency=_PAYOUT["currency"],
    recipient=Identifier("rcp", "A known recipient.", required=False),
    method=Identifier("pm", "One of the recipient's methods; the newest unless said.", required=False),
    country=Country("Of the account, where the recipient is not known yet.", required=False, example="DE"),
    rail=_PAYOUT["rail"],
    execute_on=_PAYOUT["execute_on"],
)

NEW_BATCH = Object(
    "NewBatch",
    reference=Text("Your own name for the batch, unique among your batches.", max_length=64),
    payouts=ListOf(
        Object("BatchedPayout", **_PAYOUT), f"Up to {MAX_BATCH}; all are created or none.", max_items=MAX_BATCH
    ),
    count=Integer("How many you mean to send; refused if it differs.", minimum=1, maximum=MAX_BATCH, required=False),
    totals=Totals("The sum you mean to send, per currency; refused if it differs.", required=False),
)


def payout_draft(document) -> PayoutDraft:
    """Return what the operation takes for a payout as it was read."""
    recipient = document["recipient"]
    inline = recipient_draft(recipient) if isinstance(recipient, dict) else recipient
    return PayoutDraft(**{**document, "recipient": inline})


def check_payouts(partner, documents, pointers, faults):
    """Note what no single field of payouts can see; `pointers` says where each payout is."""
    dated = []
    for document, pointer in zip(documents, pointers, strict=True):
        if document is None:
            continue
        if document.get("execute_on") is not None:
            dated.append((f"{pointer}/execute_on", document["execute_on"]))
        if document.get("method") is not None and isinstance(document.get("recipient"), dict):
            detail = "An inline recipient brings its own method."
            fault(faults, f"{pointer}/method", "method-of-inline-recipient", detail)
    if dated:
        _check_days(dated, business_today(partner), faults)


def check_quote(partner, document, faults):
    """Note what no single field of a quote can see."""
    if document.get("execute_on") is not None:
        _check_days([("/execute_on", document["execute_on"])], business_today(partner), faults)


def business_today(partner):
    """Return today as the bank sees it that the partner's payouts leave from: a sandbox bank has its own clock."""
    account = BankAccount.objects.open_to(partner.mode, partner.pk).first()
    return account.business_today() if account else timezone.localdate()


def _check_days(dated, today, faults):
    last = today + timedelta(days=HORIZON_DAYS)
    for pointer, day in dated:
        if not today <= day <= last:
            fault(faults, pointer, "date-out-of-range", f"A day from {today} to {last}.")
