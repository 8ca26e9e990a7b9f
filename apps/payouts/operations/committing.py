"""
What workers do with plans that were committed: look at the world once more, and make payouts.

What is valid is made chunk by chunk, each a transaction that moves the plan on: a worker that died is followed by one that
goes on behind its last chunk. All or nothing is one transaction. A row becomes a payout once, by constraint.

Two workers share that. Each looks at chunks that the other is not at; then each claims the next rows by their locks, makes
ready what needs nobody else's, and waits until the rows before its own are settled. So payouts are made, counted and paid
for in the order of the file however many work at it, and of a worker that died nothing is left but rows that anybody may
claim.
"""

import json
import time
from math import inf
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from apps.core.database import database_now
from apps.core.errors import DomainError, Fault, Invalid
from apps.core.permissions import SYSTEM
from apps.core.queue import each, nudge
from apps.events import operations as events
from apps.partners.scopes import permissions_of
from apps.payouts import jobs
from apps.payouts.models import Batch, Plan
from apps.payouts.operations.create import create_payouts, look_at_drafts
from apps.payouts.operations.looking import (
    MOST_CHANGES,
    change,
    changes_found,
    chunks_to_look_at,
    document_of,
    look_again,
    look_through,
)
from apps.payouts.operations.planning import CHUNK, locked
from apps.payouts.operations.plans import fact, move
from apps.payouts.plans.answers import drafts_of

CLAIMING = "FOR UPDATE SKIP LOCKED"

Status, Mode = Plan.Status, Plan.Mode

_LEFT = "plan_id = %s AND number > %s AND status = 'planned' AND faults = '[]' AND repeats = '[]'"
_NEXT = f"SELECT id, number, amount, currency, document_ciphertext FROM payouts_planrow WHERE {_LEFT} ORDER BY number"  # noqa: S608 - our own words
_UNSETTLED = f"SELECT number FROM payouts_planrow WHERE {_LEFT} AND number < %s ORDER BY number DESC LIMIT 1 FOR SHARE"  # noqa: S608 - our own words


class Row(NamedTuple):
    """What making a payout needs of a row; the amount is in minor units."""

    pk: UUID
    number: int
    amount: int
    currency: str
    document_ciphertext: bytes


class _Overtaken(Exception):
    """Rows before those claimed wait again: whoever had claimed them has died."""


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
        made, last = _commit_some(plan_id, last, deadline)
        done += made
    return done


def _commit_some(plan_id, last=0, deadline=inf) -> tuple[int, int]:
    """
    Make the next payouts of a plan, all of them if it is all or nothing; return how many rows that settled, and the last.

    Up to the row `last` all is settled: whoever knows passes by them without looking at each.
    """
    try:
        while Plan.objects.committing().filter(pk=plan_id, mode=Mode.VALID_ROWS, created__gt=0).exists():
            try:
                return _make_claimed(plan_id, last)
            except _Overtaken:
                last = 0
        begins = Plan.objects.committing().filter(pk=plan_id, mode=Mode.VALID_ROWS, created=0, refused=0)
        if begins.exists() and not look_through(plan_id, deadline):
            return 0, last
        return _make_first(plan_id, last)
    except Invalid as refusal:  # of all or nothing: somebody was faster after the world was looked at
        _put_back(plan_id, [change(fault.pointer, "", fault.detail) for fault in refusal.errors])
    except DomainError as refusal:
        _put_back(plan_id, [change("", "", refusal.detail)])
    return 0, last


@transaction.atomic
def _make_first(plan_id, last) -> tuple[int, int]:
    """
    Make the first payouts, of all or nothing all, while nobody else is at the plan, if all is as it was promised.

    Of all or nothing it is this transaction that looks again; otherwise `look_through` has.
    """
    plan = locked(plan_id, Status.COMMITTING)
    if plan is None or plan.mode == Mode.VALID_ROWS and plan.created:
        return 0, last
    if not plan.created + plan.refused:
        is_whole = plan.mode == Mode.ALL_OR_NOTHING
        if not is_whole and chunks_to_look_at(plan):
            return 0, last
        changes, count = look_again(plan) if is_whole else changes_found(plan)
        if changes:
            _back_to_planned(plan, changes, count)
            return 0, last
    by, before = _committer(plan), plan.created + plan.refused
    while rows := _next(plan, last):
        last = rows[-1].number
        _make(plan, rows, by)
        if plan.mode == Mode.VALID_ROWS:
            break
    _tell_progress(plan, last, by)
    if plan.status == Status.COMMITTING:
        nudge(jobs.commit_plans)  # for a second worker
    return plan.created + plan.refused - before, last


