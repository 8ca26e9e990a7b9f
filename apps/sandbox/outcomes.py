"""
Outcomes: what a platform can ask the simulated bank to do with a payment, in one vocabulary for every rail.

An outcome is a scenario of `scenarios.py` on each rail that has one, with another reason code or another number of days
where it takes one.
"""

import re
from dataclasses import dataclass, replace

from apps.sandbox.checks import reasons, words
from apps.sandbox.scenarios import (
    INSTANT_ORDINARY,
    INSTANT_SCENARIOS,
    INSTANT_UNUSUAL,
    ORDINARY,
    SCENARIOS,
    UNUSUAL,
    InstantScenario,
    Scenario,
)

MOST_BANKING_DAYS = 60
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Outcome:
    """One thing that the bank can be asked to do: its scenario for payments in files, and for instant payments."""

    name: str
    title: str
    file: Scenario | None = None
    instant: InstantScenario | None = None
    takes_reason: bool = False
    takes_days: bool = False

    @property
    def rails(self) -> list[str]:
        """Return the names of the rails that have it."""
        return [rail for rail, it in (("sepa_credit_transfer", self.file), ("sepa_instant", self.instant)) if it]


OUTCOMES = {
    outcome.name: outcome
    for outcome in (
        Outcome("paid", "Paid without incident.", ORDINARY, INSTANT_ORDINARY),
        Outcome(
            "refused",
            "Refused by the bank; in a file so many banking days late.",
            SCENARIOS[70701],
            INSTANT_SCENARIOS[70741],
            takes_reason=True,
            takes_days=True,
        ),
        Outcome(
            "returned",
            "Paid, and returned so many banking days later.",
            SCENARIOS[70711],
            INSTANT_SCENARIOS[70771],
            takes_reason=True,
            takes_days=True,
        ),
        Outcome("returned_unnamed", "Paid, and returned without its references.", SCENARIOS[70715]),
        Outcome("returned_short", "Paid, and returned without 5.00.", instant=INSTANT_SCENARIOS[70774]),
        Outcome("returned_twice", "Paid, and returned twice.", instant=INSTANT_SCENARIOS[70775]),
        Outcome("booked_late", "Paid, but one banking day late.", UNUSUAL[70722]),
        Outcome("answered_late", "Paid, but the bank's answer comes late.", SCENARIOS[70731], INSTANT_SCENARIOS[70754]),
        Outcome("not_answered", "In doubt, then paid.", SCENARIOS[70732], INSTANT_SCENARIOS[70751]),
        Outcome("lost", "In doubt, then not paid.", SCENARIOS[70733], INSTANT_SCENARIOS[70752]),
        Outcome("refused_and_paid", "Refused, and paid all the same.", UNUSUAL[70709], INSTANT_UNUSUAL[70745]),
        Outcome("recall_granted", "Paid; a recall brings the money back.", instant=INSTANT_SCENARIOS[70781]),
        Outcome("recall_unanswered", "Paid; a recall is never answered.", instant=INSTANT_SCENARIOS[70782]),
    )
}


@dataclass(frozen=True)
class Wanted:
    """An outcome that was asked for, with the reason code and the banking days that go with it, where any were given."""

    outcome: str
    reason: str = ""
    banking_days: int | None = None

    def in_file(self) -> Scenario | None:
        """Return the scenario for a payment in a file; None if files have no such outcome."""
        scenario = OUTCOMES[self.outcome].file
        if scenario is None:
            return None
        return replace(scenario, **self._changes(scenario, "banking_days"))

    def instant(self) -> InstantScenario | None:
        """Return the scenario for an instant payment; None if these have no such outcome."""
        scenario = OUTCOMES[self.outcome].instant
        if scenario is None:
            return None
        changes = self._changes(scenario, "days")
        days = changes.pop("days", None)
        if days and scenario.returned_after_seconds:
            changes["returned_after_seconds"] = (days * _DAY_SECONDS,)
        return replace(scenario, **changes)

    def _changes(self, scenario, days: str) -> dict:
        outcome, changes = OUTCOMES[self.outcome], {}
        if outcome.takes_reason and self.reason:
            changes |= {"reason": self.reason, "title": f"{outcome.title} {words(self.reason)}"}
        if outcome.takes_days and self.banking_days is not None:
            changes[days] = self.banking_days
        return changes


_NAME = re.compile(r"(refused|returned) ([a-z0-9]{4})(?: day ([0-9]{1,2}))?", re.IGNORECASE | re.ASCII)


def wanted_by_name(name: str) -> Wanted | None:
    """Return what a magic name asks for: `Refused AC04`, `Returned MD07 Day 3`; None for every other name."""
    match = _NAME.fullmatch(name.strip())
    if match is None or match[2].upper() not in reasons():
        return None
    return Wanted(match[1].lower(), match[2].upper(), int(match[3]) if match[3] else None)


def markdown_table() -> str:
    """Return outcomes as a table for the integrators' documentation."""
    rows = [
        f"| `{one.name}` | {one.title} | {', '.join(f'`{rail}`' for rail in one.rails)} |"
        f" {', '.join(name for name, takes in (('`reason`', one.takes_reason), ('`banking_days`', one.takes_days)) if takes)} |"
        for one in OUTCOMES.values()
    ]
    return "\n".join(["| outcome | what the bank does | rails | takes |", "|---|---|---|---|", *rows])


def reasons_table() -> str:
    """Return the reason codes that can be asked for."""
    rows = [f"| `{code}` | {words(code)} |" for code in sorted(reasons())]
    return "\n".join(["| reason code | the bank's words |", "|---|---|", *rows])
