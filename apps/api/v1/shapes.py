"""What requests say beside what a payout and a recipient are: every other shape a body may have, in one place."""

from apps.core.shapes.fields import (
    Amount,
    Currency,
    Flag,
    Identifier,
    Integer,
    Text,
    Timestamp,
    Url,
)
from apps.core.shapes.objects import ListOf, Object

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

RETIREMENT = Object(
    "Retirement",
    reason=Text("Kept in the recipient's history.", max_length=140, required=False, default="Retired by the platform."),
)

KEY_ROTATION = Object(
    "KeyRotation",
    overlap_hours=Integer(
        "For how long the key that asks works on beside the new one.",
        minimum=0,
        maximum=720,
        required=False,
        default=24,
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

RESEND = Object(
    "WebhookResendRange",
    "Which events; without any member all of them.",
    after=Identifier("evt", "Events that came after this one.", required=False),
    since=Timestamp("That happened at this moment or later.", required=False),
    until=Timestamp("That happened before this moment.", required=False),
    event_types=ListOf(Text(max_length=60), "Of these types.", max_items=50, unique=True, required=False),
    only_undelivered=Flag("Leave out what has arrived.", required=False, default=True),
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

NEW_PLATFORM = Object(
    "NewSandboxPlatform",
    example={"name": "CI run 4711"},
    name=Text("What it is called, here and by the operators.", max_length=140),
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
