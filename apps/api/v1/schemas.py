"""What answers look like: JSON Schemas of everything that `represent…` functions return."""

from apps.api.v1 import answers
from apps.api.v1.schema_parts import (
    AMOUNT,
    CURRENCY,
    DAY_OR_NULL,
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    STRINGS,
    TEXT,
    TEXT_OR_NULL,
    an_id,
    list_of,
    named,
    nullable,
    one_of,
    thing,
)

WAITING = thing(
    None,
    "One thing a payout waits for.",
    what={**TEXT, "examples": ["approval"]},
    who={**TEXT, "description": "A role of the house, `platform`, `bank` or `portal`."},
    since=MOMENT,
    until=MOMENT_OR_NULL,
    rule={**TEXT, "description": "Which policy, list or calendar says so."},
    unblocked_by=TEXT,
)

_METHOD = {
    "id": an_id("pm"),
    "type": one_of("iban"),
    "version": NUMBER,
    "account": {**TEXT, "description": "Masked.", "examples": ["DE75 **** **** 6199"]},
    "holder_name": TEXT,
    "bic": TEXT_OR_NULL,
    "country": TEXT,
    "currency": CURRENCY,
    "usable_from": MOMENT,
}
METHOD = thing("payout_method", **_METHOD)

METHOD_CHANGE = nullable(
    thing(
        None,
        "Of a method that was changed: how the change stands. Null as long as the method is the first.",
        id=an_id("mch"),
        status=one_of("proposed", "confirmed", "refused", "withdrawn"),
        proposed_at=MOMENT,
        decided_at=MOMENT_OR_NULL,
        usable_from={**MOMENT, "description": "Once confirmed, money follows it from then on."},
    )
)

RECIPIENT = thing(
    "recipient",
    id=an_id("rcp"),
    kind=one_of("individual", "company"),
    status=one_of("active", "retired"),
    reference=TEXT_OR_NULL,
    version=NUMBER,
    name=TEXT,
    country=TEXT,
    date_of_birth=DAY_OR_NULL,
    email=TEXT_OR_NULL,
    method=nullable(named("PayoutMethod")),
    method_change=METHOD_CHANGE,
    created_at=MOMENT,
)

INFORMATION_REQUEST = thing(
    "information_request",
    "Something you are asked about one of your recipients.",
    id=an_id("rfi"),
    status=one_of("open", "answered", "closed"),
    recipient=an_id("rcp"),
    question=TEXT,
    due_at=MOMENT,
    asked_at=MOMENT,
    answer=TEXT_OR_NULL,
    ended_at=MOMENT_OR_NULL,
)

FAILURE = nullable(thing(None, code=TEXT, reason=TEXT))

COUNTED = nullable(
    thing(
        None,
        "What counted together for the approval policy: all that this recipient or account gets within 24 hours.",
        amount=AMOUNT,
        currency=CURRENCY,
        rule=TEXT,
        parts={"type": "array", "items": an_id("po"), "description": "The newest payouts that counted besides."},
    )
)

RECALL = nullable(
    thing(
        None,
        "The last request to the bank to give the money back.",
        id=an_id("rcl"),
        status=one_of("requested", "asked", "granted", "refused", "unanswered", "over"),
        status_at=MOMENT,
        reason=TEXT,
        requested_at=MOMENT,
        answer_due_on={**TEXT, "format": "date", "description": "By then the scheme wants an answer of the bank."},
        answer=nullable(thing(None, code=TEXT, reason=TEXT)),
    )
)

PAYOUT_STATUS = one_of(
    "in_review", "awaiting_approval", "awaiting_funds", "scheduled", "submitting", "in_doubt", "sent", "paid",
    "failed", "rejected", "cancelled", "expired", "returned",
)  # fmt: skip

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

PAYOUT = thing(
    "payout",
    id=an_id("po"),
    status=named("PayoutStatus"),
    status_at=MOMENT,
    waiting_on={"type": "array", "items": named("Waiting")},
    amount=AMOUNT,
    currency=CURRENCY,
    **CHARGES,
    quote={**nullable(an_id("quo")), "description": "The quote that it was priced by, if it named one."},
    reference=TEXT,
    end_to_end_id={**TEXT, "description": "What banks carry from end to end; it proves which payment a line is."},
    recipient=thing(None, id=an_id("rcp"), kind=TEXT, name=TEXT, country=TEXT, version=NUMBER),
    method=named("PayoutMethod"),
    rail=TEXT,
    as_sent=thing(None, "What the recipient's bank reads.", creditor_name=TEXT, remittance=TEXT),
    execute_on=DAY_OR_NULL,
    cut_off_at=MOMENT,
    batch=nullable(an_id("bat")),
    description=TEXT_OR_NULL,
    metadata=STRINGS,
    approval=nullable(thing(None, status=TEXT, required=NUMBER, given=NUMBER)),
    funding=TEXT,
    tracking=TEXT_OR_NULL,
    failure=FAILURE,
    recall=RECALL,
    created_at=MOMENT,
)

