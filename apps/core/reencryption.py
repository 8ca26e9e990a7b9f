"""
Encrypting anew with the newest key what former keys have encrypted, while the portal is at work.

A value is opened with its key and bound to the same row under the newest one; it is written only if it is still what was
read. So whatever else is going on, and wherever this stops, every value can be read, and the next run goes on with what
is left. Columns that never change let their owner do this and nothing else (the guards of their tables), so it runs as
the owner of the tables, like migrations.
"""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, connections

from apps.core import crypto
from apps.core.ciphertext import Ciphertext

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 500
"""One command rewrites so much at most: what others must wait for is short."""


_KEYS = """
    SELECT substring({column} FROM 2 FOR get_byte(substring({column} FROM 1 FOR 1), 0)), count(*)
      FROM {table} WHERE length({column}) > 0 GROUP BY 1"""


_FORMER = """
    SELECT {pk}, {column} FROM {table} WHERE {pk} IN (
        SELECT id FROM (
            SELECT {pk} AS id, sum(length({column})) OVER (ORDER BY {pk}) - length({column}) AS bytes_before
              FROM (SELECT {pk}, {column} FROM {table}
                     WHERE substring({column} FROM 1 FOR %(length)s) <> %(head)s
                       AND (%(last)s::{type} IS NULL OR {pk} > %(last)s)
                     ORDER BY {pk} LIMIT %(rows)s) AS former) AS sized
         WHERE bytes_before < %(bytes)s)
     ORDER BY {pk}"""


@dataclass
class Rewritten:
    """What was done about one column: how many values were encrypted anew, and the rows whose value no key opens."""

    column: Ciphertext
    count: int
    unreadable: list


def reencrypt(column: Ciphertext, *, using="owner") -> Rewritten:
    """Encrypt anew what former keys have encrypted in one column, chunk by chunk."""
    done = Rewritten(column, 0, [])
    last = None
    while rows := _next_rows(column, last, using):
        last = rows[-1][0]
        changes = []
        for pk, old in rows:
            try:
                changes.append((pk, old, crypto.reseal(old, column.context_of(pk))))
            except crypto.CannotDecrypt:
                done.unreadable.append(pk)
        done.count += _write(column, changes, using)
    return done


def keys_in_use(columns, *, using="owner") -> Counter:
    """Return how many values each key has encrypted, by the key's id."""
    used = Counter()
    for column in columns:
        with connections[using].cursor() as cursor:
            cursor.execute(_named(column, _KEYS))
            for key_id, count in cursor.fetchall():
                used[bytes(key_id).decode(errors="replace")] += count
    return used


def _next_rows(column, last, using) -> list[tuple]:
    """Return the next rows by primary key whose value another than the newest key has encrypted."""
    newest = crypto.head_of(settings.FIELD_KEYS[0][0])
    values = {"head": newest, "length": len(newest), "last": last, "rows": MOST_ROWS, "bytes": MOST_BYTES}
    with connections[using].cursor() as cursor:
        cursor.execute(_named(column, _FORMER), values)
        return [(pk, bytes(value)) for pk, value in cursor.fetchall()]


def _write(column, changes, using) -> int:
    """Write values that are still what was read; return how many were."""
    if not changes:
        return 0
    sql = """
        UPDATE {table} AS row SET {column} = changed.new
          FROM unnest(%s::{type}[], %s::bytea[], %s::bytea[]) AS changed (pk, old, new)
         WHERE row.{pk} = changed.pk AND row.{column} = changed.old"""
    with connections[using].cursor() as cursor:
        cursor.execute(_named(column, sql), [list(part) for part in zip(*changes, strict=True)])
        return cursor.rowcount


def _named(column, sql) -> str:
    """Return the SQL with the names of the column, of its table and of its primary key."""
    model, quote = column.model._meta, connection.ops.quote_name
    return sql.format(
        table=quote(model.db_table),
        column=quote(column.column),
        pk=quote(model.pk.column),
        type=model.pk.rel_db_type(connection),
    )
