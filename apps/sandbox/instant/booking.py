"""From the log of instant payments into the account's book: every fact that moves money once, by its place in the log."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from apps.core.crypto import decrypt
from apps.core.database import insert_rows
from apps.core.statements import ask, rows_where
from apps.core.updating import update_rows
from apps.rails.models import BankAccount
from apps.sandbox import banking_days
from apps.sandbox.books import lock_book, new_booking, report_header, save_progress, send_file
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.instant.log import end_of, read_facts
from apps.sandbox.lines import statement_lines
from apps.sandbox.messages import camt
from apps.sandbox.models import Book, Booking, InstantMovement
from apps.sandbox.scenarios import NEVER, REORDERED, TWICE

_TEXTS = {
    InstantMovement.Kind.EXECUTED: "SEPA instant credit transfer",
    InstantMovement.Kind.RETURNED: "Return of a SEPA instant credit transfer",
}
_BOOKINGS = {
    InstantMovement.Kind.EXECUTED: (Booking.Kind.INSTANT, camt.DEBIT),
    InstantMovement.Kind.RETURNED: (Booking.Kind.INSTANT_RETURN, camt.CREDIT),
}
_SECONDS_LATE = 60
_TO_BOOK = "WHERE book_id = %s AND booking_id IS NULL AND at <= %s ORDER BY at, position"


def take_over(account: BankAccount) -> None:
    """Copy what the log tells of moved money since the last time. A crash before the commit changes nothing."""
    folder = folder_of(account)
    known = ask("SELECT instant_log_read FROM sandbox_book WHERE bank_account_id = %s", [account.pk])
    if end_of(folder) > (known[0][0] if known else 0):
        _take_over(account, folder)


@transaction.atomic
def _take_over(account, folder) -> None:
    book = lock_book(account.pk)
    movements = []
    for position, after, fact in read_facts(folder, book.instant_log_read):
        if fact["fact"] in InstantMovement.Kind.values:
            movements.append(_movement(book, position, fact))
        book.instant_log_read = after
    insert_rows(movements)
    save_progress(book)


def _movement(book, position, fact) -> InstantMovement:
    iban = decrypt(bytes.fromhex(fact["creditor_account"]), f"sandbox.instant:{fact['end_to_end_id']}")
    movement = InstantMovement(
        book=book,
        position=position,
        kind=fact["fact"],
        at=fact["at"],
        amount=fact["amount"],
        instruction_id=fact["instruction_id"],
        end_to_end_id=fact["end_to_end_id"],
        creditor_name=fact["creditor_name"],
        remittance=fact["remittance"],
        bank_reference=fact["bank_reference"],
        reason=fact.get("reason", ""),
        notices=fact["notices"],
    )
    movement.write_iban(iban)
    return movement


def book_due(book: Book, now) -> None:
    """Book the movements whose time has come on the open day, each as a line of its own, and notify of them."""
    due = [
        movement
        for movement in rows_where(InstantMovement, _TO_BOOK, [book.pk, now])
        if banking_days.banking_day_from(banking_days.local_day(movement.at)) <= book.open_day
    ]
    if not due:
        return
    for movement in due:
        kind, sign = _BOOKINGS[movement.kind]
        movement.booking = new_booking(book, kind, sign, movement.amount, _TEXTS[movement.kind], now=now)
        movement.booking.reference = movement.bank_reference
    insert_rows([movement.booking for movement in due])
    update_rows(due, "booking")
    _notify(book, due, now)


def _notify(book, movements, now) -> None:
    """Send notifications of the lines: one of all, and apart from it those that come twice or in another order."""
    groups = defaultdict(list)
    for movement in movements:
        is_late = movement.notices == REORDERED and movement.kind == InstantMovement.Kind.EXECUTED
        groups[(movement.notices if movement.notices in (TWICE, NEVER) else "", is_late)].append(movement.booking)
    for (notices, is_late), bookings in sorted(groups.items()):
        due_at = now + timedelta(seconds=_SECONDS_LATE) if is_late else now
        for _ in range({TWICE: 2, NEVER: 0}.get(notices, 1)):
            header = report_header(book, f"{bookings[0].reference}-{book.next_file}", book.next_file, now)
            content = camt.write_notification(header, statement_lines(book, bookings))
            label = bookings[0].reference
            send_file(book, f"camt.054.001.{book.statement_version}", label, content, due_at=due_at)
