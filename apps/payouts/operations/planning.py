"""
What workers do with files of payouts: read them, chunk by chunk, and say of each row what would come of it.

Every chunk is a transaction that moves the plan on, so whoever comes after a worker that died goes on behind its last
chunk, and of two workers at one plan the second finds it locked or moved on.
"""

import hashlib
import json
import time
from contextlib import closing
from functools import partial
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from apps import payouts
from apps.core.ciphertext import context_of
from apps.core.crypto import encrypt
from apps.core.database import database_now, insert_rows, statement
from apps.core.permissions import SYSTEM
from apps.core.queue import each, nudge
from apps.events import operations as events
from apps.ledger.queries import balances
from apps.payouts import jobs
from apps.payouts.models import ColumnMemory, Plan, PlanRow
from apps.payouts.operations.plans import fact, move
from apps.payouts.plans import columns as tables
from apps.payouts.plans.answers import canonical, digest_of, judge
from apps.payouts.plans.errors import Unreadable
from apps.payouts.plans.stored import opened
from apps.payouts.plans.tables import header_of, read

CHUNK = 1000

Status = Plan.Status


def read_plans() -> int:
    """Read the files that wait for it, each chunk committed by itself; return how many rows were read."""
    deadline = time.monotonic() + settings.Q_CLUSTER["timeout"] / 2
    waiting = list(Plan.objects.reading().order_by("pk").values_list("pk", flat=True))
    done = sum(each(waiting, lambda plan_id: _read(plan_id, deadline)))
    if time.monotonic() > deadline:
        nudge(jobs.read_plans)
    return done


def _read(plan_id, deadline) -> int:
    """Read one plan's file from where it was left, as far as there is time; return how many rows that were."""
    if time.monotonic() > deadline:
        return 0
    plan = Plan.objects.select_related("partner").get(pk=plan_id)
    if plan.format != Plan.Format.JSON_LINES and plan.columns is None and not _find_columns(plan):
        return 0
    done = 0
    try:
        with closing(opened(plan)) as stream, closing(_rows(plan, stream)) as rows:
            while chunk := list(islice(rows, CHUNK)):
                if not _keep(plan, chunk):
                    return done
                done += len(chunk)
                if time.monotonic() > deadline:
                    return done
    except Unreadable as error:
        _give_up(plan_id, Status.UNREADABLE, str(error))
        return done
    _finish_reading(plan_id)
    return done


def _rows(plan, stream):
    return read(plan.format, stream, columns=plan.columns or (), fixed=plan.fixed, after=plan.rows_read)


def _find_columns(plan) -> bool:
    """Take the columns as remembered or as they seem; whether that is enough to go on."""
    try:
        with closing(opened(plan)) as stream:
            header = header_of(plan.format, stream)
    except Unreadable as error:
        _give_up(plan.pk, Status.UNREADABLE, str(error))
        return False
    memory = ColumnMemory.objects.filter(partner=plan.partner_id).first() or ColumnMemory()
    columns = tables.guess(header, memory.columns)
    unknown = [name for name, member in zip(header, columns, strict=True) if member is None and name]
    plan.header, plan.columns = header, [member or "" for member in columns]
    plan.fixed = {member: text for member, text in memory.fixed.items() if member not in columns}
    problem = tables.missing([member for member in columns if member], plan.fixed)
    if unknown:
        few = ", ".join(name[:40] for name in unknown[:5])
        problem = f"{problem} It is not known what these columns hold: {few}.".strip()[:255]
    if problem:
        _give_up(plan.pk, Status.UNMAPPED, problem, header=plan.header, columns=plan.columns, fixed=plan.fixed)
        return False
    with transaction.atomic():
        saved = locked(plan.pk, Status.READING)
        if saved is None or saved.columns is not None:
            return False
        saved.header, saved.columns, saved.fixed = plan.header, plan.columns, plan.fixed
        saved.save(update_fields=["header", "columns", "fixed"])
    return True


