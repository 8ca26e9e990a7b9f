"""Booked lines as statements and notifications tell of them, with the payments behind them."""

from collections import defaultdict

from apps.core.statements import ask, rows_where
from apps.sandbox.checks import words
from apps.sandbox.messages import camt
from apps.sandbox.models import Booking, InstantMovement, Order

_CODES = {
    Booking.Kind.BATCH: camt.ISSUED,
    Booking.Kind.SINGLE: camt.ISSUED,
    Booking.Kind.FEE: camt.CHARGES,
    Booking.Kind.DEPOSIT: camt.RECEIVED,
    Booking.Kind.RETURN: camt.RETURNED,
    Booking.Kind.INSTANT: camt.ISSUED_INSTANT,
    Booking.Kind.INSTANT_RETURN: camt.RETURNED_INSTANT,
}
_IN_FILES = (Booking.Kind.BATCH, Booking.Kind.SINGLE, Booking.Kind.RETURN)
_INSTANT = (Booking.Kind.INSTANT, Booking.Kind.INSTANT_RETURN)


def statement_lines(book, bookings: list[Booking]) -> list[camt.Line]:
    """Return bookings as the lines of a statement or notification, with the payments behind them."""
    behind = defaultdict(list)
    messages = _orders_behind(bookings, behind)
    instant = [booking.pk for booking in bookings if booking.kind in _INSTANT]
    for movement in rows_where(InstantMovement, "WHERE booking_id = ANY(%s)", [instant]) if instant else ():
        behind[movement.booking_id].append(movement)
    return [_line(book, booking, behind[booking.pk], messages) for booking in bookings]


def _orders_behind(bookings, behind) -> dict:
    """Put the payments of files behind the bookings, by id; return the message ids of these files by theirs."""
    ids = [booking.pk for booking in bookings if booking.kind in _IN_FILES]
    if not ids:
        return {}
    booked = "WHERE debit_id = ANY(%s) OR credit_id = ANY(%s) ORDER BY file_id, position"
    orders = rows_where(Order, booked, [ids, ids])
    for order in orders:
        for booking_id in (order.debit_id, order.credit_id):
            behind[booking_id].append(order)
    files = list({order.file_id for order in orders})
    return dict(ask("SELECT id, message_id FROM sandbox_received_file WHERE id = ANY(%s)", [files]))


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
    if booking.kind in _INSTANT:
        return [_instant(movement, us) for movement in orders]
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
    named = not order.return_unnamed
    return camt.Detail(
        order.amount,
        debtor=us,
        creditor=camt.Party(order.creditor_name, order.read_iban() if named else ""),
        instruction_id=order.instruction_id if named else "",
        end_to_end_id=order.end_to_end_id if named else "",
        remittance=order.remittance if named else "Return, references not available",
        return_reason=order.return_reason,
        return_text=words(order.return_reason),
    )


def _instant(movement: InstantMovement, us: camt.Party) -> camt.Detail:
    """Return the detail of an instant payment or its return; parties keep the roles of the payment."""
    is_return = movement.kind == InstantMovement.Kind.RETURNED
    return camt.Detail(
        movement.amount,
        debtor=us,
        creditor=camt.Party(movement.creditor_name, movement.read_iban()),
        instruction_id=movement.instruction_id,
        end_to_end_id=movement.end_to_end_id,
        remittance=movement.remittance,
        return_reason=movement.reason if is_return else "",
        return_text=words(movement.reason) if is_return else "",
    )
