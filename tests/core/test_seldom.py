"""What is kept in memory is what a statement would read, whoever changes the table, and however often nothing is asked."""

import random
from string import ascii_uppercase

import pytest
from django.db import connection, connections, transaction

from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.core.seldom import looked_at, read_seldom, seldom
from apps.core.statements import ask
from apps.payouts.operations import stop_sending
from apps.rails.models import BankAccount, Stop
from tests.threads import at_once

KEY = "reasons"
chance = random.Random(7)


@pytest.fixture
def looks(monkeypatch):
    """How often the table itself was read."""
    return []


@pytest.fixture
def reasons_in_block(looks):
    def load():
        looks.append(1)
        return [reason for (reason,) in ask("SELECT reason FROM rails_stop ORDER BY id")]

    return lambda: seldom(Stop, (KEY, connection.settings_dict["NAME"]), load)


@pytest.fixture
def reasons(reasons_in_block):
    def reasons():
        with read_seldom():
            return reasons_in_block()

    return reasons


def stop(reason):
    value = "".join(chance.choices(ascii_uppercase, k=2))
    stop_sending(Stop.Scope.COUNTRY, value, by=SYSTEM, reason=reason, kind=Stop.Kind.INVARIANT)


def test_a_table_is_read_again_only_once_it_has_changed(db, reasons, looks):
    stop("first")
    assert [reasons(), reasons(), reasons()] == [["first"]] * 3 and len(looks) == 1
    stop("second")
    assert [reasons(), reasons()] == [["first", "second"]] * 2 and len(looks) == 2


def test_a_row_that_is_changed_is_seen(db, bank_account):
    def names():
        with read_seldom():
            return seldom(BankAccount, "names", lambda: list(BankAccount.objects.values_list("name", flat=True)))

    assert names() == [bank_account.name]
    BankAccount.objects.update(name="Another")
    assert names() == ["Another"]


def test_outside_of_a_block_it_is_always_read(db, looks):
    for _ in range(2):
        assert seldom(Stop, KEY, lambda: looks.append(1)) is None
    assert len(looks) == 2


def test_within_a_block_it_is_looked_once(db, django_assert_num_queries, reasons):
    stop("first")
    reasons()
    with django_assert_num_queries(1), read_seldom():
        assert seldom(Stop, (KEY, connection.settings_dict["NAME"]), None) == ["first"]
        assert seldom(Stop, (KEY, connection.settings_dict["NAME"]), None) == ["first"]


def test_the_clock_of_a_block_is_that_of_its_look(db, reasons):
    before = database_now()
    with read_seldom():
        seldom(Stop, KEY, lambda: None)
        looked = looked_at()
        assert before <= looked <= database_now() and looked_at() == looked
    assert looked_at() > looked


def test_what_was_undone_is_not_taken_for_what_came_after_it(db, reasons):
    stop("first")
    with pytest.raises(ValueError, match="undo"), transaction.atomic():
        stop("undone")
        assert reasons() == ["first", "undone"]
        raise ValueError("undo")
    assert reasons() == ["first"]
    stop("after")
    assert reasons() == ["first", "after"]


def test_what_a_block_has_written_itself_is_not_kept_under_what_was_before(db, reasons, reasons_in_block):
    stop("first")
    reasons()
    stop("second")
    with pytest.raises(ValueError, match="undo"), transaction.atomic(), read_seldom():
        assert looked_at()
        stop("undone")
        assert reasons_in_block() == ["first", "second", "undone"]
        raise ValueError("undo")
    assert reasons() == ["first", "second"]


def test_what_another_session_has_not_committed_is_not_seen(committed_db, reasons):
    stop("first")

    def stop_slowly():
        with transaction.atomic():
            stop("slow")
            assert at_once(reasons) == [["first"]]
        connections.close_all()

    at_once(stop_slowly)
    assert at_once(reasons) == [["first", "slow"]]


def test_an_empty_table_that_nobody_has_changed_yet_is_known_to_be_empty(db, reasons, looks):
    assert [reasons(), reasons()] == [[], []] and len(looks) <= 1
    stop("first")
    assert reasons() == ["first"]


def test_the_runtime_role_changes_no_state_by_hand(db):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        ask("UPDATE core_tablechange SET state = gen_random_uuid()")