@transaction.atomic
def _keep(plan, chunk) -> bool:
    """Say what would come of the next rows, and keep that; whether the plan is still where this worker left it."""
    saved = locked(plan.pk, Status.READING)
    if saved is None or (saved.rows_read, saved.columns) != (plan.rows_read, plan.columns):
        return False
    documents = [row.document for row in chunk]
    noted = [row.faults for row in chunk]
    judged = judge(
        plan.partner, documents, noted, database_now(), beside=partial(planned_before, plan, chunk[0].number)
    )
    insert_rows(_new_row(plan, row, found) for row, found in zip(chunk, judged, strict=True))
    plan.rows_read = saved.rows_read = saved.rows_read + len(chunk)
    saved.save(update_fields=["rows_read"])
    return True


def planned_before(plan, number, accounts) -> dict:
    """Return what the rows before this one would pay to these accounts, by (account, currency), in minor units."""
    rows = PlanRow.objects.filter(plan=plan, number__lt=number, faults=[], account_index__any_of=accounts).order_by()
    sums = rows.values_list("account_index", "currency").annotate(amount=Sum("amount"))
    return {(bytes(account), currency): int(amount) for account, currency, amount in sums}


def _new_row(plan, row, judged):
    document = None if row.faults and not row.document else row.document
    made = PlanRow.make(plan_id=plan.pk, number=row.number, line=row.line, status=PlanRow.Status.PLANNED)
    made.document_ciphertext = encrypt(canonical(document), context_of(PlanRow, "document_ciphertext", made.pk))
    tell(made, row.document, judged)
    return made


def tell(row, document, judged) -> None:
    """Write into a row what would come of it."""
    clean, recipient = judged.clean, judged.clean.get("recipient")
    row.reference = clean.get("reference") or ""
    row.recipient_reference = recipient.get("reference") or "" if isinstance(recipient, dict) else ""
    row.amount, row.currency = clean.get("amount"), clean.get("currency") or ""
    row.payee, row.account_index = judged.shown(), judged.account_index
    row.answer = judged.promised()
    row.faults = [vars(fault) for fault in judged.faults]
    row.digest = digest_of(document, judged)


@transaction.atomic
def _finish_reading(plan_id) -> None:
    plan = locked(plan_id, Status.READING)
    if plan is None:
        return
    if not plan.rows_read:
        _end_in(plan, Status.UNREADABLE, "The file holds no rows.")
        return
    with connection.cursor() as cursor:
        cursor.execute(statement(payouts.__file__, "plan_repeats.sql"), {"plan": plan.pk})
    sum_up(plan)
    move(plan, Status.PLANNED)
    events.record("batch.planned", [fact(plan)], by=SYSTEM)


def sum_up(plan) -> None:
    """Set the plan's counts, sums and hash from its rows and from what the platform has now."""
    with connection.cursor() as cursor:
        cursor.execute(statement(payouts.__file__, "plan_totals.sql"), {"plan": plan.pk})
        totals, plan.rows_read, plan.valid, digest = cursor.fetchone()
    held = balances(plan.partner.public_id)
    plan.totals = json.loads(totals) if isinstance(totals, str) else totals
    for currency, total in plan.totals.items():
        available = held.get(currency, {}).get("funds", 0)
        after = available - total["total"]
        if not total["fees"]:  # then the amount says it all
            del total["fees"], total["total"]
        total |= {"available": available, "after": after, "covered": after >= 0}
    covered = {currency: total["covered"] for currency, total in plan.totals.items()}
    promised = [bytes(digest).hex(), plan.rows_read, plan.valid, covered, plan.partner.public_id, plan.reference]
    plan.plan_hash = hashlib.sha256(canonical(promised).encode()).hexdigest()


@transaction.atomic
def _give_up(plan_id, status, problem, **found) -> None:
    plan = locked(plan_id, Status.READING)
    if plan is None:
        return
    for name, value in found.items():
        setattr(plan, name, value)
    _end_in(plan, status, problem)


def _end_in(plan, status, problem):
    PlanRow.objects.filter(plan=plan).delete()
    plan.problem, plan.rows_read = problem[:255], 0
    move(plan, status)
    events.record("batch.unreadable", [fact(plan)], by=SYSTEM)


def locked(plan_id, status):
    """Return the plan locked, or None if it is in another status or another worker is at it."""
    rows = Plan.objects.filter(pk=plan_id, status=status).select_related("partner", "committed_by", "committed_key")
    return rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
