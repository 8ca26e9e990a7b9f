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

from django.db import connection

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


def violations() -> list[Violation]:
    """Check every invariant in one statement and return the rows that contradict one; none if all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_everything())
        return [Violation(code, invariants()[code].title, json.loads(row)) for code, row in cursor.fetchall()]


def file_violations() -> list[Violation]:
    """Decrypt every sealed payment file, one at a time, and return those whose bytes are not those of their digest."""
    title = "The bytes of a payment file are those of its digest"
    return [
        Violation("files_keep_their_bytes", title, {"file": file.public_id, "message_id": file.message_id})
        for file in PaymentFile.objects.exclude(state=PaymentFile.OPEN).defer(None).iterator(chunk_size=1)
        if sha256(file.read_content()).hexdigest() != file.sha256
    ]


@cache
def _everything() -> str:
    return "\nUNION ALL\n".join(
        f"SELECT '{invariant.code}', to_jsonb(found) FROM (\n{invariant.sql}\nLIMIT {MOST_ROWS}) AS found"  # noqa: S608 - files of this app
        for invariant in invariants().values()
    )
