"""
What workers do with plans that were committed: look at the world once more, and make payouts.

What is valid is made chunk by chunk, each a transaction that moves the plan on: a worker that died is followed by one that
goes on behind its last chunk. All or nothing is one transaction. A row becomes a payout once, by constraint.
"""

import json
import time
from functools import partial

from django.conf import settings
from django.db import connection, transaction

from apps.core.ciphertext import context_of
from apps.core.crypto import decrypt
from apps.core.database import database_now
from apps.core.errors import DomainError, Fault, Invalid
from apps.core.money import format_amount
from apps.core.permissions import SYSTEM
from apps.core.queue import each, nudge
from apps.events import operations as events
from apps.partners.scopes import permissions_of
from apps.payouts import jobs
from apps.payouts.models import Batch, Plan, PlanRow
from apps.payouts.operations.create import create_payouts
from apps.payouts.operations.planning import CHUNK, locked, planned_before, sum_up, tell
from apps.payouts.operations.plans import fact, move
from apps.payouts.plans.answers import digest_of, drafts_of, judge

MOST_CHANGES = 100

Status, Mode = Plan.Status, Plan.Mode


def commit_plans() -> int:
    """Make payouts of what was committed, each chunk by itself unless it is all or nothing; return how many were made."""
    deadline = time.monotonic() + settings.Q_CLUSTER["timeout"] / 2
    waiting = list(Plan.objects.committing().order_by("pk").values_list("pk", flat=True))
    done = sum(each(waiting, lambda plan_id: _commit(plan_id, deadline)))
    if time.monotonic() > deadline:
        nudge(jobs.commit_plans)
    return done


def _commit(plan_id, deadline) -> int:
    done, made, last = 0, 1, 0
    while made and time.monotonic() < deadline:
        made, last = _commit_some(plan_id, last)
        done += made
    return done


def _commit_some(plan_id, last=0) -> tuple[int, int]:
    """
    Make the next payouts of a plan, all of them if it is all or nothing; return how many rows that settled, and the last.

    Up to the row `last` all is settled: whoever knows passes by them without looking at each.
    """
    try:
        return _make_next(plan_id, last)
    except Invalid as refusal:  # of all or nothing: somebody was faster after the world was looked at
        _put_back(plan_id, [_change(fault.pointer, "", fault.detail) for fault in refusal.errors])
    except DomainError as refusal:
        _put_back(plan_id, [_change("", "", refusal.detail)])
    return 0, last


@transaction.atomic
def _make_next(plan_id, last) -> tuple[int, int]:
    plan = locked(plan_id, Status.COMMITTING)
    if plan is None:
        return 0, last
    if not plan.created + plan.refused:
        changes = _look_again(plan)
        if changes:
            _back_to_planned(plan, changes)
            return 0, last
    by, before = _committer(plan), plan.created + plan.refused
    while rows := list(_left(plan, last)[:CHUNK]):
        last = rows[-1].number
        _make(plan, rows, by)
        if plan.mode == Mode.VALID_ROWS:
            break
    made = plan.created + plan.refused - before
    if len(rows) < CHUNK and not _left(plan, 0).exists():
        move(plan, Status.COMMITTED)
        events.record("batch.committed", [fact(plan)], by=by)
    else:
        plan.save(update_fields=["created", "refused"])
        events.record("batch.commit_progressed", [fact(plan)], by=by)
    return made, last


def _left(plan, last):
    rows = PlanRow.objects.valid().filter(plan=plan, status=PlanRow.Status.PLANNED, number__gt=last)
    return rows.order_by("number")


def _make(plan, rows, by) -> None:
    """Make payouts of rows; in the mode that takes what is valid, those that are not any more are refused one by one."""
    while rows:
        try:
            drafts = drafts_of(plan.partner, [_document(row) for row in rows])
            with transaction.atomic():
                batch = _batch(plan, rows)
                made = create_payouts(plan.partner_id, drafts, by=by, batch=batch, makers=plan.makers)
                _mark_created(rows, made)
            plan.created += len(made)
            plan.batch = batch
            return
        except Invalid as refusal:
            if plan.mode == Mode.ALL_OR_NOTHING:
                raise Invalid(errors=[_of_row(fault, rows) for fault in refusal.errors]) from None
            rows = _refuse(plan, rows, refusal.errors)


def _batch(plan, rows):
    """Return the batch of the plan with these rows counted in."""
    sums = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    batch = Batch.objects.filter(plan=plan).first()
    if batch is None:
        values = {"count": len(rows), "totals": sums, "created_by": plan.committed_by}
        return Batch.objects.create(partner=plan.partner, reference=plan.reference, plan=plan, **values)
    batch.count += len(rows)
    batch.totals = {key: batch.totals.get(key, 0) + sums.get(key, 0) for key in batch.totals.keys() | sums.keys()}
    batch.save(update_fields=["count", "totals"])
    return batch


