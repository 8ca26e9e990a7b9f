"""How workers look at a plan once more before it is committed: what was promised and is otherwise by now."""

import json
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from apps.core.ciphertext import context_of
from apps.core.crypto import decrypt
from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.payouts.models import Batch, PlanRow
from apps.payouts.operations.planning import CHUNK, planned_before, sum_up, tell
from apps.payouts.plans.answers import digest_of, judge


class Row(NamedTuple):
    """What judging a row again needs of it; everything else is read where something is otherwise."""

    pk: UUID
    number: int
    digest: bytes
    document_ciphertext: bytes
    faults: str


def document_of(row):
    """Return what a row says."""
    text = decrypt(row.document_ciphertext, context_of(PlanRow, "document_ciphertext", row.pk))
    return json.loads(text)


def look_again(plan) -> list[dict]:
    """Judge every row once more, keep what is otherwise, and return what that is."""
    changes, now, last = [], database_now(), 0
    if Batch.objects.filter(partner=plan.partner_id, reference=plan.reference).exists():
        changes.append(change("/reference", "free", "taken by another batch"))
    while rows := _next(plan, last):
        last = rows[-1].number
        documents = [document_of(row) for row in rows]
        noted = [
            [] if document is not None else [Fault(**fault) for fault in json.loads(row.faults)]
            for row, document in zip(rows, documents, strict=True)
        ]
        documents = [document or {} for document in documents]
        beside = partial(planned_before, plan, rows[0].number)
        judged = judge(plan.partner, documents, noted, now, beside=beside)
        otherwise = {
            row.pk: (document, found)
            for row, document, found in zip(rows, documents, judged, strict=True)
            if row.digest != digest_of(document, found)
        }
        changes += _keep(otherwise)
    before, before_hash = plan.totals, plan.plan_hash
    sum_up(plan)
    if plan.plan_hash != before_hash:
        changes += [
            change(f"/totals/{currency}/covered", before.get(currency, {}).get("covered"), total["covered"])
            for currency, total in plan.totals.items()
            if before.get(currency, {}).get("covered") != total["covered"]
        ]
    return changes


def _next(plan, last) -> list[Row]:
    columns = ", ".join(name if name != "pk" else "id" for name in Row._fields)
    sql = f"SELECT {columns} FROM payouts_planrow WHERE plan_id = %s AND number > %s ORDER BY number LIMIT %s"  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, [plan.pk, last, CHUNK])
        return [Row(*values) for values in cursor]


def _keep(otherwise) -> list[dict]:
    """Keep of rows, by id, what would come of them now, and return what of that is otherwise."""
    changes = []
    rows = list(PlanRow.objects.filter(pk__any_of=list(otherwise)).order_by("number")) if otherwise else []
    for row in rows:
        document, found = otherwise[row.pk]
        changes += _differences(row, found)
        tell(row, document, found)
    _keep_answers(rows)
    return changes


def _keep_answers(rows) -> None:
    """Write what would come of rows now, in one statement."""
    columns = [
        [row.pk for row in rows],
        [json.dumps(row.answer) for row in rows],
        [json.dumps(row.faults) for row in rows],
        [json.dumps(row.payee) for row in rows],
        [row.digest for row in rows],
        [row.account_index for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_planrow AS row
               SET answer = now.answer, faults = now.faults, payee = now.payee, digest = now.digest,
                   account_index = now.account_index
              FROM unnest(%s::uuid[], %s::jsonb[], %s::jsonb[], %s::jsonb[], %s::bytea[], %s::bytea[])
                   AS now (id, answer, faults, payee, digest, account_index)
             WHERE row.id = now.id
            """,
            columns,
        )


def _differences(row, found) -> list[dict]:
    """Return what of a row's answer is otherwise, each with its pointer, and what was and is said."""
    was, now, place = row.answer, found.promised(), f"/rows/{row.number}"
    differing = [
        change(f"{place}/{name}", _told(name, was, row.currency), _told(name, now, row.currency))
        for name in sorted(was.keys() | now.keys())
        if was and now and was.get(name) != now.get(name)
    ]
    known = {(fault["pointer"], fault["code"]) for fault in row.faults}
    new = {(fault.pointer, fault.code): fault.detail for fault in found.faults}
    differing += [
        change(place + pointer, "", detail) for (pointer, code), detail in new.items() if (pointer, code) not in known
    ]
    return differing + [
        change(place + fault["pointer"], fault["detail"], "")
        for fault in row.faults
        if (fault["pointer"], fault["code"]) not in new
    ]


def _told(name, answer, currency):
    """Return a part of an answer as it is told: amounts as everywhere, and nothing where there was no fee."""
    is_amount = name in ("fee", "total") and name in answer
    return format_amount(answer[name], currency) if is_amount else answer.get(name)


def change(pointer, old, new) -> dict:
    """Return one thing that is otherwise, as a plan keeps it."""
    return {"pointer": pointer, "old": old, "new": new}
