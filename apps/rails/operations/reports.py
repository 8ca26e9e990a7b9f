"""What banks answer: every report is stored, and says something about a file of ours or is parked with the reason."""

import hashlib
import logging
from itertools import chain

from django.db import IntegrityError, transaction
from django_fsm import can_proceed

from apps.core.database import assert_no_open_transaction, database_now
from apps.core.errors import NotFound
from apps.core.permissions import SYSTEM
from apps.core.queue import each
from apps.core.statements import rows_where
from apps.events.operations import Fact, record
from apps.rails.answers import SETTLED, Answers
from apps.rails.contract import Report, UnreadableReport
from apps.rails.models import BankAccount, PaymentFile, ReportItem, StatusReport
from apps.rails.operations.files import note_handed_over
from apps.rails.registry import RAILS
from apps.rails.representation import file_fact
from apps.rails.transports import folder

logger = logging.getLogger(__name__)


def receive_reports() -> list[StatusReport]:
    """
    Store every status report that banks have left in their folders, and move it out of the way once it is stored.

    Files of other kinds are left where they are.
    """
    assert_no_open_transaction()
    return list(chain.from_iterable(each(BankAccount.objects.with_incoming_files(), _receive_from)))


@transaction.atomic
def receive_report(content: bytes, file_name: str, bank_account_id, *, by=SYSTEM) -> StatusReport:
    """
    Store a bank's status report and note its answer on the file it speaks about. The same bytes again change nothing.

    What cannot be read or does not fit is stored too, parked with the reason.

    :raises NotFound: if there is no such bank account.
    """
    digest = hashlib.sha256(content).hexdigest()
    if known := rows_where(StatusReport, "WHERE sha256 = %s", [digest]):
        return known[0]
    rail = next((rail for rail in _file_rails() if rail.is_report(content)), None)
    if not BankAccount.objects.filter(pk=bank_account_id).exists():
        raise NotFound("There is no such bank account.")
    report, parked = _read_report(rail, content)
    file = PaymentFile.objects.filter(message_id=report.original_message_id[:255]).select_for_update().first()
    answers = Answers(report.items)
    if not parked:
        parked = _why_parked(file, bank_account_id, report, answers)

    stored = StatusReport(
        bank_account_id=bank_account_id,
        file=file if file and file.bank_account_id == bank_account_id else None,
        rail=rail.name if rail else "",
        message_id=report.message_id[:255],
        original_message_id=report.original_message_id[:255],
        file_name=file_name.encode(errors="replace").decode()[:255],
        sha256=digest,
        parked_code=parked[0] if parked else "",
        parked_reason=parked[1][:400] if parked else "",
    )
    stored.write_content(content)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
    except IntegrityError:  # another worker was faster with the same bytes
        return StatusReport.objects.get(sha256=digest)
    ReportItem.objects.bulk_create(_item_rows(stored, report), batch_size=1000)
    if parked:
        data = {"file_name": stored.file_name, "code": stored.parked_code, "reason": stored.parked_reason}
        record("report.parked", [Fact(stored.public_id, None, data)], by=by)
    else:
        _note_answer(file, answers, stored, by=by)
    return stored


def _receive_from(account: BankAccount) -> list[StatusReport]:
    try:
        return _receive_files(account)
    except OSError:  # the next sweep tries again
        logger.exception("the folder of %s cannot be read", account)
        return []


def _receive_files(account: BankAccount) -> list[StatusReport]:
    received = []
    for path in folder.incoming(account.path):
        content = folder.read(path)
        if content is None or not any(rail.is_report(content) for rail in _file_rails()):
            continue
        report = receive_report(content, path.name, account.pk)
        if not report.is_parked:  # the bank has the file, so no worker will come to tidy up after one that died
            folder.remove_leftovers(account.path, report.file.file_name)
        folder.put_away(path)
        received.append(report)
    return received


def _file_rails():
    return [rail for rail in RAILS.values() if rail.family == "file"]


def _read_report(rail, content: bytes) -> tuple[Report, tuple[str, str] | None]:
    """Return the report, and code and reason if it has to be parked because it cannot be read."""
    if rail is None:
        return Report("", ""), ("not-a-status-report", "This is no status report of any rail.")
    try:
        return rail.read_report(content), None
    except UnreadableReport as error:
        return Report("", ""), (error.code, error.detail)


def _why_parked(file, bank_account_id, report: Report, answers: Answers) -> tuple[str, str] | None:
    """Return code and reason if the report cannot be applied, else None."""
    if file is None:
        named = report.original_message_id or "no message at all"
        return "unknown-file", f"It answers {named}, which is no file of ours."
    if file.bank_account_id != bank_account_id:
        return "other-bank-account", f"It answers {file.message_id}, which went to another bank account."
    if file.state in (PaymentFile.OPEN, PaymentFile.SEALED):
        return "not-handed-over", f"It answers {file.message_id}, which was never handed over."
    if answers.whole and answers.whole.outcome == "doubtful":
        detail = (
            "The bank calls the file a duplicate, which does not prove that it refused the first one. Ask the bank."
        )
        return "called-duplicate", detail
    accepts = any(item.outcome in ("accepted", "partly") for item in report.items)
    is_settled = any(item.status in SETTLED for item in report.items)  # it may have paid: payouts look at each
    if file.state == PaymentFile.REJECTED and accepts and not is_settled:
        return "contradiction", f"The bank has rejected {file.message_id} before and now accepts payments in it."
    return None


def _item_rows(stored: StatusReport, report: Report) -> list[ReportItem]:
    return [
        ReportItem(
            report=stored,
            position=position,
            level=item.level,
            status=item.status[:35],
            outcome=item.outcome,
            end_to_end_id=(item.end_to_end_id or "")[:255],
            instruction_id=(item.instruction_id or "")[:255],
            payment_information_id=(item.payment_information_id or "")[:255],
            reason_code=(item.reason_code or "")[:35],
            reason_text=item.reason_text[:200],
            detail=item.detail,
        )
        for position, item in enumerate(report.items, start=1)
    ]


def _note_answer(file: PaymentFile, answers: Answers, stored: StatusReport, *, by) -> None:
    """Move the file to the state that the report puts it in. An answer also proves that the bank has the file."""
    note_handed_over(file, by=by)
    before, answer = file.state, answers.state_of_file(file.transactions)
    move = {
        PaymentFile.ACCEPTED: file.accept,
        PaymentFile.PARTLY_ACCEPTED: file.accept_partly,
        PaymentFile.REJECTED: file.reject,
    }.get(answer)
    # What a bank says later may take back an acceptance, never a refusal.
    if move and can_proceed(move):
        move()
        file.answered_at = file.answered_at or database_now()
        file.save(update_fields=["state", "answered_at"])
    data = {"report": stored.public_id, "answer": answer}
    changes = {"state": [before, file.state]} if before != file.state else {}
    record("file.answered", [file_fact(file, changes, **data)], by=by)