def _mark_created(rows, made):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_planrow AS row SET status = 'created', payout_id = made.payout
              FROM unnest(%s::uuid[], %s::uuid[]) AS made (id, payout)
             WHERE row.id = made.id
            """,
            [[row.pk for row in rows], [payout.pk for payout in made]],
        )


def _refuse(plan, rows, faults) -> list:
    """Mark the rows that these faults are of as refused; return the others."""
    refused = {}
    for fault in faults:
        _, position, *rest = fault.pointer.split("/")
        refused.setdefault(int(position), []).append(vars(Fault("/".join(["", *rest]), fault.code, fault.detail)))
    for position, found in refused.items():
        rows[position].faults, rows[position].status = found, PlanRow.Status.REFUSED
    PlanRow.objects.bulk_update([rows[position] for position in refused], ["faults", "status"])
    plan.refused += len(refused)
    return [row for position, row in enumerate(rows) if position not in refused]


def _of_row(fault, rows):
    _, position, *rest = fault.pointer.split("/")
    return Fault("/".join(["", "rows", str(rows[int(position)].number), *rest]), fault.code, fault.detail)


def _document(row):
    text = decrypt(row.document_ciphertext, context_of(PlanRow, "document_ciphertext", row.pk))
    return json.loads(text)


def _committer(plan):
    """Return who committed the plan, with what they may do now."""
    user, key = plan.committed_by, plan.committed_key
    if key:
        user.act_through(key, permissions_of(key.scopes) if _is_in_force(key) else ())
    return user


def _is_in_force(key) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > database_now())


def _look_again(plan) -> list[dict]:
    """Judge every row once more, keep what is otherwise, and return what that is."""
    changes, now, last = [], database_now(), 0
    if Batch.objects.filter(partner=plan.partner_id, reference=plan.reference).exists():
        changes.append(_change("/reference", "free", "taken by another batch"))
    while rows := list(PlanRow.objects.filter(plan=plan, number__gt=last).order_by("number")[:CHUNK]):
        last = rows[-1].number
        documents = [_document(row) for row in rows]
        noted = [
            [] if document is not None else [Fault(**fault) for fault in row.faults]
            for row, document in zip(rows, documents, strict=True)
        ]
        documents = [document or {} for document in documents]
        otherwise = []
        beside = partial(planned_before, plan, rows[0].number)
        judged = judge(plan.partner, documents, noted, now, beside=beside)
        for row, document, found in zip(rows, documents, judged, strict=True):
            if bytes(row.digest) != digest_of(document, found):
                changes += _differences(row, found)
                tell(row, document, found)
                otherwise.append(row)
        _keep_answers(otherwise)
    before, before_hash = plan.totals, plan.plan_hash
    sum_up(plan)
    if plan.plan_hash != before_hash:
        changes += [
            _change(f"/totals/{currency}/covered", before.get(currency, {}).get("covered"), total["covered"])
            for currency, total in plan.totals.items()
            if before.get(currency, {}).get("covered") != total["covered"]
        ]
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
        _change(f"{place}/{name}", _told(name, was, row.currency), _told(name, now, row.currency))
        for name in sorted(was.keys() | now.keys())
        if was and now and was.get(name) != now.get(name)
    ]
    known = {(fault["pointer"], fault["code"]) for fault in row.faults}
    new = {(fault.pointer, fault.code): fault.detail for fault in found.faults}
    differing += [
        _change(place + pointer, "", detail) for (pointer, code), detail in new.items() if (pointer, code) not in known
    ]
    return differing + [
        _change(place + fault["pointer"], fault["detail"], "")
        for fault in row.faults
        if (fault["pointer"], fault["code"]) not in new
    ]


def _told(name, answer, currency):
    """Return a part of an answer as it is told: amounts as everywhere, and nothing where there was no fee."""
    is_amount = name in ("fee", "total") and name in answer
    return format_amount(answer[name], currency) if is_amount else answer.get(name)


def _change(pointer, old, new) -> dict:
    return {"pointer": pointer, "old": old, "new": new}


@transaction.atomic
def _put_back(plan_id, changes) -> None:
    """Say why a plan is not committed; one of which payouts were made already waits until it can go on."""
    plan = locked(plan_id, Status.COMMITTING)
    if plan is None:
        return
    if plan.created:
        plan.problem = str(changes[0]["new"])[:255]
        plan.save(update_fields=["problem"])
        return
    _look_again(plan)
    _back_to_planned(plan, changes)


def _back_to_planned(plan, changes):
    plan.changes, plan.changes_count = changes[:MOST_CHANGES], len(changes)
    plan.mode, plan.committed_by, plan.committed_key, plan.committed_at = "", None, None, None
    move(plan, Status.PLANNED)
    told = {"plan": [[change["old"], change["new"]] for change in changes[:MOST_CHANGES]]}
    events.record("batch.plan_changed", [fact(plan, told)], by=SYSTEM)
