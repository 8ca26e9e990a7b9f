from apps.api.v1.schema_parts import AMOUNT, CURRENCY, MOMENT, NUMBER, TEXT, TEXT_OR_NULL, list_of, one_of, thing

DAY = {**TEXT, "format": "date"}
SIGNED = {**TEXT, "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", "examples": ["-125.50"]}
BALANCE = one_of("available", "reserved", "returned", "blocked")
MOMENT_OF_BUSINESS = {**TEXT, "examples": ["payout.reserved"]}

SCHEMAS = {
    "BalanceHistory": thing(
        "balance_history",
        currency=CURRENCY,
        data={
            "type": "array",
            "items": thing(None, day=DAY, available=AMOUNT, reserved=AMOUNT, returned=AMOUNT, blocked=AMOUNT),
        },
    ),
    "BalanceEntry": thing(
        "balance_entry",
        id=TEXT,
        moment=MOMENT_OF_BUSINESS,
        subject={**TEXT_OR_NULL, "description": "Id of what it is about, such as a payout."},
        change=SIGNED,
        balance_after=AMOUNT,
        currency=CURRENCY,
        value_on=DAY,
        posted_at=MOMENT,
    ),
    "BalanceEntryList": list_of("BalanceEntry"),
    "LedgerStatement": thing(
        "ledger_statement",
        currency=CURRENCY,
        balance=BALANCE,
        first=DAY,
        last=DAY,
        opening=AMOUNT,
        closing=AMOUNT,
        moments={
            "type": "array",
            "items": thing(None, moment=MOMENT_OF_BUSINESS, count=NUMBER, **{"in": AMOUNT, "out": AMOUNT}),
        },
    ),
    "Limit": thing(
        "limit",
        currency=CURRENCY,
        at_once={**AMOUNT, "type": ["string", "null"], "description": "The largest payout; null: no limit."},
        in_24_hours={**AMOUNT, "type": ["string", "null"]},
        left_now={**AMOUNT, "type": ["string", "null"], "description": "Of the limit for 24 hours."},
    ),
    "LimitList": thing("list", data={"type": "array", "items": {"$ref": "#/components/schemas/Limit"}}),
}
