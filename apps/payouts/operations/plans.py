"""What people and platforms do with plans: send a file, name its columns, commit it, cancel it, take the file back."""

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from apps.core.database import database_now
from apps.core.errors import Fault, Invalid
from apps.core.ids import uuid7
from apps.core.permissions import author_of, require_permission
from apps.core.queue import nudge
from apps.core.text import InvalidText, check_text
from apps.events import operations as events
from apps.partners.models import Partner
from apps.payouts import jobs
from apps.payouts.errors import CannotChangePlan, CannotCommit, CannotCreate
from apps.payouts.models import Batch, ColumnMemory, Plan, PlanRow
from apps.payouts.plans import columns as tables
from apps.payouts.plans.errors import Unreadable
from apps.payouts.plans.representation import represent_plan
from apps.payouts.plans.stored import opened, store
from apps.payouts.plans.tables import format_of

MOST_AT_ONCE = 20_000
"""Rows of which all or none can be created: they are one transaction, in which the platform's balance is locked."""

Status, Mode = Plan.Status, Plan.Mode


@transaction.atomic
def create_plan(partner_id, reference, stream, *, by, file_name="", declared=""):
    """
    Keep a file of payouts and have it read; what would come of it is planned by a worker, and nothing else happens.

    `reference` is that of the batch that may come of it, `declared` the format that the sender says the file has. The same
    file is taken once, unless it was cancelled.

    :raises PermissionDenied: if `by` may not create payouts.
    :raises CannotCreate: if the platform is suspended.
    :raises FileTooLarge: if it has more bytes than are read here.
    :raises Invalid: if the file is none that is read here or is known already, or the reference is taken.
    """
    require_permission(by, "payouts.create_payout")
    partner = Partner.objects.get(pk=partner_id)
    if partner.status != "active":
        raise CannotCreate("The platform is suspended.")
    try:
        reference = check_text(reference, max_length=64)
    except InvalidText as error:
        raise Invalid(errors=[Fault("/reference", error.code, error.detail)]) from error
    plan = Plan(id=uuid7(), partner=partner, reference=reference, created_by=author_of(by), makers=_makers(by))
    plan.file_name = _plain_name(file_name)
    plan.sha256, plan.size, head = store(plan.pk, stream)
    try:
        plan.format = format_of(head, declared)
    except Unreadable as error:
        raise Invalid(errors=[Fault("/file", "unreadable-file", str(error))]) from error
    _refuse_repetition(plan)
    try:
        plan.save(force_insert=True)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name not in ("plan_reference_unique", "plan_file_unique"):
            raise
        detail = "The same was sent at the same moment; look for it among the plans."
        raise Invalid(errors=[Fault("/file", "file-already-planned", detail)]) from error
    events.record("batch.file_received", [fact(plan)], by=by)
    nudge(jobs.read_plans)
    return plan


@transaction.atomic
def name_columns(plan_id, columns, fixed, *, by):
    """
    Say what each column of a plan's table holds, and what holds for every row; the file is read again.

    Both are remembered for the platform's next file.

    :raises PermissionDenied: if `by` may not create payouts.
    :raises CannotChangePlan: if the plan is no table that waits, or what was named makes no payouts.
    """
    require_permission(by, "payouts.create_payout")
    [plan] = Plan.objects.lock([plan_id])
    if plan.status not in (Status.UNMAPPED, Status.PLANNED) or plan.format == Plan.Format.JSON_LINES:
        raise CannotChangePlan(f"The file is {plan.get_status_display().lower()}; its columns cannot be named now.")
    columns = [str(member) for member in columns][: len(plan.header)]
    columns += [""] * (len(plan.header) - len(columns))
    named = [member for member in columns if member]
    if not set(named) <= tables.MEMBERS.keys() or not fixed.keys() <= set(tables.FIXED):
        raise CannotChangePlan("A column is named after something that is no part of a payout.")
    if len(set(named)) < len(named):
        raise CannotChangePlan("Two columns are named the same. Leave one of them out.")
    if lacking := tables.missing(named, fixed):
        raise CannotChangePlan(f"{lacking} Name it, or say it for every row.")
    before, plan.columns, plan.fixed = plan.columns, columns, fixed
    plan.problem, plan.rows_read, plan.valid, plan.totals = "", 0, 0, {}
    plan.changes, plan.changes_count, plan.plan_hash = [], 0, ""
    move(plan, Status.READING)
    PlanRow.objects.filter(plan=plan).delete()
    _remember(plan, columns, fixed)
    events.record("batch.columns_named", [fact(plan, {"columns": [before, columns]})], by=by)
    nudge(jobs.read_plans)
    return plan