EVENT = {
    "id": an_id("evt"),
    "type": {**TEXT, "examples": ["payout.paid"]},
    "created_at": MOMENT,
    "sequence": {**NUMBER, "minimum": 1, "description": "Counts the events of the subject from 1, without gaps."},
    "subject": {**TEXT, "description": "Id of what it happened to."},
    "data": {"type": "object", "description": "The subject as it was afterwards."},
}

_CHANGE = {
    "type": "object",
    "properties": {"pointer": TEXT, "old": {}, "new": {}},
    "required": ["pointer", "old", "new"],
}
_PLAN_TOTAL = thing(
    "",
    currency=CURRENCY,
    rows=NUMBER,
    valid=NUMBER,
    reviews={**NUMBER, "description": "Valid rows that compliance would look at first."},
    approvals={**NUMBER, "description": "Valid rows that somebody would have to approve."},
    duplicates={**NUMBER, "description": "Valid rows that look like another payment."},
    amount={**AMOUNT, "description": "Of the valid rows."},
    fees={**AMOUNT, "description": "Of the valid rows, whoever pays them."},
    total={**AMOUNT, "description": "What your balance would be charged: the amount, and the fees that you pay."},
    covered={"type": "boolean", "description": "Whether what is available covers the total."},
    balance_after={**AMOUNT, "description": "What would be left of it."},
    short_by={**AMOUNT, "description": "What would be missing; payouts that do not fit wait for it."},
)
PLAN = {
    "id": an_id("pln"),
    "status": one_of("reading", "unmapped", "unreadable", "planned", "committing", "committed", "cancelled"),
    "reference": TEXT,
    "format": one_of("jsonl", "csv", "xlsx"),
    "file_name": TEXT_OR_NULL,
    "size": {**NUMBER, "description": "Bytes."},
    "sha256": {**TEXT, "description": "Of the file as it came."},
    "problem": {**TEXT_OR_NULL, "description": "Why it cannot be planned, or does not go on."},
    "rows": {**NUMBER, "description": "Read so far."},
    "valid": NUMBER,
    "faulty": NUMBER,
    "totals": {"type": "array", "items": _PLAN_TOTAL},
    "plan_hash": {**TEXT_OR_NULL, "description": "What to name in order to commit it, once it is planned."},
    "changes": {
        "type": "array",
        "items": _CHANGE,
        "description": "What was otherwise when it was last committed in vain: the first hundred.",
    },
    "changes_count": NUMBER,
    "mode": {"enum": ["all_or_nothing", "valid_rows", None]},
    "created": {**NUMBER, "description": "Payouts made so far."},
    "refused": {
        **NUMBER,
        "description": "Rows that were valid when it was committed, and not any more a moment later.",
    },
    "batch": {"type": ["string", "null"], "description": "What its payouts are listed under."},
    "created_at": MOMENT,
    "committed_at": MOMENT_OR_NULL,
}
_PLAN_ANSWER = thing(
    "",
    recipient={**TEXT_OR_NULL, "description": "Null: it would be a new one."},
    rail=TEXT,
    fee=AMOUNT,
    fee_paid_by=nullable(PAID_BY),
    fee_schedule=nullable(an_id("set")),
    total={**AMOUNT, "description": "What your balance would be charged."},
    net={**AMOUNT, "description": "What would arrive."},
    cut_off_at={**MOMENT_OR_NULL, "description": "Null: it leaves at once."},
    execute_on={"type": "string", "format": "date"},
    arrives_on={"type": "string", "format": "date"},
    approvals={**NUMBER, "description": "People who would have to approve it."},
    screening=one_of("clear", "review", "unscreened"),
    duplicates={"type": "array", "items": TEXT, "description": "Payouts of the last days that look like the same."},
)
PLAN_ROW = {
    "id": an_id("plr"),
    "number": {**NUMBER, "description": "Its place among the rows, from 1."},
    "line": {**NUMBER, "description": "Where it begins in the file."},
    "status": one_of("planned", "created", "refused"),
    "reference": TEXT_OR_NULL,
    "amount": {**AMOUNT, "type": ["string", "null"]},
    "currency": {**CURRENCY, "type": ["string", "null"]},
    "name": TEXT_OR_NULL,
    "account": {**TEXT_OR_NULL, "description": "Masked."},
    "plan": {
        "oneOf": [_PLAN_ANSWER, {"type": "null"}],
        "description": "What would come of it; null where it has faults.",
    },
    "same_amount_and_account": {
        **NUMBER,
        "description": "Other rows of the file that pay the same to the same account.",
    },
    "faults": {
        "type": "array",
        "items": thing("", pointer=TEXT, code=TEXT, detail=TEXT, column=TEXT_OR_NULL),
        "description": "With the pointer into the row as a `NewPayout`, and the column if the file is a table.",
    },
    "payout": {"type": ["string", "null"], "description": "What came of it."},
}

