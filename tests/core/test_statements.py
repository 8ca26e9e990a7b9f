import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, DataError, NotSupportedError, ProgrammingError, connection, transaction
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import TransactionStatus
from psycopg.types.array import ListDumper

from apps.core.ids import uuid7
from apps.core.statements import ask, joined_rows
from apps.partners.models import Partner
from apps.recipients.models import Recipient, RecipientVersion
from apps.recipients.operations import create_recipients
from payouts_portal.database import planned
from payouts_portal.database.base import ListsDumper
from tests import factories

BOTH = (Recipient, RecipientVersion)
CURRENT = "FROM recipients_recipient LEFT JOIN recipients_recipientversion ON recipient_id = recipients_recipient.id AND number = %s"


def test_joined_rows_are_those_of_two_querysets(platform, key):
    create_recipients(platform.pk, [factories.recipient_draft(address={"city": "Port Null"})], by=key)
    [(recipient, version)] = joined_rows(BOTH, CURRENT, [1])
    assert (recipient, version) == (Recipient.objects.get(), RecipientVersion.objects.get())
    assert version.address == {"city": "Port Null"} and not version._state.adding
    assert joined_rows(BOTH, CURRENT, [2]) == [(recipient, None)]


def test_statement_is_planned_once_for_all_values(platform):
    planned = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%FROM partners_partner WHERE id = $1'"
    for pk in (platform.pk, platform.pk.__class__(int=1)):
        found = ask("SELECT name FROM partners_partner WHERE id = %s", [pk])
        assert found == list(Partner.objects.filter(pk=pk).values_list("name"))
    assert ask(planned, [])[0][0] == 1


