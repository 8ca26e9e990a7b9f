"""The database as the one clock and the one lock that all processes share."""

from pathlib import Path

from django.db import connection, models, transaction

from apps.core.errors import NotFound


class LockingQuerySet(models.QuerySet):
    """Rows that operations lock before they decide."""

    def lock(self, ids):
        """
        Lock the rows in id order and return them in that order; rows that refer to them can still be written.

        :raises NotFound: naming the ids that are not there; the locks are given back with the transaction.
        """
        assert_in_transaction()
        wanted = set(ids)
        rows = list(self.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True, of=("self",)))
        missing = wanted - {row.pk for row in rows}
        if missing:
            raise NotFound(f"{len(missing)} of {len(wanted)} are not there.")
        return rows


def database_now():
    """Return the database's clock as it is at this moment, not as it was when the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def assert_in_transaction() -> None:
    """Stop a caller that would change money outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("this belongs inside a transaction")


def assert_no_open_transaction() -> None:
    """Stop a caller that would talk to the outside world while it holds locks."""
    # A block that wraps a whole test is not the caller's; Django tells them apart for `atomic(durable=True)` too.
    if any(not block._from_testcase for block in connection.atomic_blocks):
        raise transaction.TransactionManagementError("the outside world is never called inside a transaction")


def read_sql(app_file: str, name: str) -> str:
    """Return an app's SQL file, for a migration: `read_sql(__file__, "guards.sql")` from `<app>/migrations/`."""
    return (Path(app_file).resolve().parent.parent / "sql" / name).read_text(encoding="utf-8")
