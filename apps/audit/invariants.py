"""
What must always be true across the whole portal, whoever wrote the rows.

Each invariant is one query in `sql/invariants/` that returns no row when it holds; its first line says in words what it
proves. All of them run as one statement, so they judge one and the same moment while others work.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from apps.rails.models import PaymentFile

FOLDER = Path(__file__).resolve().parent / "sql" / "invariants"
MOST_ROWS = 20
"""Rows shown per invariant: enough to see what is wrong."""


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
        found = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return [Violation(code, invariants()[code].title, json.loads(row)) for code, row in found]


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
    """
    Return all invariants as one statement, with a name that changes when one of them does.

    Rows are numbered and not limited: told to expect 20 rows soon, the planner would look for them one by one.
    """
    sql = "\nUNION ALL\n".join(
        f"SELECT '{invariant.code}', to_jsonb(numbered) - 'place' FROM (SELECT found.*, row_number() OVER () AS place"  # noqa: S608 - files of this app
        f" FROM (\n{invariant.sql}\n) AS found) AS numbered WHERE place <= {MOST_ROWS}"
        for invariant in invariants().values()
    )
    return f"invariants_{sha256(sql.encode()).hexdigest()[:16]}", sql
