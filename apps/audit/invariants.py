"""
What must always be true across the whole portal, whoever wrote the rows.

Each invariant is one query in `sql/invariants/` that returns no row when it holds; its first line says in words what it
proves. All of them see one and the same moment while others work: as one statement, or in sessions that share a snapshot.
"""

import json
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from apps.rails.models import PaymentFile

FOLDER = Path(__file__).resolve().parent / "sql" / "invariants"
SHARED = FOLDER.parent / "payout_by_name.sql"
MOST_ROWS = 20
"""Rows shown per invariant: enough to see what is wrong."""

SESSIONS, MEMORY = 2, "64MB"
MANY_TRANSFERS = 50_000
"""From so many on it takes less time in two sessions than in one statement."""


@dataclass(frozen=True)
class Invariant:
    """Something that is always true: a code, a sentence, and the query for the rows that contradict it."""

    code: str
    title: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """One row that contradicts an invariant."""

    code: str
    title: str
    row: dict

    def __str__(self):
        facts = ", ".join(f"{name}={value}" for name, value in self.row.items())
        return f"{self.code}: {self.title}. {facts}"


@cache
def invariants() -> dict[str, Invariant]:
    """Return every invariant by its code, in alphabetical order."""
    found = {}
    for file in sorted(FOLDER.glob("*.sql")):
        sql = file.read_text(encoding="utf-8")
        found[file.stem] = Invariant(file.stem, sql.partition("\n")[0].removeprefix("-- "), sql)
    return found


def violations(using: str = DEFAULT_DB_ALIAS) -> list[Violation]:
    """
    Check every invariant in one statement and return the rows that contradict one; none if all is well.

    The statement is prepared once per database session: to plan it costs ten times what it costs to run on few rows. So
    that a plan made for few rows, or without statistics, holds for many, it joins no table row by row.
    """
    name, sql = _everything()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"PREPARE {name} AS {sql}")
        cursor.execute(f"EXECUTE {name}")
        found = _found(cursor.fetchall())
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def violations_soonest(using: str = DEFAULT_DB_ALIAS) -> list[Violation]:
    """Check as `violations` does, in one statement where there are few rows and in two sessions where there are many."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT reltuples >= %s FROM pg_class WHERE oid = 'ledger_transfer'::regclass", [MANY_TRANSFERS])
        [are_many] = cursor.fetchone()
    return violations_at_scale(using) if are_many else violations(using)


def violations_at_scale(using: str = DEFAULT_DB_ALIAS) -> list[Violation]:
    """
    Check as `violations` does, in less time where there are many rows: one after the other, each with memory enough not to
    spill, in two sessions. Both see the moment that the first of them sees. Those that need payouts' names share them.
    """
    if connections[using].in_atomic_block:  # what this transaction has done, no other session sees
        return violations(using)
    by_name = [one for one in invariants().values() if SHARED.stem in one.sql]
    waiting = deque([by_name, *([one] for one in invariants().values() if one not in by_name)])
    with ThreadPoolExecutor(SESSIONS) as pool, _moment(using) as snapshot:
        checks = [pool.submit(_check_waiting, waiting, snapshot, using) for _ in range(SESSIONS)]
        found = [violation for check in checks for violation in check.result()]
    return sorted(found, key=lambda violation: violation.code)


@contextmanager
def _moment(using):
    """Keep what is to be seen until the block ends, and lead others to it."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # it waits for the others
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _check_waiting(waiting, snapshot, using) -> list[Violation]:
    """Check the waiting invariants, one statement after the other, in a session of this thread."""
    found = []
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
            with suppress(IndexError):
                while True:
                    cursor.execute(_as_one(waiting.popleft()))
                    found += _found(cursor.fetchall())
    finally:
        connections[using].close()
    return found


def file_violations(using: str = DEFAULT_DB_ALIAS) -> list[Violation]:
    """Decrypt every sealed payment file, one at a time, and return those whose bytes are not those of their digest."""
    title = "The bytes of a payment file are those of its digest"
    sealed = PaymentFile.objects.using(using).exclude(state=PaymentFile.OPEN).defer(None)
    return [
        Violation("files_keep_their_bytes", title, {"file": file.public_id, "message_id": file.message_id})
        for file in sealed.iterator(chunk_size=1)
        if sha256(file.read_content()).hexdigest() != file.sha256
    ]


@cache
def _everything() -> tuple[str, str]:
    """Return all invariants as one statement, with a name that changes when one of them does."""
    sql = _as_one(invariants().values())
    return f"invariants_{sha256(sql.encode()).hexdigest()[:16]}", sql


def _as_one(several) -> str:
    """Return invariants as one statement; payouts get their names once in it, or not at all if nobody asks for them."""
    names = f"WITH {SHARED.stem} AS MATERIALIZED (\n{SHARED.read_text(encoding='utf-8')})\n"
    return names + "\nUNION ALL\n".join(map(_numbered, several))


def _found(rows) -> list[Violation]:
    return [Violation(code, invariants()[code].title, json.loads(row)) for code, row in rows]


def _numbered(invariant) -> str:
    """
    Return an invariant as a query for its code and the first rows that contradict it.

    Rows are numbered and not limited: told to expect 20 rows soon, the planner would look for them one by one.
    """
    return (
        f"SELECT '{invariant.code}', to_jsonb(numbered) - 'place' FROM (SELECT found.*, row_number() OVER () AS place"  # noqa: S608 - files of this app
        f" FROM (\n{invariant.sql}\n) AS found) AS numbered WHERE place <= {MOST_ROWS}"
    )
