"""
Bugs seeded on purpose: each patches one place of the product, as somebody might have written it.

The machines must find every one. Those in `EQUIVALENT` are not found because another part of the product makes them
harmless, and the reason says which. Those in `RACES_ONLY` need two processes at the same instant, those in `POINTS_ONLY`
a death at one place of the way of a file; the tests of these machines seed them.
"""

import json
from pathlib import Path

from tests.simulator.bugs import answers, asking, calls, sending, statements  # noqa: F401 - they register their bugs
from tests.simulator.bugs.registry import BUGS

__all__ = ["BUGS", "EQUIVALENT", "POINTS_ONLY", "RACES_ONLY", "catchable", "found_at"]

RACES_ONLY = {
    "lock_nothing": "One process takes one step at a time, so only machines with threads or processes see it."
}

POINTS_ONLY = {
    "look_not_whether_the_bank_has_the_file": "The bank takes a file between its upload and its note, and the worker dies there: "
    "`tests/faults/test_file_crash_points.py`."
}

_HARMLESS_WHERE_SENT_AGAIN = (
    "A bank that is sent to again recognizes the payment, one that would not is never sent to again, and people who are "
    "asked too early find the truth."
)

EQUIVALENT = {
    "any_refusal_counts": "A second send is made only when the first must show, so what refuses it has nothing of the first.",
    "believe_not_there_at_once": _HARMLESS_WHERE_SENT_AGAIN,
    "forget_how_long_it_stays_invisible": _HARMLESS_WHERE_SENT_AGAIN,
    "judge_by_the_time_of_the_answer": _HARMLESS_WHERE_SENT_AGAIN,
    "accepted_is_the_end": "The bank pays whatever it has accepted, and its statement proves it without being asked.",
    "clear_only_the_first": "The sweep `screen_waiting` moves whatever waits for a review that was decided.",
    "check_no_reference_twice": "The unique constraint refuses the same, and the refusal is translated to the same words.",
    "settle_in_any_state": "A debit is expected only of an attempt that the bank may have, which is asked under the account's lock; "
    "and the state machine refuses a transition that its table does not have.",
    "lease_ends_at_once": "Handing over is exclusive by the name of the file; the lease only saves work.",
}


FOUND = Path(__file__).with_name("found.json")
"""Bugs with a seed from which on each is found soon, as `manage.py simulate --all-bugs` has measured."""


def found_at() -> dict[str, int]:
    return json.loads(FOUND.read_text(encoding="utf-8"))


def catchable() -> list[str]:
    """Return the names of the bugs that the simulator must find."""
    return sorted(BUGS.keys() - EQUIVALENT.keys() - RACES_ONLY.keys() - POINTS_ONLY.keys())
