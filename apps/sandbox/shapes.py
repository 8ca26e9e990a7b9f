"""What a platform may say about how the simulated bank shall behave."""

from apps.core.shapes.faults import fault
from apps.core.shapes.fields import Amount, Choice, Currency, Integer, Text
from apps.core.shapes.objects import ListOf, Object
from apps.sandbox.checks import reasons
from apps.sandbox.outcomes import MOST_BANKING_DAYS, OUTCOMES

MOST_RULES = 200

_OUTCOME = Choice(*OUTCOMES, help_text="What the bank does.")
_REASON = Choice(*sorted(reasons()), help_text="The reason code, of outcomes that take one.", required=False)
_DAYS = Integer(
    "How many banking days later, of outcomes that take them.", minimum=0, maximum=MOST_BANKING_DAYS, required=False
)

RULE = Object(
    "SandboxRule",
    "What holds for payments to which all that is said here applies. With nothing but an outcome it holds for every one.",
    reference=Text("The payout's reference.", max_length=64, required=False, default=""),
    reference_prefix=Text("What the payout's reference begins with.", max_length=64, required=False, default=""),
    recipient=Text("The recipient's id, or your reference of it.", max_length=64, required=False, default=""),
    amount_from=Amount("The least amount.", required=False, example="100.00"),
    amount_to=Amount("The largest amount.", required=False, example="100.00"),
    currency=Currency(required=False, default="EUR", example="EUR"),
    per_thousand=Integer(
        "So many of a thousand, drawn by seed and reference.", minimum=1, maximum=1000, required=False
    ),
    outcome=_OUTCOME,
    reason=_REASON,
    banking_days=_DAYS,
)

SCENARIO = Object(
    "SandboxScenario",
    "The first rule that matches a payment counts. What no rule matches is decided by names and amounts.",
    example={
        "name": "november",
        "seed": 7,
        "rules": [
            {"reference": "INV-1", "outcome": "refused", "reason": "AC04", "banking_days": 1},
            {"recipient": "seller-7", "outcome": "returned", "reason": "MD07", "banking_days": 3},
            {"reference_prefix": "LOT-", "per_thousand": 50, "outcome": "not_answered"},
        ],
    },
    name=Text("What you call it.", max_length=80),
    seed=Integer(
        "Decides what is drawn: the same seed draws the same.", minimum=0, maximum=2**31 - 1, required=False, default=0
    ),
    rules=ListOf(RULE, "In their order.", min_items=0, max_items=MOST_RULES),
)

ADVANCE = Object(
    "SandboxAdvance",
    example={"outcome": "returned", "reason": "AC04", "banking_days": 3},
    outcome=_OUTCOME,
    reason=_REASON,
    banking_days=_DAYS,
)


def check_scenario(document, faults):
    """Note what no single member of a scenario file can see."""
    for number, rule in enumerate(document.get("rules") or ()):
        if rule is not None:
            check_outcome(rule, faults, f"/rules/{number}")


def check_outcome(document, faults, pointer=""):
    """Note a reason, or days, of an outcome that takes none."""
    outcome = OUTCOMES.get(document.get("outcome"))
    if outcome is None:
        return
    for name, takes in (("reason", outcome.takes_reason), ("banking_days", outcome.takes_days)):
        if document.get(name) is not None and not takes:
            fault(faults, f"{pointer}/{name}", "not-of-this-outcome", f"The outcome {outcome.name} takes none.")


def scenario_schema() -> dict:
    """Return the JSON Schema of a scenario file, whole in itself."""
    rule = RULE.definition()
    scenario = SCENARIO.definition()
    scenario["properties"]["rules"]["items"] = rule
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scenario file", **scenario}
