"""Collecting what banks have left in their folders."""

import contextlib
import hashlib
import logging
import os
import time
from collections import deque
from inspect import GEN_CLOSED, getgeneratorstate
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.core.database import assert_no_open_transaction, database_now
from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.core.queue import each, nudge
from apps.core.statements import ask
from apps.events import operations as events
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS
from apps.rails.transports import folder
from apps.reconciliation import jobs
from apps.reconciliation.errors import StatementMissing
from apps.reconciliation.models import StatementFile
from apps.reconciliation.operations.importing import import_bank_file

logger = logging.getLogger(__name__)

_WAITS_IN_VAIN = """
SELECT 1
  FROM reconciliation_statementfile AS file
 WHERE file.sha256 = %s AND file.status = 'waiting'
   AND NOT EXISTS (SELECT FROM reconciliation_statement AS statement
                    WHERE statement.bank_account_id = %s AND statement.kind = 'camt.053'
                      AND statement.imported_at > file.tried_at)
"""


def import_inbox() -> int:
    """
    Import the statement files that banks have left; return how many were imported.

    Status reports are left to the rails. A file that is imported moves to `from_bank/read`, one that is refused to
    `from_bank/refused`, where a person finds it beside its row. One that a statement before it is missing for stays,
    and is tried again when the account's chain has grown.

    Accounts take turns, one file each. What is left when the time of a job is nearly over is left to the next one.
    """
    assert_no_open_transaction()
    imports = [(account, _import_folder(account)) for account in _served_longest_ago()]
    return sum(each(_turns(imports), lambda turn: next(turn[1], False)))


def _served_longest_ago():
    last = "(SELECT max(tried_at) FROM reconciliation_statementfile WHERE bank_account_id = rails_bankaccount.id)"
    return BankAccount.objects.with_incoming_files(f"{last} NULLS FIRST, id")


def _turns(imports):
    """Yield each account's import in turn until all have come to their end, or the next job must go on."""
    deadline = time.monotonic() + settings.Q_CLUSTER["timeout"] / 4
    waiting = deque(imports)
    while waiting:
        turn = waiting.popleft()
        yield turn
        if getgeneratorstate(turn[1]) == GEN_CLOSED:
            continue
        waiting.append(turn)
        if time.monotonic() > deadline:
            nudge(jobs.import_inbox)
            return


def _import_folder(account):
    """Import an account's files, and those that waited for them; yield after each whether it was imported."""
    progress = True
    while progress:
        progress = False
        for path in _those_that_wait_last(account):
            content = folder.read(path)
            if content is None or _is_status_report(content) or _waits_in_vain(content, account):
                yield False
                continue
            is_imported = _import_file(path, content, account)
            progress = progress or is_imported
            yield is_imported


def _those_that_wait_last(account) -> list[Path]:
    """Return the account's files by name, so that files which wait in vain do not use up the time of new ones."""
    arrived = folder.incoming(account.path)
    if not arrived:
        return []
    waiting = "SELECT file_name FROM reconciliation_statementfile WHERE bank_account_id = %s AND status = 'waiting'"
    names = {name for (name,) in ask(waiting, [account.pk])}
    return sorted(arrived, key=lambda path: (path.name in names, path.name))


def _import_file(path: Path, content: bytes, account) -> bool:
    tried_at = database_now()  # before it is judged: what is imported from here on may be what it waits for
    try:
        import_bank_file(content, path.name, by=SYSTEM, bank_account_id=account.pk)
    except StatementMissing as refusal:
        _note(path, content, account, StatementFile.Status.WAITING, refusal, tried_at)
        return False
    except DomainError as refusal:
        _note(path, content, account, StatementFile.Status.REFUSED, refusal, tried_at)
        _move(path, "refused")
        return False
    folder.put_away(path)
    return True


@transaction.atomic
def _note(path, content, account, status, refusal, tried_at) -> None:
    """Keep a file that was not imported, with its reasons, where a person can see it."""
    logger.warning("%s was not imported: %s", path.name, refusal)
    digest = StatementFile.digest(content)
    file = StatementFile.objects.filter(sha256=digest).select_for_update().first()
    if file is None:
        file = StatementFile(bank_account=account)
        file.write_content(content)
    elif file.status == StatementFile.Status.IMPORTED:  # another worker could import it meanwhile
        return
    known = file.status == status and not file._state.adding
    file.file_name, file.status, file.code = path.name[:255], status, refusal.code
    file.reasons = [{"code": fault.code, "detail": fault.detail} for fault in refusal.errors] or [
        {"code": refusal.code, "detail": refusal.detail}
    ]
    file.tried_at = tried_at
    file.save()
    if not known:
        data = {"file_name": file.file_name, "bank_account": account.public_id, "reasons": file.reasons}
        events.record(f"statement_file.{status}", [events.Fact(file.public_id, None, data)], by=SYSTEM)


def _waits_in_vain(content, account) -> bool:
    """Tell whether the file waits for a statement, and none has arrived since it was tried."""
    return bool(ask(_WAITS_IN_VAIN, [StatementFile.digest(content), account.pk]))


def _is_status_report(content: bytes) -> bool:
    return any(rail.family == "file" and rail.is_report(content) for rail in RAILS.values())


def _move(path: Path, to: str) -> None:
    """Move a file aside; a namesake there stays what it is."""
    target = path.parent / to
    target.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # another worker has done it
        name = path.name
        if (target / name).exists():
            with path.open("rb") as stream:
                name = f"{hashlib.file_digest(stream, 'sha256').hexdigest()[:16]}-{name}"
        os.replace(path, target / name)
