from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.payouts.models import Payout
from tests.bench.console import addresses, pages, questions_of_others
from tests.bench.crowd import Crowd
from tests.doors.conftest import as_, queries_of  # noqa: F401
from tests.pages.table import PAGES
from tests.pages.world import World

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


@LOOKED_AT
def test_no_page_asks_the_database_more_often_where_there_are_more_rows(committed_db, bank_folder, as_):  # noqa: F811
    """Takes half a minute: it makes the world of the pictures, then fifty and more rows of each kind beside it."""
    (world := World()).fill()
    people = {person.email: person for person in world.people.values()}
    asked = [*addresses(world), *questions_of_others()]
    before = {name: queries_of(as_(people[who]), address) for name, address, who in asked}
    Crowd(1000, world=world).fill()
    after = {name: queries_of(as_(people[who]), address) for name, address, who in asked}
    assert {name: (before[name], after[name]) for name in before if after[name] > before[name]} == {}
    assert {
        page.name
        for page in PAGES
        if page.at.endswith("_changelist") and not page.query and page.steps is None and page.who
    } <= (before.keys() | {"error-forbidden"})
