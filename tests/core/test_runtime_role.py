"""The role the product runs as owns nothing: what it may not do, the database refuses."""

import pytest
from django.db import ProgrammingError, connection, transaction

from payouts_portal.database.provisioning import READ_ONLY, tables_listed

pytestmark = pytest.mark.django_db


def execute(statement, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def test_tests_run_as_the_runtime_role():
    assert execute("SELECT current_user") == [("payouts_app",)]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_transfer ADD COLUMN more int",
        "DROP TABLE ledger_transfer",
        "TRUNCATE ledger_transfer",
        "TRUNCATE events_event CASCADE",
        "CREATE TABLE another ()",
        "SET session_replication_role = replica",
        "SET ROLE payouts_owner",
        "DELETE FROM django_migrations",
        "INSERT INTO django_q_schedule (func, schedule_type, repeats) VALUES ('os.system', 'O', 1)",
    ],
)
def test_may_not(statement):
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), transaction.atomic():
        execute(statement)


def test_owns_nothing():
    owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
    assert execute(owned) == []


@pytest.mark.parametrize("table", tables_listed("append_only"))
def test_append_only_tables_take_rows_and_never_change_one(table):
    assert rights_on(table) == {"SELECT", "INSERT"}


@pytest.mark.parametrize("table", tables_listed("read_only") + READ_ONLY)
def test_read_only_tables_change_through_functions_alone(table):
    assert rights_on(table) == {"SELECT"}


def test_books_and_record_cannot_be_rewritten():
    assert {"ledger_transfer", "ledger_journal", "ledger_account"} <= set(tables_listed("read_only"))
    assert "events_event" in tables_listed("append_only")


def rights_on(table):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
    return {right for right in rights if execute("SELECT has_table_privilege(%s, %s)", [table, right]) == [(True,)]}
