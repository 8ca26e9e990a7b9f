"""What the bank documents, and what it does all the same: by the amount of a payment, or by a programme for tests."""

import json
from dataclasses import dataclass
from pathlib import Path

from apps.sandbox.scenarios import (
    INSTANT_ORDINARY,
    INSTANT_SCENARIOS,
    INSTANT_UNUSUAL,
    InstantScenario,
    instant_scenario_for,
)

FILE_NAME = "behavior.json"
ORDINARY = "ordinary"
_ALL = (*INSTANT_SCENARIOS.values(), *INSTANT_UNUSUAL.values())
_BY_CODE = {scenario.code: scenario for scenario in _ALL} | {ORDINARY: INSTANT_ORDINARY}


@dataclass(frozen=True)
class Terms:
    """What the bank promises its customer; see the fields of the same names in the account's `instant` record."""

    duplicate_check: str
    duplicate_window_seconds: int
    remembers_refusals: bool
    can_query: bool
    visibility_seconds: int
    longest_call_seconds: float
    longest_processing_seconds: int
    can_recall: bool


USUAL_TERMS = Terms(
    duplicate_check="forever",
    duplicate_window_seconds=0,
    remembers_refusals=True,
    can_query=True,
    visibility_seconds=10,
    longest_call_seconds=10,
    longest_processing_seconds=60,
    can_recall=True,
)
"""What a new sandbox account gets."""


class Programme:
    """
    Behavior that a test writes into a file beside the log, read anew at every call; without the file amounts decide.

    ``{"payments": {"<end-to-end id>": [<code>, …], "*": […]}, "queries": {"<end-to-end id>": [<trouble>, …], "*": […]}}``:
    the first call about a payment meets the first code or trouble, the second the second. What is beyond the list is
    ordinary. ``*`` is for payments that are not named.
    """

    def __init__(self, folder: Path):
        try:
            self.written = json.loads((folder / FILE_NAME).read_bytes())
        except FileNotFoundError:
            self.written = {}

    def names(self, end_to_end_id: str) -> bool:
        """Tell whether anything is written about the payment."""
        payments = self.written.get("payments", {})
        return end_to_end_id in payments or "*" in payments

    def scenario(self, end_to_end_id: str, amount: int, call: int) -> InstantScenario:
        """Return what the bank does with the payment at the so-many-th call about it, counted from 0."""
        payments = self.written.get("payments", {})
        codes = payments.get(end_to_end_id, payments.get("*"))
        if codes is None:
            return instant_scenario_for(amount)
        return _BY_CODE[codes[call]] if call < len(codes) else INSTANT_ORDINARY

    def trouble_of_query(self, end_to_end_id: str, call: int) -> str:
        """Return what befalls the so-many-th query about a payment, counted from 0; empty for nothing."""
        queries = self.written.get("queries", {})
        troubles = queries.get(end_to_end_id, queries.get("*", []))
        return troubles[call] if call < len(troubles) else ""

    def is_trouble_of_call(self, end_to_end_id: str, call: int) -> bool:
        """Tell whether a scenario's trouble befalls this call: with an amount's scenario only the first."""
        return call == 0 or self.names(end_to_end_id)
