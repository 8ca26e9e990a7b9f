"""What the simulated bank is seen to be and to have been asked."""

from apps.api.v1.schema_parts import AMOUNT, CURRENCY, MOMENT, MOMENT_OR_NULL, NUMBER, TEXT, an_id, named, one_of, thing

SANDBOX_PLATFORM = {
    "id": an_id("ptn"),
    "name": TEXT,
    "status": one_of("open", "closing", "closed"),
    "funding_reference": TEXT,
    "opened_by": an_id("ptn"),
    "opened_at": MOMENT,
    "closed_at": MOMENT_OR_NULL,
}

SCHEMAS = {
    "SandboxClock": thing(
        "sandbox_clock",
        bank_account=an_id("ba"),
        now=MOMENT,
        banking_day={**TEXT, "format": "date"},
        offset_seconds=NUMBER,
    ),
    "SandboxScenarioInForce": thing(
        "sandbox_scenario",
        id=an_id("sbs"),
        number={**NUMBER, "minimum": 1},
        name=TEXT,
        seed=NUMBER,
        rules={"type": "array", "items": {"type": "object"}},
        posted_at=MOMENT,
    ),
    "SandboxAdvanced": thing(
        "sandbox_advance",
        payout=an_id("po"),
        outcome=TEXT,
        at_bank={
            **one_of("not_there", "accepted", "paid", "refused"),
            "description": "How far the bank had the payment when it was asked.",
        },
        clock=named("SandboxClock"),
    ),
    "SandboxPlatform": thing("sandbox_platform", **SANDBOX_PLATFORM),
    "SandboxPlatformWithKey": thing(
        "sandbox_platform",
        **SANDBOX_PLATFORM,
        bank_account=an_id("ba"),
        api_key={**TEXT, "description": "Shown only here. It may do everything.", "examples": ["pp_sandbox_…"]},
    ),
    "SandboxDeposit": thing(
        "sandbox_deposit",
        id=TEXT,
        bank_account=an_id("ba"),
        amount=AMOUNT,
        currency=CURRENCY,
        reference=TEXT,
        debtor_name=TEXT,
        bank_reference=TEXT,
        booked_on={**TEXT, "format": "date"},
        created_at=MOMENT,
    ),
}