@transaction.atomic
def _make_claimed(plan_id, last) -> tuple[int, int]:
    """Claim the next rows, make them ready, and make payouts of them as soon as all before them is settled."""
    plan = _with_authors().get(pk=plan_id)
    rows = _next(plan, last, CLAIMING)
    if not rows:
        return 0, last
    ready = _look(plan, rows)
    _await_turn(plan, last, rows[0].number)
    [plan] = _with_authors().lock([plan_id])
    if plan.status != Status.COMMITTING:
        return 0, last
    by, before = _committer(plan), plan.created + plan.refused
    _make(plan, rows, by, ready)
    last = rows[-1].number
    _tell_progress(plan, last, by)
    return plan.created + plan.refused - before, last


def _with_authors():
    return Plan.objects.select_related("partner", "committed_by", "committed_key")


def _next(plan, last, locking="") -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_NEXT} LIMIT %s {locking}", [plan.pk, last, CHUNK])
        return [Row(*values) for values in cursor]


def _await_turn(plan, last, number) -> None:
    """
    Wait until the rows before this one are settled; whoever claimed them holds their locks until then.

    :raises _Overtaken: if they are not settled, and nobody is at them any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNSETTLED, [plan.pk, last, number])
        if cursor.fetchall():
            raise _Overtaken


def _tell_progress(plan, last, by) -> None:
    """Keep how far the plan has come, of which all up to the row `last` is settled."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_NEXT})", [plan.pk, last])
        [is_left] = cursor.fetchone()
    if not is_left:
        move(plan, Status.COMMITTED)
        events.record("batch.committed", [fact(plan)], by=by)
    else:
        plan.save(update_fields=["created", "refused"])
        events.record("batch.commit_progressed", [fact(plan)], by=by)


def _look(plan, rows):
    """Return the drafts of rows and what is to be seen of them before it is their turn, or None if one has a fault by now."""
    try:
        drafts = drafts_of(plan.partner, [document_of(row) for row in rows])
    except Invalid:
        return None
    return drafts, look_at_drafts(plan.partner, drafts)


def _make(plan, rows, by, ready=None) -> None:
    """Make payouts of rows; in the mode that takes what is valid, those that are not any more are refused one by one."""
    while rows:
        try:
            drafts, seen = ready or (drafts_of(plan.partner, [document_of(row) for row in rows]), None)
            ready = None
            with transaction.atomic():
                batch = _batch(plan, rows)
                made = create_payouts(plan.partner_id, drafts, by=by, batch=batch, makers=plan.makers, seen=seen)
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
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payouts_planrow AS row SET status = 'refused', faults = found.faults
              FROM unnest(%s::uuid[], %s::jsonb[]) AS found (id, faults)
             WHERE row.id = found.id
            """,
            [[rows[position].pk for position in refused], [json.dumps(found) for found in refused.values()]],
        )
    plan.refused += len(refused)
    return [row for position, row in enumerate(rows) if position not in refused]


def _of_row(fault, rows):
    _, position, *rest = fault.pointer.split("/")
    return Fault("/".join(["", "rows", str(rows[int(position)].number), *rest]), fault.code, fault.detail)


def _committer(plan):
    """Return who committed the plan, with what they may do now."""
    user, key = plan.committed_by, plan.committed_key
    if key:
        user.act_through(key, permissions_of(key.scopes) if _is_in_force(key) else ())
    return user


def _is_in_force(key) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > database_now())


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
    look_again(plan)
    _back_to_planned(plan, changes, len(changes))


def _back_to_planned(plan, changes, count):
    plan.changes, plan.changes_count, plan.looked = changes[:MOST_CHANGES], count, {}
    plan.mode, plan.committed_by, plan.committed_key, plan.committed_at = "", None, None, None
    move(plan, Status.PLANNED)
    told = {"plan": [[change["old"], change["new"]] for change in plan.changes]}
    events.record("batch.plan_changed", [fact(plan, told)], by=SYSTEM)
