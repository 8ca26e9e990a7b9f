"""
The one place where facts are written down.

`record` is the only writer of the audit trail, of every timeline and of the webhook outbox. It writes in the caller's
transaction, so a fact is there if and only if the change it tells of was committed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from apps.core.database import assert_in_transaction
from apps.core.ids import uuid7
from apps.core.statements import send

_SQL = Path(__file__).resolve().parent.parent / "sql"
_RECORD_EVENTS = (_SQL / "record_events.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Fact:
    """What one event says: of whom, whose it is (None: the house's, no partner is told), how it is now, what changed."""

    subject: str
    partner_id: UUID | None
    data: dict
    changes: dict = field(default_factory=dict)


def record(type: str, facts: Iterable[Fact], *, by, only=None) -> None:
    """
    Append one event of this type per fact and put it into the outbox of the partner's endpoints that want it.

    One statement, however many facts, and nobody waits for it. The caller is in a transaction and holds the lock of every subject's row (or has
    just made it). `changes` maps a field to [before, after]. `only` is the id of the one endpoint that is told.

    :raises TransactionManagementError: outside a transaction.
    """
    assert_in_transaction()
    facts = list(facts)
    if not facts:
        return
    # One document is quoted once; an array of documents is quoted text by text, which costs more than all the rest.
    rows = [{"uid": uuid7(), **vars(fact)} for fact in facts]
    values = {
        "type": type,
        "actor_kind": by.actor_kind,
        "actor_id": by.actor_id,
        "actor_label": by.actor_label,
        "facts": json.dumps(rows, cls=DjangoJSONEncoder),
        "only": only,
    }
    send(_RECORD_EVENTS, values)
