"""States that SQL names, so that partial indexes fit it, are those that the models name."""

import re
from pathlib import Path

import pytest

from apps.payouts.models import Attempt, RecallRequest
from apps.reconciliation.models import StatementLine

APPS = Path(__file__).resolve().parents[2] / "apps"


@pytest.mark.parametrize(
    ("places", "begins", "states"),
    [
        (["payouts/models/attempt.py"], "status IN ('prepared'", Attempt.LIVE),
        (["payouts/models/recall.py"], "status IN ('requested'", RecallRequest.LIVE),
        (["reconciliation/sql", "reconciliation/operations", "reconciliation/jobs.py"], "state IN ('unmatched'", StatementLine.OPEN_STATES),
    ],
    ids=["attempts that live", "recalls that live", "lines that are open"],
)  # fmt: skip
def test_states_in_sql_are_those_of_the_model(places, begins, states):
    files = [file for place in places for file in ([APPS / place] if "." in place else (APPS / place).iterdir())]
    texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
    found = [
        text[at.start() :].split("(", 1)[1].split(")", 1)[0]
        for text in texts
        for at in re.finditer(re.escape(begins), text)
    ]
    assert found
    for named in found:
        assert set(re.findall(r"'(\w+)'", named)) == {str(state) for state in states}
