from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.payouts.models import Payout
from tests.bench.console import pages
from tests.bench.crowd import Crowd
from tests.doors.conftest import as_  # noqa: F401

INVARIANTS = Path(__file__).resolve().parents[2] / "apps/audit/sql/invariants"
MOST_QUERIES = 40


LOOKED_AT = pytest.mark.except_invariants(*(path.stem for path in INVARIANTS.glob("*.sql")))  # what the rows are for


@LOOKED_AT
def test_the_pages_that_are_measured_open_and_take_few_queries(committed_db, bank_folder, watchlist, as_):  # noqa: F811
    """Takes some seconds: a thousand payouts are made, and every fourth of the measured pages is opened over them."""
    crowd = Crowd(1000)
    crowd.fill()
    client, counts = as_(crowd.approver), {}
    for name, address, _ in (listed := pages())[::4] + listed[-8:]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, name
        counts[name] = len(queries)
    assert {name: count for name, count in counts.items() if count > MOST_QUERIES} == {}
    assert Payout.objects.count() == 1001
