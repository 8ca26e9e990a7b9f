"""The catalog names every event that the code records, so that partners can subscribe to it and people look it up."""

import ast
import re
from pathlib import Path

from apps.events.catalog import INTERNAL, PUBLISHED

APPS = Path(__file__).resolve().parents[2] / "apps"
TYPE = re.compile(r"[a-z_]+\.[a-z_]*")
RECORDERS = {"record", "tell", "_set_active", "_set_status"}


def recorded_types():
    """Yield (place, type) of every event type a call to a recorder names; of an f-string, its noun."""
    for path in sorted(APPS.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in RECORDERS:
                for argument in call.args:
                    value = argument.values[0] if isinstance(argument, ast.JoinedStr) and argument.values else argument
                    if isinstance(value, ast.Constant) and TYPE.fullmatch(str(value.value)):
                        yield f"{path.relative_to(APPS)}:{call.lineno}", value.value


def test_every_recorded_event_is_in_the_catalog():
    known = PUBLISHED | INTERNAL
    nouns = {name.split(".")[0] + "." for name in known}
    found = list(recorded_types())

    assert len(found) > 20
    assert [(place, name) for place, name in found if name not in known and name not in nouns] == []


def test_no_event_is_both_published_and_internal():
    assert not PUBLISHED.keys() & INTERNAL.keys()


def test_people_and_reviews_are_never_published():
    assert {name.split(".")[0] for name in PUBLISHED} == {
        "payout",
        "recipient",
        "api_key",
        "batch",
        "information_request",
        "webhook_endpoint",
    }
