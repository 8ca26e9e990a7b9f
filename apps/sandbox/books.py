"""Opening and locking a book, and giving its lines and files their numbers."""

from datetime import datetime

from apps.core.database import insert_rows
from apps.core.errors import NotFound
from apps.core.statements import ask, rows_where
from apps.rails.models import BankAccount
from apps.sandbox import banking_days
from apps.sandbox.messages.camt import Account, Header
from apps.sandbox.models import Book, Booking, SentFile


def lock_book(bank_account_id) -> Book:
    """
    Lock the book of a sandbox bank account, opening it on the account's present banking day if there is none.

    :raises NotFound: if there is no such sandbox bank account.
    """
    book = _lock(bank_account_id) or _open(bank_account_id)
    # Read after the lock: its clock may have moved.
    [book.bank_account] = rows_where(BankAccount, "WHERE id = %s", [bank_account_id])
    return book


def _lock(bank_account_id) -> Book | None:
    return next(iter(rows_where(Book, "WHERE bank_account_id = %s FOR UPDATE", [bank_account_id])), None)


def _open(bank_account_id) -> Book:
    account = BankAccount.objects.filter(pk=bank_account_id, mode="sandbox").first()
    if account is None:
        raise NotFound("There is no such sandbox bank account.")
    today = banking_days.local_day(account.business_now())
    new = Book(bank_account_id=bank_account_id, open_day=banking_days.banking_day_from(today))
    Book.objects.bulk_create([new], ignore_conflicts=True)  # somebody else may have opened it meanwhile
    return _lock(bank_account_id)


def save_progress(book: Book) -> None:
    """Save how far a locked book has come: its open day, the next numbers, and what is taken over."""
    ask(
        "UPDATE sandbox_book SET open_day = %s, next_booking = %s, next_file = %s, instant_log_read = %s"
        " WHERE bank_account_id = %s",
        [book.open_day, book.next_booking, book.next_file, book.instant_log_read, book.pk],
    )


def new_booking(book: Book, kind: str, sign: str, amount: int, text: str, *, now: datetime, **facts) -> Booking:
    """Return an unsaved line on the open day with the book's next reference; the caller saves line and book."""
    facts.setdefault("booked_on", book.open_day)
    reference = f"SBX{facts['booked_on']:%Y%m%d}{book.next_booking:010d}"
    book.next_booking += 1
    return Booking(
        book=book, kind=kind, sign=sign, amount=amount, text=text, reference=reference, created_at=now, **facts
    )


def send_file(book: Book, message: str, label: str, content: bytes, *, due_at: datetime) -> SentFile:
    """Store a file for the outbox folder; the caller saves the book. Names sort in the order of sending."""
    sent = SentFile(
        book=book,
        number=book.next_file,
        file_name=f"SBX-{book.next_file:06d}-{message}-{label}.xml",
        due_at=due_at,
    )
    sent.write_content(content)
    book.next_file += 1
    insert_rows([sent])
    return sent


def report_header(book: Book, report_id: str, sequence: int, now: datetime) -> Header:
    """Return the header of a statement or notification on the book's account."""
    account = book.bank_account
    return Header(
        message_id=message_id(book),
        report_id=report_id,
        sequence=sequence,
        created_at=now,
        account=Account(account.read_iban(), account.currency, account.holder_name, bank_bic(account)),
        version=book.statement_version,
    )


def bank_bic(account: BankAccount) -> str:
    """Return the bank's own BIC: that of the account, or the sandbox bank's where the account names none."""
    return account.bic or "SANDDEFFXXX"


def message_id(book: Book) -> str:
    """Return the id of the book's next outgoing message: unique, because books and numbers are."""
    return f"SBX{book.pk.hex[-20:].upper()}{book.next_file:08d}"
