"""
Lists: what a page costs. However many rows there are and however deep the page, an index leads to its rows, and the queries
are as many as for one row.
"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.compliance.operations import ask_platform
from apps.core.ids import encode, uuid7
from apps.payouts.models import Payout
from tests import database, factories
from tests.api.conftest import a_payout, a_recipient

MOMENT = "2026-11-01T00:00:00Z"
LISTS = {
    "/recipients": ["", "status=retired", "reference=x"],
    "/information-requests": [""],
    "/payouts": ["", "status=failed", "reference=x", f"created_from={MOMENT}", f"created_before={MOMENT}"],
    "/batches": ["", "reference=x"],
    "/batch-plans": [""],
    "/events": ["", "type=payout.failed", f"subject={encode('po', uuid7())}"],
    "/webhook-endpoints/{endpoint}/deliveries": ["", "status=failed", "status=pending"],
    "/recipients/{recipient}/methods": [""],
    "/payouts/{payout}/events": [""],
    "/batches/{batch}/items": [""],
    "/api-keys": [""],
    "/idempotency-keys": ["", "key=x"],
    "/balance-entries": ["currency=EUR"],
}
PAGE = 2
PAGES = [(path, query) for path, queries in LISTS.items() for query in queries if path != "/balance-entries"]
"""Entries are read from the two sides of an account, see test_balances.py."""
FEW = ("subject=", "reference=", "key=", "status=pending", "status=failed")
"""One row, by a unique constraint; one subject's; or those that an index of few rows leads to: a tiny table needs none."""


@pytest.fixture(scope="module", autouse=True)
def young_tables(django_db_setup, django_db_blocker):
    """Have tables that nobody has counted: of one that is known to be empty any index serves the planner."""
    with django_db_blocker.unblock():
        database.clone()


@pytest.fixture
def filled(api, platform, analyst):
    """A platform that has a few of everything that is listed, and ids for the addresses of what belongs to one thing."""
    api.create("/payouts", a_payout(recipient=a_recipient(name=factories.LISTED)))
    ask_platform(Payout.objects.get().review_id, "Which birthday do they have?", days=5, by=analyst)
    endpoint = api.create("/webhook-endpoints", {"url": "http://127.0.0.1:9/x", "event_types": ["*"]}).json()
    payouts = [api.create("/payouts", a_payout()).json() for _ in range(3)]
    batches = [api.create("/batches", {"reference": f"B-{n}", "payouts": [a_payout(), a_payout()]}) for n in range(3)]
    for number in range(3):
        raw = b'{"amount": "%d"}' % number
        api.create(f"/batch-plans?reference=P-{number}", raw=raw, Content_Type="application/x-ndjson")
        factories.key_of(platform)
    return {
        "endpoint": endpoint["id"],
        "payout": payouts[0]["id"],
        "recipient": payouts[0]["recipient"]["id"],
        "batch": batches[0].json()["id"],
    }


def asked(api, path, query, **more):
    """Return the statements of one page that look for rows of the list itself, and all statements of it."""
    query = "&".join(filter(None, [query, *(f"{name}={value}" for name, value in more.items())]))
    with CaptureQueriesContext(connection) as found:
        answer = api.read(f"{path}?{query}")
    assert answer.status_code == 200, answer.content
    statements = [one["sql"] for one in found]
    return answer.json(), [one for one in statements if re.search(rf"ORDER BY .* LIMIT {PAGE + 1}\b", one)], statements


def plan_of(statement) -> str:
    """Return how PostgreSQL would find the rows in a large table: it may neither read it whole nor sort it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_page_is_found_by_an_index_in_its_order(api, filled, subtests):
    for path, query in PAGES:
        path = path.format(**filled)
        with subtests.test(f"{path}?{query}"):
            page, rows, _ = asked(api, path, query, limit=PAGE)
            if page["has_more"]:
                _, deep, _ = asked(api, path, query, limit=PAGE, cursor=page["next_cursor"])
                rows += deep
            assert rows
            of_one = path.endswith(("/events", "/methods")) and path != "/events"
            by_few = query.startswith(FEW) and not (path == "/payouts" and query.startswith("status="))
            for statement in rows:
                check(plan_of(statement), few=of_one or by_few)


def check(plan, *, few):
    """Say that the plan is one for a large table; of one subject there are few rows, so they may be sorted."""
    assert "Seq Scan" not in plan, plan
    assert few or "Sort" not in plan, plan
    looked_through = re.findall(r"Filter: (.*)", plan)
    columns = r"\b(partner_id|status|type|reference|key)\b"
    assert few or not [one for one in looked_through if re.search(columns, one)], plan


def test_more_rows_cost_no_more_queries(api, filled, subtests):
    before = {path: len(asked(api, path.format(**filled), queries[0], limit=100)[2]) for path, queries in LISTS.items()}
    for _ in range(2):
        api.create("/payouts", a_payout(recipient=filled["recipient"]))
        api.create("/batches", {"reference": factories.iban(), "payouts": [a_payout()]})
    for path, queries in LISTS.items():
        with subtests.test(path):
            _, _, after = asked(api, path.format(**filled), queries[0], limit=100)
            assert len(after) <= before[path], after
