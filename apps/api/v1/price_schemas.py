"""What answers say of prices: the fee of a payout, and quotes."""

from apps.api.v1.json_schema import (
    AMOUNT,
    CURRENCY,
    DAY_OR_NULL,
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    an_id,
    nullable,
    one_of,
    thing,
)

FEE_ITEMS = {
    "type": "array",
    "items": thing(
        None,
        type=one_of("fixed", "percentage", "minimum", "maximum"),
        amount={"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"},
        explanation=TEXT,
    ),
    "description": "What the fee is made of; the amounts sum to it.",
}
PAID_BY = {**one_of("platform", "recipient"), "description": "On top of the amount, or out of it."}
FEE = nullable(
    thing(
        None,
        "What it costs, by the terms that were in force or quoted when it was created. Null: there are none.",
        amount=AMOUNT,
        paid_by=PAID_BY,
        status=one_of("agreed", "reserved", "pending", "earned", "given_back", "not_charged"),
        refunded_on_return={"type": "boolean", "description": "Whether it is given back if the money comes back."},
        items=FEE_ITEMS,
        schedule=thing(None, id=an_id("set"), version=NUMBER),
    )
)
CHARGES = {
    "fee": FEE,
    "total": {**AMOUNT, "description": "What your balance is charged: the amount, and a fee that you pay."},
    "net": {**AMOUNT, "description": "What arrives: the amount, less a fee that the recipient pays."},
}

QUOTE_OPTION = thing(
    None,
    "What one rail would cost, or why it cannot be taken. Of those that can, a payout with rail auto takes the first.",
    rail=TEXT,
    is_possible={"type": "boolean"},
    reasons={"type": "array", "items": thing(None, code=TEXT, detail=TEXT)},
    fee=nullable(
        thing(
            None,
            amount=AMOUNT,
            paid_by=PAID_BY,
            refunded_on_return={"type": "boolean"},
            items=FEE_ITEMS,
            schedule=thing(None, id=an_id("set"), version=NUMBER),
        )
    ),
    total=nullable({**AMOUNT, "description": "What your balance would be charged."}),
    net=nullable({**AMOUNT, "description": "What would arrive."}),
    cut_off_at={**MOMENT_OR_NULL, "description": "To be approved until then; null: it leaves at once."},
    execute_on=DAY_OR_NULL,
    arrives_on={**DAY_OR_NULL, "description": "If it is approved until the cut-off."},
)
QUOTE = thing(
    "quote",
    id=an_id("quo"),
    status={**one_of("open", "used", "expired"), "description": "A payout can be made at its price while it is open."},
    amount=AMOUNT,
    currency=CURRENCY,
    recipient=nullable(an_id("rcp")),
    method=nullable(an_id("pm")),
    country={**TEXT, "description": "Of the account."},
    rail={**TEXT, "description": "As it was asked for."},
    execute_on=DAY_OR_NULL,
    options={"type": "array", "items": QUOTE_OPTION},
    payout={**nullable(an_id("po")), "description": "What was paid at its price."},
    created_at=MOMENT,
    expires_at=MOMENT,
)