_BATCH = {
    "id": an_id("bat"),
    "reference": TEXT,
    "count": NUMBER,
    "totals": {"type": "object", "additionalProperties": AMOUNT},
    "created_at": MOMENT,
}

ANSWERS = answers.ALL | {
    "Recipient": RECIPIENT,
    "RecipientList": list_of("Recipient"),
    "PayoutMethod": METHOD,
    "PayoutMethodVersion": thing("payout_method", **_METHOD, change=METHOD_CHANGE, created_at=MOMENT),
    "InformationRequest": INFORMATION_REQUEST,
    "InformationRequestList": list_of("InformationRequest"),
    "Payout": PAYOUT,
    "PayoutList": list_of("Payout"),
    "PayoutStatus": PAYOUT_STATUS,
    "Waiting": WAITING,
    "PayoutExplanation": thing(
        "payout_explanation",
        id=an_id("po"),
        status=named("PayoutStatus"),
        means=TEXT,
        since=MOMENT,
        waiting_on={"type": "array", "items": named("Waiting")},
        may_become={"type": "array", "items": named("PayoutStatus")},
        charges=thing(None, means=TEXT, **CHARGES),
        failure=FAILURE,
        recall=RECALL,
        counted=COUNTED,
        duplicates={
            "type": "array",
            "items": thing(None, id=an_id("po"), reference=TEXT),
            "description": "The payouts that it looks like, as long as it is held for that.",
        },
        rail=thing(None, requested=TEXT, chosen=TEXT, considered={"type": "array", "items": {"type": "object"}}),
        next_cut_off=MOMENT_OR_NULL,
    ),
    "Quote": QUOTE,
    "Batch": thing(
        "batch",
        **_BATCH,
        statuses={"type": "object", "additionalProperties": NUMBER, "description": "Number of payouts per status."},
    ),
    "BatchInList": thing("batch", **_BATCH),
    "BatchList": list_of("BatchInList"),
    "BatchPlan": thing("batch_plan", **PLAN),
    "BatchPlanList": list_of("BatchPlan"),
    "BatchPlanRow": thing("batch_plan_row", **PLAN_ROW),
    "BatchPlanRowList": list_of("BatchPlanRow"),
    "Balance": thing(
        "balance",
        currency=CURRENCY,
        available={**AMOUNT, "description": "What new payouts can use."},
        reserved={**AMOUNT, "description": "Set aside for payouts that have not left."},
        returned={**AMOUNT, "description": "Came back and is not credited yet."},
        blocked={**AMOUNT, "description": "Frozen."},
    ),
    "BalanceList": thing(
        "list",
        data={"type": "array", "items": named("Balance")},
        funding_reference={**TEXT, "description": "Write this on transfers that fund the balance."},
    ),
    "Event": thing("event", **EVENT),
    "EventList": list_of("Event"),
    "EventMessage": thing(None, "The body of a webhook message.", **EVENT),
}

EVENT_MESSAGE = {
    "operationId": "receiveEvent",
    "summary": "An event, sent to your endpoint",
    "description": "Signed after Standard Webhooks: verify `webhook-signature` over id, timestamp and body with the "
    "endpoint's secret. Answer 2xx within 20 seconds. Events of one subject arrive in sequence; the same event may "
    "arrive twice.",
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": TEXT}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": named("EventMessage")}}},
    "responses": {"2XX": {"description": "Received. Anything else is tried again for days."}},
}
