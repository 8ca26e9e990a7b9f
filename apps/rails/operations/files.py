"""
The way of a payment file: opened, sealed, handed over.

The bytes are fixed and committed before any transport is told, and are never made again. Handing over happens between
two short transactions; whatever dies in between, the next call finds out from the bank's folder what was done.
"""

import hashlib
import io
import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from apps.core.database import assert_in_transaction, assert_no_open_transaction, database_now
from apps.core.errors import Conflict, NotFound
from apps.core.ids import encode, uuid7
from apps.core.permissions import SYSTEM, require_permission
from apps.core.queue import nudge
from apps.events.operations import record
from apps.rails import jobs
from apps.rails.contract import CannotBuild, FileHeader, FileRail, Instruction, Plan
from apps.rails.models import BankAccount, HandOver, PaymentFile, Stop
from apps.rails.registry import RAILS
from apps.rails.representation import file_fact
from apps.rails.terms import rails_in_force
from apps.rails.transports import folder

LEASE_SECONDS = 20
"""For so long one worker may try to hand a file over. It stops by itself at half of it; then another may try."""


class CannotSeal(Conflict):
    """The file's content cannot be fixed. `instruction_id` names the payment that is the cause, if one is."""

    code = "cannot-seal-file"
    title = "The file cannot be sealed"

    def __init__(self, detail: str = "", instruction_id: str | None = None, **facts):
        super().__init__(detail, **facts)
        self.instruction_id = instruction_id


class CannotHandOver(Conflict):
    """The file must not go to the bank, or not by this worker now."""

    code = "cannot-hand-over-file"
    title = "The file cannot be handed over"


def open_file(bank_account_id, rail: str, plan: Plan) -> PaymentFile:
    """
    Return the open file of a bank account, rail and cut-off, locked; it is made if there is none.

    Call it in the transaction that puts payments into the file: no one else can add to the file, or seal it, before that
    transaction ends. A file may hold `capacity` payments; what is over goes into the next one, once this one is sealed.

    :raises NotFound: if there is no such bank account.
    """
    assert_in_transaction()
    # Weaker than FOR UPDATE, so that rows which refer to the bank account can still be written by others.
    account = BankAccount.objects.select_for_update(no_key=True).filter(pk=bank_account_id).first()
    if account is None:
        raise NotFound("There is no such bank account.")
    files = PaymentFile.objects.filter(bank_account=account, rail=rail, cut_off_at=plan.cut_off_at)
    file = files.filter(state=PaymentFile.OPEN).select_for_update().first()
    if file:
        return file
    file_id = uuid7()
    return PaymentFile.objects.create(
        pk=file_id,
        bank_account=account,
        rail=rail,
        message_id=encode(PaymentFile.id_prefix, file_id).replace("_", "").upper(),
        cut_off_at=plan.cut_off_at,
        execute_on=plan.execute_on,
        sequence=1 + (files.order_by("-sequence").values_list("sequence", flat=True).first() or 0),
        currency=account.currency,
    )


@transaction.atomic
def seal_file(file_id, instructions: Iterable[Instruction], *, by=SYSTEM) -> PaymentFile:
    """
    Fix a file's content: bytes, digest, count and sum are written once and for ever, before any transport is told.

    If the day of execution has passed on the bank account's clock, the next banking day takes its place.

    :raises NotFound: if there is no such file.
    :raises CannotSeal: if the file was sealed before, or holds too many payments, none, or one that cannot be sent.
    """
    Stop.objects.freeze()  # `instructions` are asked for below, and may find that one of them is stopped
    [file] = PaymentFile.objects.lock([file_id])
    if file.is_sealed:
        raise CannotSeal(f"The file {file.message_id} was sealed before.", code="file-already-sealed")
    instructions = list(instructions)
    if not 0 < len(instructions) <= file.capacity:
        raise CannotSeal(f"{len(instructions)} payments: a file holds one to {file.capacity}.")

    now, rail = database_now(), rails_in_force()[file.rail]
    planned_for = file.execute_on
    calendar = rail.capabilities.calendar
    file.execute_on = calendar.on_or_after(max(planned_for, file.bank_account.business_today(now)))
    content = _build(rail, file, instructions, file.bank_account.business_now(now))
    file.write_content(content)
    file.sha256 = hashlib.sha256(content).hexdigest()
    file.transactions = len(instructions)
    file.control_sum = sum(instruction.amount for instruction in instructions)
    file.file_name = rail.file_name(file.message_id)
    file.sealed_at, file.problem = now, ""
    file.seal()
    file.save()
    changes = {"state": [PaymentFile.OPEN, file.state]}
    if file.execute_on != planned_for:
        changes["execute_on"] = [planned_for.isoformat(), file.execute_on.isoformat()]
    record("file.sealed", [file_fact(file, changes)], by=by)
    nudge(jobs.hand_over_files)
    return file