@transaction.atomic
def commit_plan(plan_id, *, by, plan_hash, mode):
    """
    Have payouts made of a plan as it was shown: all of its rows or none, or those that are valid.

    A worker looks at the world once more; if anything that was promised is otherwise, nothing is made, and the plan says
    what has changed. Asking for the same once more changes nothing.

    :raises PermissionDenied: if `by` may not create payouts, or recipients where the plan has new ones.
    :raises CannotCommit: if the plan is another one than was shown, cannot be committed now, or not in this mode.
    """
    require_permission(by, "payouts.create_payout")
    [plan] = Plan.objects.lock([plan_id])
    shown = constant_time_compare(plan_hash, plan.plan_hash) and bool(plan.plan_hash)
    if plan.status in (Status.COMMITTING, Status.COMMITTED) and shown and mode == plan.mode:
        return plan
    if plan.status != Status.PLANNED:
        raise CannotCommit(f"The plan is {plan.get_status_display().lower()}.", plan_status=str(plan.status))
    if not shown:
        raise _not_as_shown(plan)
    _check_mode(plan, mode)
    if plan.partner.status != "active":
        raise CannotCommit("The platform is suspended.")
    if PlanRow.objects.valid().filter(plan=plan, answer__recipient=None).exists():
        require_permission(by, "recipients.create_recipient")
    plan.mode, plan.committed_by, plan.committed_at = mode, author_of(by), database_now()
    plan.committed_key = getattr(by, "api_key", None)
    plan.makers = sorted({*plan.makers, *_makers(by)})
    plan.changes, plan.changes_count, plan.problem, plan.looked = [], 0, "", {}
    move(plan, Status.COMMITTING)
    events.record("batch.commit_started", [fact(plan)], by=by)
    nudge(jobs.commit_plans)
    return plan


@transaction.atomic
def cancel_plan(plan_id, *, by):
    """
    Give a plan up before it is committed; its file stays as evidence, and may be sent again.

    :raises PermissionDenied: if `by` may not create payouts.
    :raises CannotChangePlan: if it is committed or cancelled already, or could not be read at all.
    """
    require_permission(by, "payouts.create_payout")
    [plan] = Plan.objects.lock([plan_id])
    if not plan.is_open:
        raise CannotChangePlan(f"The plan is {plan.get_status_display().lower()}; there is nothing to cancel.")
    move(plan, Status.CANCELLED)
    events.record("batch.plan_cancelled", [fact(plan)], by=by)
    return plan


@transaction.atomic
def download_plan_file(plan_id, *, by):
    """
    Return the plan and its file, open for reading, as it was sent. Who took it is recorded: it holds account numbers.

    :raises PermissionDenied: if `by` may not download files.
    """
    require_permission(by, "rails.download_file")
    [plan] = Plan.objects.lock([plan_id])
    events.record("batch_file.downloaded", [events.Fact(plan.public_id, None, represent_plan(plan))], by=by)
    return plan, opened(plan)


def move(plan, status) -> None:
    """Save a plan in another status; the database allows only steps that there are."""
    plan.status, plan.status_at = status, database_now()
    plan.save()


def fact(plan, changes=None):
    """Return what happened to a plan, for `events.record`."""
    return events.Fact(plan.public_id, plan.partner_id, represent_plan(plan), changes or {})


def _makers(by) -> list:
    return sorted(by.people_behind)


def _plain_name(name) -> str:
    """Return a file's name without a path or anything that is not plain text."""
    name = "".join(character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    return name[-120:]


def _refuse_repetition(plan) -> None:
    """
    Refuse a file or reference that something live has already.

    :raises Invalid: saying which.
    """
    faults = []
    of_partner = Plan.objects.live().filter(partner=plan.partner_id)
    if same := of_partner.filter(sha256=plan.sha256).first():
        detail = f"This file was sent already: {same.public_id}, {same.reference}, {same.get_status_display().lower()}."
        faults.append(Fault("/file", "file-already-planned", detail))
    taken = Batch.objects.filter(partner_id=plan.partner_id, reference=plan.reference).exists()
    if taken or of_partner.filter(reference=plan.reference).exists():
        faults.append(Fault("/reference", "duplicate-reference", "Another batch or plan has this reference."))
    if faults:
        raise Invalid(errors=faults)


def _remember(plan, columns, fixed) -> None:
    memory, _ = ColumnMemory.objects.select_for_update().get_or_create(partner_id=plan.partner_id)
    headings = map(tables.heading, plan.header)
    memory.columns |= dict(zip(headings, columns, strict=True))
    memory.fixed = fixed
    memory.save()


def _not_as_shown(plan):
    faults = [Fault(change["pointer"], "changed", f"{change['old']} → {change['new']}") for change in plan.changes]
    detail = "The plan is not what was shown. Look at it again, and commit it by its present plan_hash."
    return CannotCommit(detail, errors=faults, plan_hash=plan.plan_hash)


def _check_mode(plan, mode) -> None:
    if mode not in Mode.values:
        raise CannotCommit("Choose what to commit: all_or_nothing or valid_rows.")
    if not plan.valid:
        raise CannotCommit("No row of the plan is valid.")
    if mode == Mode.ALL_OR_NOTHING and plan.faulty:
        count = plan.faulty
        raise CannotCommit(
            f"{count} row{' has' if count == 1 else 's have'} faults, so it is nothing. Mend the file, or commit what is valid."
        )
    if mode == Mode.ALL_OR_NOTHING and plan.valid > MOST_AT_ONCE:
        raise CannotCommit(
            f"More than {MOST_AT_ONCE:,} rows cannot be all or nothing. Commit what is valid: all of them are."
        )
