from apps.api.v1.schema_parts import CURRENCY, MOMENT, NUMBER, TEXT, TEXT_OR_NULL, an_id, list_of, named, one_of, thing

REACH = thing(
    None,
    "Whether a payment to the account could take a rail today.",
    rail=TEXT,
    reaches={"type": "boolean"},
    reasons={"type": "array", "items": thing(None, code=TEXT, detail=TEXT)},
    holder_name_as_sent={**TEXT, "description": "In the letters that the rail carries."},
)
CHECK = thing(
    None,
    "One thing that was looked at.",
    check=one_of("account", "confirmation", "rest", "holder"),
    result={**one_of("pass", "pending", "unavailable"), "description": "`unavailable`: nobody here can tell."},
    detail=TEXT,
)

SCHEMAS = {
    "RailReach": REACH,
    "RecipientCheck": thing(
        "recipient_check",
        name=TEXT,
        account={**TEXT_OR_NULL, "description": "Masked."},
        rails={"type": "array", "items": named("RailReach")},
    ),
    "RecipientVerification": thing(
        "recipient_verification",
        recipient=an_id("rcp"),
        method=an_id("pm"),
        version=NUMBER,
        checks={"type": "array", "items": CHECK},
        rails={"type": "array", "items": named("RailReach")},
        verified_at=MOMENT,
    ),
    "Requirements": thing(
        "requirements",
        rail=TEXT,
        currency=CURRENCY,
        country=TEXT,
        kind=one_of("individual", "company"),
        schema={"type": "object", "description": "JSON Schema 2020-12 of a `NewRecipient`."},
    ),
    "PayoutMethodVersionList": list_of("PayoutMethodVersion"),
}