def hand_over(file_id, *, by=SYSTEM) -> PaymentFile:
    """
    Put a sealed file into the bank's folder, once, however often and by however many workers this is called.

    A file that is with the bank already is returned as it is.

    :raises NotFound: if there is no such file.
    :raises CannotHandOver: if sending is stopped, another worker is at it, a person has taken it, the bytes are not what was sealed, or the name
        is taken.
    """
    assert_no_open_transaction()
    deadline = time.monotonic() + LEASE_SECONDS / 2
    file = _start_handing_over(file_id)
    if file.is_with_the_bank:
        return file
    try:
        content = file.read_content()
        _check_before_leaving(file, content)
        folder.place(file.bank_account.path, file.file_name, content, deadline=deadline)
    except folder.NameTaken as error:
        problem = CannotHandOver(f"Another file of this name lies at {error}.", code="file-name-taken")
    except folder.TooLate:
        problem = CannotHandOver("Handing over took too long and was broken off.", code="too-late")
    except CannotHandOver as error:
        problem = error
    except OSError as error:
        problem = CannotHandOver(f"The bank's folder cannot be written: {error.strerror}.", code="folder-not-writable")
    else:
        return _finish_handing_over(file_id, by=by)
    # After the lease the file may be another worker's, or with the bank: then the problem is not the file's.
    leased = PaymentFile.objects.filter(pk=file_id, state=PaymentFile.HANDING_OVER, lease_until=file.lease_until)
    leased.update(problem=problem.detail[:400], lease_until=None)
    raise problem


@transaction.atomic
def download_file(file_id, *, by) -> tuple[str, bytes]:
    """
    Return a sealed file's name and bytes to a person; that it was done is recorded.

    :raises PermissionDenied: if `by` may not download files.
    :raises NotFound: if there is no such file, or it is not sealed yet.
    """
    require_permission(by, "rails.download_file")
    [file] = PaymentFile.objects.lock([file_id])
    if not file.is_sealed:
        raise NotFound("The file is not sealed yet.")
    record("file.downloaded", [file_fact(file)], by=by)
    return file.file_name, file.read_content()


def _build(rail: FileRail, file: PaymentFile, instructions: list[Instruction], created_at) -> bytes:
    """Return the file's bytes, read back and found to say what they should."""
    account = file.bank_account
    header = FileHeader(
        message_id=file.message_id,
        created_at=created_at,
        execute_on=file.execute_on,
        debtor_name=account.holder_name,
        debtor_account=account.read_iban(),
        debtor_bic=account.bic,
        currency=account.currency,
        version=account.pain_version,
        batch_booking=account.batch_booking,
        transactions=len(instructions),
        control_sum=sum(instruction.amount for instruction in instructions),
    )
    out = io.BytesIO()
    try:
        rail.build(header, instructions, out)
        content = out.getvalue()
        _check_tally(rail, content, file.message_id, header.transactions, header.control_sum)
    except CannotBuild as error:
        raise CannotSeal(str(error), error.instruction_id) from None
    return content


@transaction.atomic
def _start_handing_over(file_id) -> PaymentFile:
    """Note that from now on the bank may have the file, and that this worker is at it."""
    Stop.objects.freeze()
    [file] = PaymentFile.objects.lock([file_id])
    if file.is_with_the_bank:
        return file
    if not file.is_sealed:
        raise CannotHandOver("The file is not sealed yet.", code="file-not-sealed")
    stop = Stop.objects.over_file(file).first()
    if stop:
        raise CannotHandOver(f"Sending is stopped: {stop}.", code="sending-is-stopped")
    if file.hand_overs.filter(status__in=[HandOver.Status.TAKEN, HandOver.Status.REPORTED]).exists():
        raise CannotHandOver("A person has taken the file to bring it to the bank.", code="file-is-with-a-person")
    now = database_now()
    if file.lease_until and file.lease_until > now:
        raise CannotHandOver("Another worker is handing the file over.", code="file-busy")
    if file.state == PaymentFile.SEALED:
        file.start_handing_over()
    file.lease_until = now + timedelta(seconds=LEASE_SECONDS)
    file.save(update_fields=["state", "lease_until"])
    return file


@transaction.atomic
def _finish_handing_over(file_id, *, by) -> PaymentFile:
    [file] = PaymentFile.objects.lock([file_id])
    note_handed_over(file, by=by)
    return file


def note_handed_over(file: PaymentFile, *, by, **how) -> None:
    """Note on a locked file that the bank has it, unless that is noted already; `how` is told besides."""
    if file.state != PaymentFile.HANDING_OVER:
        return
    proved = {"status": HandOver.Status.PROVED, "decided_at": database_now()}
    file.hand_overs.filter(status__in=[HandOver.Status.TAKEN, HandOver.Status.REPORTED]).update(**proved)
    file.finish_handing_over()
    file.handed_over_at, file.lease_until, file.problem = database_now(), None, ""
    file.save(update_fields=["state", "handed_over_at", "lease_until", "problem"])
    record("file.handed_over", [file_fact(file, {"state": [PaymentFile.HANDING_OVER, file.state]}, **how)], by=by)


def _check_before_leaving(file: PaymentFile, content: bytes) -> None:
    """Compare the stored bytes with what was sealed, by their digest and by counting them anew."""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise CannotHandOver("The stored bytes are not those that were sealed.", code="file-changed")
    try:
        _check_tally(RAILS[file.rail], content, file.message_id, file.transactions, file.control_sum)
    except CannotBuild as error:
        raise CannotHandOver(str(error), code="file-does-not-add-up") from None


def _check_tally(rail: FileRail, content: bytes, message_id: str, transactions: int, control_sum: int) -> None:
    found = rail.tally(content)
    if (found.message_id, found.transactions, found.control_sum) != (message_id, transactions, control_sum):
        raise CannotBuild(
            f"Read back, the file {found.message_id} holds {found.transactions} payments of {found.control_sum} in all; "
            f"it should be {message_id} with {transactions} of {control_sum}."
        )
