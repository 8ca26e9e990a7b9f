"""The audit trail as a file, for auditors who work with it elsewhere."""

import csv
import io
import json

from django.db import transaction

from apps.audit.trail import TrailQuestion, find
from apps.core.permissions import require_permission
from apps.core.text import no_formula
from apps.events.operations import Fact, record
from apps.users.models import User

MOST_EXPORTED = 10_000
COLUMNS = ("id", "at", "type", "about", "number", "platform", "kind_of_actor", "actor", "named", "changes", "data")


@transaction.atomic
def export_trail(question: TrailQuestion, *, by) -> str:
    """
    Return the newest events that the question asks for, at most `MOST_EXPORTED`, as CSV; that it was done is recorded.

    No cell is a formula: what a spreadsheet would read as one begins with an apostrophe.

    :raises PermissionDenied: if `by` may not read the audit trail.
    """
    require_permission(by, "events.view_event")
    User.objects.lock([by.pk])  # whose export is an event of theirs
    found = find(question, most=MOST_EXPORTED)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([no_formula(value) for value in _row(event)] for event in found)
    asked = {name: str(value) for name, value in vars(question).items() if value}
    data = {"asked": asked, "events": len(found), "is_cut_off": len(found) == MOST_EXPORTED}
    record("audit_trail.exported", [Fact(by.public_id, None, data)], by=by)
    return out.getvalue()


def _row(event):
    as_text = [json.dumps(value, ensure_ascii=False, sort_keys=True) for value in (event.changes, event.data)]
    return (
        event.public_id,
        event.created_at.isoformat(),
        event.type,
        event.subject,
        str(event.sequence),
        event.partner,
        event.actor_kind,
        event.actor_id,
        event.actor_label,
        *as_text,
    )
