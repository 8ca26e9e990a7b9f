"""A banking day of the bank: payments go out, returned money comes in, and when the day is over its statement is sent."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from apps.sandbox import banking_days
from apps.sandbox.books import lock_book, new_booking, report_header, send_file
from apps.sandbox.checks import words
from apps.sandbox.messages import camt
from apps.sandbox.models import Booking, Order, Statement
from apps.sandbox.scenarios import RETURN_UNNAMED, scenario_for

_ROWS_PER_STATEMENT = 1000
_CODES = {
    Booking.Kind.BATCH: camt.ISSUED,
    Booking.Kind.SINGLE: camt.ISSUED,
    Booking.Kind.FEE: camt.CHARGES,
    Booking.Kind.DEPOSIT: camt.RECEIVED,
    Booking.Kind.RETURN: camt.RETURNED,
}


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
    if today < book.open_day:
        return False
    _pay(book, now)
    _give_back(book, now)
    is_over = today > book.open_day
    if is_over:
        _charge(book, now)
        _close(book, now)
    book.save()
    return is_over


def _pay(book, now) -> None:
    """Debit the payments due: one line for each block of a file, or one for each payment that is booked singly."""
    due = book.orders.filter(debit=None, refusal="", pay_on__lte=book.open_day)
    blocks = (
        due.filter(singly=False).values("file", "payment_information_id").order_by("file", "payment_information_id")
    )
    for block in list(blocks.annotate(total=Sum("amount"), payments=Count("pk"))):
        text = f"SEPA credit transfer, {block['payments']} payments"
        debit = new_booking(book, Booking.Kind.BATCH, camt.DEBIT, block["total"], text, now=now)
        debit.save(force_insert=True)
        due.filter(singly=False, file=block["file"], payment_information_id=block["payment_information_id"]).update(
            debit=debit
        )
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
    payments, files = paid.count(), paid.values("file").distinct().count()
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


def statement_lines(book, bookings: list[Booking]) -> list[camt.Line]:
    """Return bookings as the lines of a statement or notification, with the payments behind them."""
    behind = defaultdict(list)
    orders = Order.objects.filter(debit__in=bookings) | Order.objects.filter(credit__in=bookings)
    for order in orders.order_by("file", "position"):
        for booking_id in (order.debit_id, order.credit_id):
            behind[booking_id].append(order)
    files = {order.file_id for group in behind.values() for order in group}
    messages = dict(book.received_files.filter(pk__in=files).values_list("pk", "message_id"))
    return [_line(book, booking, behind[booking.pk], messages) for booking in bookings]


def _line(book, booking: Booking, orders: list[Order], messages: dict) -> camt.Line:
    batch = None
    if booking.kind == Booking.Kind.BATCH:
        first = orders[0]
        batch = camt.BatchFacts(messages[first.file_id], first.payment_information_id, len(orders))
    return camt.Line(
        sign=booking.sign,
        amount=booking.amount,
        booked_on=booking.booked_on,
        reference=booking.reference,
        code=_CODES[booking.kind],
        text=booking.text,
        details=[] if batch and not book.batch_details else _details(book, booking, orders, messages),
        batch=batch,
    )


def _details(book, booking: Booking, orders: list[Order], messages: dict) -> list[camt.Detail]:
    us = camt.Party(book.bank_account.holder_name, book.bank_account.read_iban())
    if booking.kind == Booking.Kind.DEPOSIT:
        debtor = camt.Party(booking.counterparty)
        return [camt.Detail(booking.amount, debtor=debtor, creditor=us, remittance=booking.remittance)]
    if booking.kind == Booking.Kind.RETURN:
        return [_returned(order, us) for order in orders]
    return [
        camt.Detail(
            order.amount,
            debtor=us,
            creditor=camt.Party(order.creditor_name, order.read_iban()),
            message_id=messages[order.file_id],
            payment_information_id=order.payment_information_id,
            instruction_id=order.instruction_id,
            end_to_end_id=order.end_to_end_id,
            remittance=order.remittance,
        )
        for order in orders
    ]


def _returned(order: Order, us: camt.Party) -> camt.Detail:
    """Return the detail of a return; parties keep the roles of the payment that comes back."""
    scenario = scenario_for(order.amount)
    named = scenario.effect != RETURN_UNNAMED
    return camt.Detail(
        order.amount,
        debtor=us,
        creditor=camt.Party(order.creditor_name, order.read_iban() if named else ""),
        instruction_id=order.instruction_id if named else "",
        end_to_end_id=order.end_to_end_id if named else "",
        remittance=order.remittance if named else "Return, references not available",
        return_reason=scenario.reason,
        return_text=words(scenario.reason),
    )


def balance(book) -> int:
    """Return the sum of all lines booked so far, in minor units; below zero when the account is overdrawn."""
    credits, debits = (
        book.bookings.filter(sign=sign).aggregate(total=Coalesce(Sum("amount"), 0))["total"]
        for sign in (camt.CREDIT, camt.DEBIT)
    )
    return credits - debits
