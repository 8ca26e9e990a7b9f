"""Few rows and many: every list takes the same number of queries, and every page that is measured opens."""

from pathlib import Path

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.payouts.models import Payout
from tests.bench.console import pages, questions_of_others
from tests.bench.crowd import Crowd
from tests.pages.table import PAGES, unfold_all
from tests.pages.world import World

INVARIANTS = Path(__file__).resolve().parents[2] / "apps/audit/sql/invariants"
MOST_QUERIES = 40
MANY = 1000
LOOKED_AT = pytest.mark.except_invariants(*(path.stem for path in INVARIANTS.glob("*.sql")))  # what the rows are for


@LOOKED_AT
def test_lists_take_as_many_queries_with_few_rows_as_with_many(committed_db, bank_folder):
    """Takes some seconds: a house is made and then crowded, and every list of it is opened before and after."""
    (world := World()).fill()
    few, lists = Queries(world), _lists(world)
    for address, who in lists.items():
        few.count(address, who)
    crowd = Crowd(MANY, world=world)
    crowd.fill()
    many = Queries(world)
    for address, who in lists.items():
        many.count(address, who)
    assert {
        address: (taken, many.taken[address]) for address, taken in few.taken.items() if taken != many.taken[address]
    } == {}
    assert Payout.objects.count() > MANY

    measured = pages()
    for name, address, who in measured[::4] + measured[-8:] + questions_of_others()[::4]:
        assert many.count(address, who or crowd.approver.email) <= MOST_QUERIES, name


class Queries:
    """How many queries each address took, of people of the house."""

    def __init__(self, world):
        self.people = {person.email: person for person in world.people.values()}
        self.clients, self.taken = {}, {}

    def count(self, address, who) -> int:
        from apps.users.models import User

        if who not in self.clients:
            self.clients[who] = Client()
            self.clients[who].force_login(self.people.get(who) or User.objects.get(email=who))
            self.clients[who].get("/admin/account/")  # after which the session has its token
        with CaptureQueriesContext(connection) as queries:
            answer = self.clients[who].get(address)
        assert answer.status_code == 200, address
        self.taken[address] = len(queries)
        return len(queries)


def _lists(world) -> dict:
    """Return who looks at every list, queue and first page of the table, by address."""
    lists = {page.address(world): world.people[page.who].email for page in PAGES if _is_list(page)}
    names = {f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in site._registry}
    assert {reverse(name) for name in names} <= lists.keys()
    return lists


def _is_list(page) -> bool:
    is_shown = page.who and page.steps in (None, unfold_all) and not page.name.startswith("error-")
    return is_shown and page.row is None and not page.at.startswith("sign_in")