def test_session_that_the_server_ended_is_noticed_before_it_is_used(committed_db):
    assert ask("SELECT 1") == [(1,)] and connection.is_usable()
    other = connection.copy()
    try:
        other.ask("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()
    deadline = time.monotonic() + 5
    while connection.is_usable() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not connection.is_usable()
    connection.close()


def test_what_fails_in_an_all_or_nothing_transaction_undoes_it(platform):
    with pytest.raises(ValueError, match="in between"), transaction.atomic():
        with connection.all_or_nothing():
            Partner.objects.filter(pk=platform.pk).update(name="Another")
            with pytest.raises(ValueError, match="in between"), transaction.atomic():
                raise ValueError("in between")
            assert connection.needs_rollback
        raise ValueError("in between")
    assert Partner.objects.get(pk=platform.pk).name == platform.name


def test_ids_are_written_as_they_are_with_gaps_and_none(db):
    ids = [uuid7(), None, uuid7()]
    assert ask("SELECT id FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (id, place) ORDER BY place", [ids]) == [
        (one,) for one in ids
    ]
    assert ask("SELECT cardinality(%s::uuid[]), cardinality(%s::uuid[])", [[None, None], []]) == [(2, 0)]
    pairs = [[ids[0], ids[2]], [ids[2], ids[0]]]
    assert ask("SELECT %s::uuid[]", [pairs]) == [(pairs,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text", [[ids[0]]])
        assert cursor.fetchone() == (f"{{{ids[0]}}}",)


@pytest.mark.parametrize("one", ["a", "", 'quo"ted', b"\x00b", uuid7()])
@pytest.mark.parametrize("form", [PyFormat.AUTO, PyFormat.TEXT])
def test_a_list_of_one_thing_has_the_type_that_psycopg_finds(db, one, form):
    connection.ensure_connection()
    dumper = ListsDumper(list, Transformer(connection.connection))
    assert dumper.get_key([one], form) == ListDumper.get_key(dumper, [one], form)
    kind = {str: "text", bytes: "bytea"}.get(type(one), "uuid")
    assert ask(f"SELECT %s::{kind}[]", [[one]]) == [([one],)]


def test_plan_fits_the_types_of_its_values(db):
    for values, found in (
        ([1], 1),
        (["1"], "1"),
        ([None], None),
        ([True], True),
        ([2], 2),
        ([uuid7.__name__], "uuid7"),
    ):
        assert ask("SELECT %s", values) == [(found,)]
    assert ask("SELECT %(a)s::int + %(b)s::int, %(a)s::text", {"a": 1, "b": 2}) == [(3, "1")]


def test_statement_that_failed_is_asked_again(db):
    for divisor, found in ((2, [(3,)]), (0, None), (3, [(2,)])):
        if found:
            assert ask("SELECT 6 / %s::int", [divisor]) == found
            continue
        with pytest.raises(DataError, match="division by zero"), transaction.atomic():
            ask("SELECT 6 / %s::int", [divisor])
    with pytest.raises(ProgrammingError, match="no_such_table"), transaction.atomic():
        ask("SELECT FROM no_such_table")
    assert ask("SELECT 6 / %s::int", [6]) == [(1,)]


@pytest.fixture
def other(committed_db):
    """A session of its own, of which nobody has asked anything."""
    other = connection.copy()
    yield other
    other.close()


def test_plan_that_is_not_good_any_more_is_made_anew(other):
    changing = "SELECT * FROM changing"
    with other.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS one")
        assert other.ask(changing) == [(1,)]
        cursor.execute("ALTER TABLE changing ADD COLUMN two text DEFAULT 'b'")
        with pytest.raises(NotSupportedError, match="result type"):
            other.ask(changing)
        assert other.ask(changing) == [(1, "b")]
        cursor.execute("DEALLOCATE ALL")
        with pytest.raises(DatabaseError, match="does not exist"):
            other.ask(changing)
        assert other.ask(changing) == [(1, "b")]


def test_plan_that_is_not_good_any_more_is_made_anew_in_a_transaction_too(committed_db, platform):
    for tell in (lambda: ask(NAME), connection.settle):
        with transaction.atomic():
            connection.send(RENAME, [platform.name])
            assert ask(NAME) == [(platform.name,)]
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        for text in (RENAME, NAME):
            with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
                connection.send(text, [platform.name] if text == RENAME else ())
                tell()
    connection.close()


def test_session_whose_answers_nobody_has_read_to_the_end_is_not_used_again(committed_db, platform, monkeypatch):
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        connection.send(RENAME, ["Another"])
        session, wait = connection.connection, type(connection.connection).wait

        def interrupted(self, *arguments, **options):
            wait(self, *arguments, **options)
            raise KeyboardInterrupt

        monkeypatch.setattr(type(session), "wait", interrupted)
        try:
            connection.settle()
        finally:
            monkeypatch.undo()
    assert session.closed
    assert ask(NAME) == [(platform.name,)]


def test_session_keeps_so_many_plans_and_no_more(other, monkeypatch):
    monkeypatch.setattr(planned, "MOST_PLANNED", 5)
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT %%::int + %%' AND from_sql = false"
    for number in range(12):
        assert other.ask(f"SELECT %s::int + {number}", [1]) == [(number + 1,)]
    assert 0 < other.ask(kept)[0][0] <= 5


def test_first_statement_of_a_transaction_begins_it(committed_db, platform):
    with transaction.atomic():
        assert ask("SELECT pg_current_xact_id()") == ask("SELECT pg_current_xact_id()")
    with pytest.raises(ValueError, match="enough"), transaction.atomic():
        ask("UPDATE partners_partner SET name = 'Nobody'")
        raise ValueError("enough")
    assert ask("SELECT name FROM partners_partner") == [(platform.name,)]
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE


def test_rows_of_no_columns_and_no_rows(db):
    assert ask("SELECT WHERE false") == []
    assert ask("SELECT") == [()]
    assert ask("SET LOCAL work_mem = '4MB'") == []


RENAME = "UPDATE partners_partner SET name = %s"
NAME = "SELECT name FROM partners_partner"
DIVIDE = "UPDATE partners_partner SET name = (1 / %s)::text"


def test_what_was_sent_is_done_in_order_before_what_is_asked(platform):
    for name in ("Second", "Third"):
        connection.send(RENAME, [name])
    assert ask(NAME) == [("Third",)]
    connection.send(RENAME, ["Fourth"])
    assert Partner.objects.get().name == "Fourth"


def test_what_was_sent_is_committed(committed_db, platform, other):
    with transaction.atomic():
        connection.send(RENAME, ["Another"])
        assert other.ask(NAME) == [(platform.name,)]
    assert other.ask(NAME) == [("Another",)]
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE


def test_sent_outside_a_transaction_it_is_done_at_once(committed_db, platform, other):
    connection.send(RENAME, ["Another"])
    assert other.ask(NAME) == [("Another",)]


@pytest.mark.parametrize("tell", [lambda: ask(NAME), connection.settle, lambda: Partner.objects.count()])
def test_whoever_comes_next_is_told_of_what_failed(committed_db, platform, tell):
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        connection.send(RENAME, ["Another"])
        connection.send(DIVIDE, [0])
        connection.send(RENAME, ["Nobody"])
        tell()
    assert ask(NAME) == [(platform.name,)]


def test_a_commit_of_what_failed_commits_nothing(committed_db, platform):
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        connection.send(RENAME, ["Another"])
        connection.send(DIVIDE, [0])
    assert ask(NAME) == [(platform.name,)]
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE


def test_what_was_sent_is_undone_with_its_block(committed_db, platform):
    with transaction.atomic():
        connection.send(RENAME, ["Another"])
        with pytest.raises(ValueError, match="no more"), transaction.atomic():
            connection.send(DIVIDE, [0])
            raise ValueError("no more")
        assert ask(NAME) == [("Another",)]
    with pytest.raises(ValueError, match="enough"), transaction.atomic():
        connection.send(DIVIDE, [0])
        raise ValueError("enough")
    assert ask(NAME) == [("Another",)]


def test_a_savepoint_that_is_released_tells_of_what_failed_in_it(platform):
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        connection.send(DIVIDE, [0])
    assert ask(NAME) == [(platform.name,)]


def test_what_was_sent_waits_for_a_lock_and_holds_up_no_other_thread(committed_db, platform):
    def send():
        with transaction.atomic():
            connection.send(RENAME, ["Third"])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ask(RENAME, ["Second"])
            waiting = pool.submit(send)
            time.sleep(0.1)
            assert not waiting.done() and ask(NAME) == [("Second",)]
        waiting.result(timeout=5)
    assert ask(NAME) == [("Third",)]


def test_session_that_ends_with_something_sent_tells_so(other, platform):
    with pytest.raises(DatabaseError), transaction.atomic():
        ask("SELECT 1")
        other.ask("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        time.sleep(0.05)
        connection.send(RENAME, ["Another"])
    assert ask(NAME) == [(platform.name,)]
