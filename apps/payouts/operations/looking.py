"""How workers look at a plan once more before it is committed: what was promised and is otherwise by now."""

import json
import time
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from apps.core.ciphertext import context_of
from apps.core.crypto import decrypt
from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.core.queue import nudge
from apps.payouts import jobs
from apps.payouts.models import Batch, Plan, PlanRow
from apps.payouts.operations.planning import CHUNK, planned_before, sum_up, tell
from apps.payouts.plans.answers import digest_of, judge

MOST_CHANGES = 100
HOLDS = timedelta(minutes=15)
"""How long it holds what was seen of a chunk while others are still looked at."""


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


def look_through(plan_id, deadline) -> bool:
    """
    Judge the rows of a plan once more, chunk by chunk, until all are or there is no time; whether all are.

    Each chunk is a transaction that keeps what it found, so any number of workers share them, and of one that died another
    takes over. What was seen longer than `HOLDS` ago is looked at anew.
    """
    while time.monotonic() < deadline:
        plan = Plan.objects.select_related("partner").get(pk=plan_id)
        waiting = chunks_to_look_at(plan)
        if not waiting:
            return True
        if not _look_at_one(plan, waiting):
            return False
    return False


def chunks_to_look_at(plan) -> list[int]:
    """Return behind which rows begin the chunks that have still to be judged once more, in order."""
    since = database_now() - HOLDS
    seen = {int(last) for last, found in plan.looked.items() if datetime.fromisoformat(found["at"]) > since}
    return [last for last in range(0, plan.rows_read, CHUNK) if last not in seen]


@transaction.atomic
def _look_at_one(plan, waiting) -> bool:
    """Judge the first chunk that nobody else is at, and keep what is otherwise; whether there was one."""
    last = next((last for last in waiting if _claim(plan, last)), None)
    if last is None:
        return False
    _, changes = _look_at(plan, last, database_now())
    [plan] = Plan.objects.lock([plan.pk])
    if plan.status != Plan.Status.COMMITTING or plan.created + plan.refused:
        transaction.set_rollback(True)
        return False
    seen = {"at": database_now().isoformat(), "count": len(changes), "changes": changes[:MOST_CHANGES]}
    plan.looked[str(last)] = seen
    plan.save(update_fields=["looked"])
    if len(plan.looked) == 1 and len(waiting) > 1:
        nudge(jobs.commit_plans)  # for a second worker
    return True


def _claim(plan, last) -> bool:
    """Claim a chunk until the transaction ends, unless somebody is at it or has been since the plan was read."""
    with connection.cursor() as cursor:
        name = f"payouts.looking/{plan.pk}/{last}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        [is_ours] = cursor.fetchone()
    return is_ours and last in chunks_to_look_at(Plan.objects.get(pk=plan.pk))


def changes_found(plan) -> tuple[list[dict], int]:
    """Return what is otherwise, of all that was judged once more and of the plan as a whole: the first of it, and how much."""
    found = [seen for _, seen in sorted(plan.looked.items(), key=lambda item: int(item[0]))]
    first, last = _of_reference(plan), _of_totals(plan)
    changes = first + [one for seen in found for one in seen["changes"]] + last
    return changes[:MOST_CHANGES], len(first) + sum(seen["count"] for seen in found) + len(last)


def look_again(plan) -> tuple[list[dict], int]:
    """Judge every row once more in one transaction, keep what is otherwise, and return it as `changes_found` does."""
    changes, now, last = _of_reference(plan), database_now(), 0
    while last < plan.rows_read:
        last, found = _look_at(plan, last, now)
        changes += found
    changes += _of_totals(plan)
    return changes[:MOST_CHANGES], len(changes)


def _look_at(plan, last, now) -> tuple[int, list[dict]]:
    """Judge the chunk behind a row once more, and keep what is otherwise; return its last row, and what that is."""
    rows = _next(plan, last)
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
    return rows[-1].number, _keep(otherwise)


def _of_reference(plan) -> list[dict]:
    if Batch.objects.filter(partner=plan.partner_id, reference=plan.reference).exists():
        return [change("/reference", "free", "taken by another batch")]
    return []


def _of_totals(plan) -> list[dict]:
    """Sum the plan up once more, and return which currency is covered otherwise than it was."""
    before, before_hash = plan.totals, plan.plan_hash
    sum_up(plan)
    if plan.plan_hash == before_hash:
        return []
    return [
        change(f"/totals/{currency}/covered", before.get(currency, {}).get("covered"), total["covered"])
        for currency, total in plan.totals.items()
        if before.get(currency, {}).get("covered") != total["covered"]
    ]


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
