"""What requests say: every shape a body may have, in one place."""

from apps.api.fields import (
    Amount,
    Bic,
    BirthDate,
    Choice,
    Country,
    Currency,
    Date,
    Email,
    Iban,
    Identifier,
    Integer,
    Text,
    Timestamp,
    Url,
)
from apps.api.objects import ListOf, Metadata, Object, TextOrObject, Totals

MAX_BATCH = 1000

NEW_METHOD = Object(
    "NewMethod",
    "The bank account to pay to.",
    type=Choice("iban"),
    iban=Iban("Shown masked from here on.", example="DE75512108001245126199"),
    bic=Bic("Needed only where a bank cannot be found by the IBAN.", required=False, default=""),
    holder_name=Text("If it is not the recipient's name.", max_length=140, required=False, default=""),
    currency=Currency("Of the account.", required=False, default="EUR"),
)

_PERSON_OR_COMPANY = {
    "kind": Choice("individual", "company"),
    "name": Text("Legal name, as on an identity document or in a register.", max_length=140, example="Ada Muster"),
    "country": Country("Where the recipient lives or is registered.", example="DE"),
    "date_of_birth": BirthDate("Of an individual; it clears up equal names.", required=False),
    "email": Email(required=False, default=""),
    "reference": Text("Your own name for the recipient.", max_length=64, required=False, default=""),
}

NEW_RECIPIENT = Object(
    "NewRecipient",
    example={
        "kind": "individual",
        "name": "Ada Muster",
        "country": "DE",
        "reference": "seller-1001",
        "method": {"type": "iban", "iban": "DE75512108001245126199"},
    },
    **_PERSON_OR_COMPANY,
    method=Object(NEW_METHOD.name, NEW_METHOD.help_text, required=False, **NEW_METHOD.members),
)

INLINE_RECIPIENT = Object(
    "InlineRecipient",
    "A recipient that is created together with the payout.",
    **_PERSON_OR_COMPANY,
    method=NEW_METHOD,
)

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

NEW_BATCH = Object(
    "NewBatch",
    reference=Text("Your own name for the batch, unique among your batches.", max_length=64),
    payouts=ListOf(
        Object("BatchedPayout", **_PAYOUT), f"Up to {MAX_BATCH}; all are created or none.", max_items=MAX_BATCH
    ),
    count=Integer("How many you mean to send; refused if it differs.", minimum=1, maximum=MAX_BATCH, required=False),
    totals=Totals("The sum you mean to send, per currency; refused if it differs.", required=False),
)

CANCELLATION = Object(
    "Cancellation",
    reason=Text("Kept in the payout's history.", max_length=140, required=False, default="Cancelled by the platform."),
)

RECALL = Object(
    "Recall",
    reason=Text("Kept in the payout's history.", max_length=140, required=False, default="Recalled by the platform."),
)

INFORMATION = Object("InformationAnswer", answer=Text("What you know.", max_length=2000))

WITHDRAWAL = Object(
    "Withdrawal",
    reason=Text(
        "Kept in the recipient's history.", max_length=140, required=False, default="Taken back by the platform."
    ),
)

_EVENT_TYPES = ListOf(Text(max_length=60), "Names of event types, or `*` for every one.", max_items=50, unique=True)

NEW_ENDPOINT = Object(
    "NewWebhookEndpoint",
    example={"url": "https://platform.example/hooks/payouts", "event_types": ["*"]},
    url=Url("An https address that the public internet can reach."),
    event_types=_EVENT_TYPES,
    description=Text(max_length=140, required=False, default="", blank=True),
)

ENDPOINT_CHANGE = Object(
    "WebhookEndpointChange",
    url=Url(required=False),
    event_types=ListOf(_EVENT_TYPES.item, _EVENT_TYPES.help_text, max_items=50, unique=True, required=False),
    description=Text(max_length=140, required=False, blank=True),
)

NOTHING = Object("Nothing")

CLOCK_ADVANCE = Object(
    "ClockAdvance",
    "One of both.",
    to=Timestamp("The moment the clock shall show.", required=False),
    by_seconds=Integer("How far the clock shall go forward.", minimum=1, maximum=366 * 86400, required=False),
)

DEPOSIT = Object(
    "Deposit",
    amount=Amount(example="10000.00"),
    currency=Currency(required=False, default="EUR", example="EUR"),
    reference=Text(
        "The remittance text of the transfer; your funding reference unless said.",
        max_length=140,
        required=False,
        default="",
    ),
    debtor_name=Text("Who sends it.", max_length=140, required=False, default="Sandbox platform"),
)
