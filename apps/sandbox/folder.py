"""The bank's end of the exchange folder: an inbox that customers write into, an outbox that they read from."""

import os
from pathlib import Path

from django.utils import timezone

from apps.core.database import assert_no_open_transaction
from apps.core.statements import ask, rows_where
from apps.rails.models import BankAccount
from apps.sandbox.models import SentFile
from apps.sandbox.receiving import take_file

_DUE = "SELECT id FROM sandbox_sent_file WHERE book_id = %s AND written_at IS NULL AND due_at <= %s ORDER BY number"


def collect(account: BankAccount) -> int:
    """
    Take every payment file in the inbox and move it to the archive; return how many there were.

    A file is moved only once it is committed. A crash in between finds it in the inbox again and moves it.
    """
    assert_no_open_transaction()
    inbox = account.path / "to_bank"
    files = sorted(path for path in inbox.glob("*.xml") if not path.name.startswith(".") and path.is_file())
    for path in files:
        take_file(account.pk, path.name, path.read_bytes())
        _archive(path)
    return len(files)


def deliver(account: BankAccount) -> int:
    """
    Write every file that is due into the outbox, in the order of sending; return how many there were.

    A crash between writing and noting it finds the file in the outbox, or where the customer puts what it has read.
    """
    assert_no_open_transaction()
    outbox = account.path / "from_bank"
    due = ask(_DUE, [account.pk, account.business_now()])
    for (file_id,) in due:
        [sent] = rows_where(SentFile, "WHERE id = %s", [file_id])
        if not (outbox / sent.file_name).exists() and not (outbox / "read" / sent.file_name).exists():
            _write(outbox, sent.file_name, sent.read_content())
        ask("UPDATE sandbox_sent_file SET written_at = %s WHERE id = %s", [timezone.now(), file_id])
    return len(due)


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.part"
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.rename(draft, folder / name)
    _sync(folder)


def _archive(path: Path) -> None:
    archive = path.parent / "archive"
    archive.mkdir(exist_ok=True)
    target = archive / path.name
    if target.exists() and target.read_bytes() != path.read_bytes():
        target = archive / f"{path.stem}.{path.stat().st_mtime_ns}{path.suffix}"
    os.rename(path, target)
    _sync(archive)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
