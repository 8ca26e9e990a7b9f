from apps.api.v1.schema_parts import (
    AMOUNT,
    CURRENCY,
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    an_id,
    nullable,
    thing,
)

DAY = {**TEXT, "format": "date"}
FILE = thing(
    None,
    "The file in which it went to the bank.",
    message_id=TEXT,
    sha256={**TEXT_OR_NULL, "description": "Digest of the bytes; null until the file is closed."},
    execute_on=DAY,
    handed_over_at=MOMENT_OR_NULL,
)
ATTEMPT = thing(
    None,
    id=an_id("att"),
    number=NUMBER,
    rail=TEXT,
    status=TEXT,
    status_at=MOMENT,
    instruction_id=TEXT,
    amount=AMOUNT,
    currency=CURRENCY,
    reason_code=TEXT_OR_NULL,
    file=nullable(FILE),
    created_at=MOMENT,
)
LINE = thing(
    None,
    "A line of a bank statement, as far as it is about this payout.",
    match=an_id("mat"),
    kind=TEXT,
    amount=AMOUNT,
    currency=CURRENCY,
    booked_on=DAY,
    value_on={"type": ["string", "null"], "format": "date"},
    bank_reference=TEXT_OR_NULL,
    statement={**TEXT, "description": "The bank's own id of the statement."},
    because=TEXT_OR_NULL,
    matched_at=MOMENT,
    undone_at=MOMENT_OR_NULL,
)
POSTING = thing(
    None, moment=TEXT, debit=TEXT, credit=TEXT, amount=AMOUNT, currency=CURRENCY, value_on=DAY, posted_at=MOMENT
)

SCHEMAS = {
    "PayoutEvidence": thing(
        "payout_evidence",
        payout=an_id("po"),
        status={"$ref": "#/components/schemas/PayoutStatus"},
        end_to_end_id=TEXT,
        content_digest={
            **TEXT,
            "description": "SHA-256 of what was approved: account, amount, currency, reference, rail.",
        },
        attempts={"type": "array", "items": ATTEMPT},
        bank_lines={"type": "array", "items": LINE},
        postings={"type": "array", "items": POSTING},
    ),
}
