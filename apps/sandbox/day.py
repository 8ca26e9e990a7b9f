"""A banking day of the bank: payments go out, returned money comes in, and when the day is over its statement is sent."""

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from apps.sandbox import banking_days
from apps.sandbox.books import lock_book, new_booking, report_header, send_file
from apps.sandbox.instant import booking as instant
from apps.sandbox.lines import statement_lines
from apps.sandbox.messages import camt
from apps.sandbox.models import Booking, Order, Statement

_ROWS_PER_STATEMENT = 1000


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
        book.save()
        return False
    _pay(book, now)
    _give_back(book, now)
    instant.book_due(book, now)
    is_over = today > book.open_day
    if is_over:
        _charge(book, now)
        _close(book, now)
    book.save()
    return is_over


def _pay(book, now) -> None:
    """Debit the payments due: one line for each block of a file, or one for each payment that is booked singly."""
    due = book.orders.filter(debit=None, pay_on__lte=book.open_day)
    blocks = due.values("file", "payment_information_id", "singly").order_by("file", "payment_information_id")
    blocks = list(blocks.annotate(total=Sum("amount"), payments=Count("pk")))
    for block in blocks:
        if block["singly"]:
            continue
        text = f"SEPA credit transfer, {block['payments']} payments"
        debit = new_booking(book, Booking.Kind.BATCH, camt.DEBIT, block["total"], text, now=now)
        debit.save(force_insert=True)
        due.filter(singly=False, file=block["file"], payment_information_id=block["payment_information_id"]).update(
            debit=debit
        )
    if not any(block["singly"] for block in blocks):
        return
    singles = list(due.filter(singly=True).order_by("file", "position"))
    for order in singles:
        order.debit = new_booking(book, Booking.Kind.SINGLE, camt.DEBIT, order.amount, "SEPA credit transfer", now=now)
    Booking.objects.bulk_create([order.debit for order in singles], batch_size=_ROWS_PER_STATEMENT)
    Order.objects.bulk_update(singles, ["debit"], batch_size=_ROWS_PER_STATEMENT)


def _give_back(book, now) -> None:
    """Credit the payments that come back on the open day, each as a line of its own."""
    due = list(
        book.orders.filter(credit=None, return_on__lte=book.open_day, debit__isnull=False).order_by(
            "return_on", "file", "position"
        )
    )
    for order in due:
        order.credit = new_booking(
            book, Booking.Kind.RETURN, camt.CREDIT, order.amount, "Return of a SEPA credit transfer", now=now
        )
    Booking.objects.bulk_create([order.credit for order in due], batch_size=_ROWS_PER_STATEMENT)
    Order.objects.bulk_update(due, ["credit"], batch_size=_ROWS_PER_STATEMENT)


def _charge(book, now) -> None:
    """Debit the day's fee, if anything was paid on it."""
    paid = book.orders.filter(debit__booked_on=book.open_day)
    payments, files = paid.aggregate(payments=Count("pk"), files=Count("file", distinct=True)).values()
    fee = payments * book.fee_per_payment + files * book.fee_per_file
    if fee:
        text = f"Fee for {payments} payments in {files} files"
        new_booking(book, Booking.Kind.FEE, camt.DEBIT, fee, text, now=now).save(force_insert=True)


def _close(book, now) -> None:
    """Close the open day: its statement goes out, and the next banking day is open."""
    day = book.open_day
    previous = book.statements.order_by("-sequence").first()
    opening = previous.closing if previous else 0
    bookings = list(book.bookings.filter(booked_on=day).order_by("reference"))
    closing = opening + sum(b.amount if b.sign == camt.CREDIT else -b.amount for b in bookings)
    sequence = previous.sequence + 1 if previous else 1
    Statement.objects.create(book=book, day=day, sequence=sequence, opening=opening, closing=closing)
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
