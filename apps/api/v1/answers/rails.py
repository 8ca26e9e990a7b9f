from apps.api.v1.schema_parts import (
    AMOUNT,
    CURRENCY,
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    named,
    nullable,
    one_of,
    thing,
)

DAY = {**TEXT, "format": "date"}
REASONS = {"type": "array", "items": thing(None, code=TEXT, detail=TEXT)}
CUT_OFFS = {"type": "array", "items": {**TEXT, "examples": ["15:00"]}, "description": "In the zone of the calendar."}

SCHEMAS = {
    "Rail": thing(
        "rail",
        id={**TEXT, "description": "As a payout names it.", "examples": ["sepa_credit_transfer"]},
        title=TEXT,
        family={**one_of("file", "call"), "description": "Whether it leaves in files at cut-offs, or at once."},
        limits={"type": "array", "items": thing(None, currency=CURRENCY, minimum=AMOUNT, maximum=AMOUNT)},
        countries={"type": "array", "items": thing(None, country=TEXT, since=DAY)},
        calendar=TEXT,
        zone=TEXT,
        cut_offs=CUT_OFFS,
        banking_days_to_credit=NUMBER,
        seconds_to_credit={"type": ["integer", "null"]},
        recall=nullable(thing(None, "Whether money can be asked back.", banking_days_to_answer=NUMBER)),
        finality=TEXT,
        max_name_length=NUMBER,
        max_remittance_length=NUMBER,
        coming={
            "type": "array",
            "items": thing(None, on=DAY, what=one_of("limits", "cut_offs", "country"), detail=TEXT),
            "description": "What is known to change after today.",
        },
        sources={"type": "array", "items": thing(None, fact=TEXT, document=TEXT, checked_on=DAY)},
    ),
    "RailList": thing("list", data={"type": "array", "items": named("Rail")}),
    "RailCalendar": thing(
        "rail_calendar",
        rail=TEXT,
        calendar=TEXT,
        zone=TEXT,
        first=DAY,
        last=DAY,
        closed={"type": "array", "items": thing(None, day=DAY, reason={**TEXT, "examples": ["Good Friday"]})},
        cut_offs=CUT_OFFS,
    ),
    "RoutePreview": thing(
        "route_preview",
        at=MOMENT_OR_NULL,
        rail={**TEXT_OR_NULL, "description": "Null: no rail could."},
        plan=nullable(
            thing(
                None,
                leaves_at=MOMENT,
                execute_on=DAY,
                arrives_on=DAY,
                calendar=TEXT,
                zone=TEXT,
                moves={**REASONS, "description": "Why not earlier, such as a holiday or a cut-off that has passed."},
            )
        ),
        considered={
            "type": "array",
            "items": thing(None, rail=TEXT, taken={"type": "boolean"}, reasons=REASONS, note=TEXT),
        },
    ),
}
