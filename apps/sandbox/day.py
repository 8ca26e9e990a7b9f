"""A banking day of the bank: payments go out, returned money comes in, and when the day is over its statement is sent."""

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from apps.core.database import insert_rows, statement
from apps.core.statements import ask, rows_where
from apps.core.updating import update_rows
from apps.sandbox import banking_days
from apps.sandbox.books import lock_book, new_booking, report_header, save_progress, send_file
from apps.sandbox.instant import booking as instant
from apps.sandbox.lines import statement_lines
from apps.sandbox.messages import camt
from apps.sandbox.models import Booking, Order, Statement

_TO_PAY = "WHERE book_id = %s AND debit_id IS NULL AND pay_on <= %s AND singly ORDER BY file_id, position"
_TO_RETURN = (
    "WHERE book_id = %s AND credit_id IS NULL AND return_on <= %s AND debit_id IS NOT NULL"
    " ORDER BY return_on, file_id, position"
)


def work_through(bank_account_id) -> None:
    """
    Do all that the account's clock says is due, day after day in order, each in a transaction of its own.

    :raises NotFound: if there is no such sandbox bank account.
    """
    while work_day(bank_account_id):
        pass


@transaction.atomic
def work_day(bank_account_id) -> bool:
    """Do what is due on the open day; if the clock has left that day, close it and return True: the next one is open."""
    book = lock_book(bank_account_id)
    now = book.bank_account.business_now()
    today = banking_days.local_day(now)
    if today < book.open_day:  # the bank is closed, but instant payments are made on any day
        instant.book_due(book, now)
        save_progress(book)
        return False
    _pay(book, now)
    _give_back(book, now)
    instant.book_due(book, now)
    is_over = today > book.open_day
    if is_over:
        _charge(book, now)
        _close(book, now)
    save_progress(book)
    return is_over


def _pay(book, now) -> None:
    """Debit the payments due: one line for each block of a file, or one for each payment that is booked singly."""
    blocks = ask(statement(__file__, "blocks_to_pay.sql"), [book.pk, book.open_day])
    for file_id, block, singly, total, payments in blocks:
        if singly:
            continue
        text = f"SEPA credit transfer, {payments} payments"
        debit = new_booking(book, Booking.Kind.BATCH, camt.DEBIT, total, text, now=now)
        insert_rows([debit])
        ask(
            "UPDATE sandbox_order SET debit_id = %s WHERE book_id = %s AND debit_id IS NULL AND pay_on <= %s"
            " AND NOT singly AND file_id = %s AND payment_information_id = %s",
            [debit.pk, book.pk, book.open_day, file_id, block],
        )
    if not any(singly for _, _, singly, *_ in blocks):
        return
    singles = rows_where(Order, _TO_PAY, [book.pk, book.open_day])
    for order in singles:
        order.debit = new_booking(book, Booking.Kind.SINGLE, camt.DEBIT, order.amount, "SEPA credit transfer", now=now)
    insert_rows([order.debit for order in singles])
    update_rows(singles, "debit")


def _give_back(book, now) -> None:
    """Credit the payments that come back on the open day, each as a line of its own."""
    due = rows_where(Order, _TO_RETURN, [book.pk, book.open_day])
    if not due:
        return
    for order in due:
        order.credit = new_booking(
            book, Booking.Kind.RETURN, camt.CREDIT, order.amount, "Return of a SEPA credit transfer", now=now
        )
    insert_rows([order.credit for order in due])
    update_rows(due, "credit")


def _charge(book, now) -> None:
    """Debit the day's fee, if anything was paid on it."""
    [(payments, files)] = ask(
        "SELECT count(*), count(DISTINCT paid.file_id) FROM sandbox_booking AS debit"
        " JOIN sandbox_order AS paid ON paid.debit_id = debit.id"
        " WHERE debit.book_id = %s AND debit.booked_on = %s",
        [book.pk, book.open_day],
    )
    fee = payments * book.fee_per_payment + files * book.fee_per_file
    if fee:
        text = f"Fee for {payments} payments in {files} files"
        insert_rows([new_booking(book, Booking.Kind.FEE, camt.DEBIT, fee, text, now=now)])


def _close(book, now) -> None:
    """Close the open day: its statement goes out, and the next banking day is open."""
    day = book.open_day
    previous = next(iter(rows_where(Statement, "WHERE book_id = %s ORDER BY sequence DESC LIMIT 1", [book.pk])), None)
    opening = previous.closing if previous else 0
    bookings = rows_where(Booking, "WHERE book_id = %s AND booked_on = %s ORDER BY reference", [book.pk, day])
    closing = opening + sum(b.amount if b.sign == camt.CREDIT else -b.amount for b in bookings)
    sequence = previous.sequence + 1 if previous else 1
    insert_rows([Statement(book=book, day=day, sequence=sequence, opening=opening, closing=closing)])
    content = camt.write_statement(
        report_header(book, f"{day:%Y%m%d}-{sequence:05d}", sequence, now),
        since=camt.first_day_reported(previous and previous.day, day),
        day=day,
        opening=opening,
        closing=closing,
        lines=statement_lines(book, bookings),
    )
    send_file(book, f"camt.053.001.{book.statement_version}", f"{day}", content, due_at=now)
    book.open_day = banking_days.after(day, 1)


def balance(book) -> int:
    """Return the sum of all lines booked so far, in minor units; below zero when the account is overdrawn."""
    credits, debits = (
        book.bookings.filter(sign=sign).aggregate(total=Coalesce(Sum("amount"), 0))["total"]
        for sign in (camt.CREDIT, camt.DEBIT)
    )
    return credits - debits
