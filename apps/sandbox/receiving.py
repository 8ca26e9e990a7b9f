"""Taking payment files: each is stored, checked and answered in one transaction, however often it is delivered."""

import hashlib

from django.db import connection, transaction

from apps.core.database import insert_rows
from apps.core.ids import uuid7
from apps.core.statements import ask, rows_where
from apps.sandbox import banking_days, checks
from apps.sandbox.books import bank_bic, lock_book, message_id, save_progress, send_file
from apps.sandbox.choosing import Choice, Seen
from apps.sandbox.messages import pain001
from apps.sandbox.messages.pain002 import Answer, BlockAnswer, Reason, write_answer
from apps.sandbox.models import Order, ReceivedFile
from apps.sandbox.scenarios import (
    ANSWER_LATE,
    BOOK_LATE,
    BOOK_SINGLY,
    LOSE,
    NO_ANSWER,
    REFUSE,
    REFUSE_AND_PAY,
    RETURN,
    RETURN_UNNAMED,
)

_COLUMNS = [
    "id",
    "file_id",
    "book_id",
    "position",
    "payment_information_id",
    "instruction_id",
    "end_to_end_id",
    "amount",
    "creditor_name",
    "creditor_iban",
    "remittance",
    "refusal",
    "scenario",
    "singly",
    "pay_on",
    "return_on",
    "return_reason",
    "return_unnamed",
    "is_paid_though_refused",
]
_KNOWN_MESSAGES = "SELECT message_id FROM sandbox_received_file WHERE book_id = %s AND message_id = %s"
_KNOWN_BLOCKS = (
    "SELECT DISTINCT payment_information_id FROM sandbox_order"
    " WHERE book_id = %s AND payment_information_id = ANY(%s::text[])"
)
_SINGLY = (BOOK_SINGLY, BOOK_LATE, REFUSE_AND_PAY)


@transaction.atomic
def take_file(bank_account_id, file_name: str, content: bytes) -> ReceivedFile:
    """
    Store a payment file, decide on its payments and answer it; a file that was taken before changes nothing.

    :raises NotFound: if there is no such sandbox bank account.
    """
    book = lock_book(bank_account_id)
    digest = hashlib.sha256(content).digest()
    of_name = "WHERE book_id = %s AND file_name = %s AND sha256 = %s"
    if known := rows_where(ReceivedFile, of_name, [book.pk, file_name, digest]):
        return known[0]
    now = book.bank_account.business_now()
    received = ReceivedFile(book=book, file_name=file_name, sha256=digest, received_at=now)
    try:
        message = pain001.read(content)
    except pain001.Unacceptable as error:
        answer = _answer(book, now, error.message_id, error.message_name, reason=Reason(error.code, error.text))
        message, scenarios = None, []
    else:
        customer, scenarios = _customer(book, message), _scenarios(book, message)
        reason = checks.refuse_file(message, customer, scenarios)
        answer = _answer(
            book,
            now,
            message.message_id,
            message.name,
            original_count=message.count,
            original_sum=message.control_sum,
            reason=reason,
            blocks=[] if reason else checks.answer_blocks(message, customer, scenarios),
        )
    received.message_id, received.status = answer.original_message_id, answer.status
    received.reason = answer.reason.code if answer.reason else ""
    insert_rows([received])
    if not answer.reason:
        _copy_orders(received, message, answer.blocks, scenarios)
    _send_answer(book, answer, now, [] if answer.reason else scenarios)
    save_progress(book)
    return received


def _scenarios(book, message) -> list:
    """Return the scenario of each payment of a file, in their order."""
    payments = [Seen(transfer.end_to_end_id, transfer.amount, transfer.creditor_name) for transfer in message.transfers]
    choice = Choice(book.pk, payments)
    return [choice.in_file(payment) for payment in payments]


def _customer(book, message) -> checks.Customer:
    blocks = [block.payment_information_id for block in message.blocks]
    return checks.Customer(
        iban=book.bank_account.read_iban(),
        currency=book.bank_account.currency,
        open_day=book.open_day,
        known_message_ids=frozenset(
            message_id for (message_id,) in ask(_KNOWN_MESSAGES, [book.pk, message.message_id])
        ),
        known_block_ids=frozenset(block for (block,) in ask(_KNOWN_BLOCKS, [book.pk, blocks])),
    )


def _answer(book, now, original_id: str, original_name: str, **facts) -> Answer:
    return Answer(
        message_id=message_id(book),
        created_at=now,
        bank_bic=bank_bic(book.bank_account),
        original_message_id=original_id,
        original_name=original_name,
        **facts,
    )


def _copy_orders(received: ReceivedFile, message, answers: list[BlockAnswer], scenarios: list) -> None:
    """Store every payment of the file, by COPY: a file may hold a hundred thousand."""
    with connection.cursor() as cursor, cursor.copy(f"COPY sandbox_order ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        position = 0
        for block, answer in zip(message.blocks, answers, strict=True):
            pay_on = max(banking_days.banking_day_from(block.execute_on), received.book.open_day)
            for transfer, decided in zip(block.transfers, answer.transfers, strict=True):
                order_id, refusal = uuid7(), answer.reason or decided.reason
                scenario = scenarios[position]
                contradicts = scenario.effect == REFUSE_AND_PAY and not answer.reason
                paid = contradicts or (not refusal and scenario.effect != LOSE)
                comes_back = paid and scenario.effect in (RETURN, RETURN_UNNAMED)
                late = scenario.banking_days if scenario.effect == BOOK_LATE else 0
                paid_on = banking_days.after(pay_on, late)
                order = {
                    "id": order_id,
                    "file_id": received.pk,
                    "book_id": received.book_id,
                    "position": position,
                    "payment_information_id": block.payment_information_id,
                    "instruction_id": transfer.instruction_id,
                    "end_to_end_id": transfer.end_to_end_id,
                    "amount": transfer.amount,
                    "creditor_name": transfer.creditor_name,
                    "creditor_iban": Order.seal_iban(order_id, transfer.creditor_iban),
                    "remittance": transfer.remittance,
                    "refusal": refusal.code if refusal else "",
                    "scenario": scenario.code,
                    "singly": block.batch_booking is False or scenario.effect in _SINGLY,
                    "pay_on": paid_on if paid else None,
                    "return_on": banking_days.after(paid_on, scenario.banking_days) if comes_back else None,
                    "return_reason": scenario.reason if comes_back else "",
                    "return_unnamed": scenario.effect == RETURN_UNNAMED,
                    "is_paid_though_refused": contradicts,
                }
                copy.write_row([order[column] for column in _COLUMNS])
                position += 1


def _send_answer(book, answer: Answer, now, scenarios: list) -> None:
    """Put the pain.002 into the outbox: at once, some banking days late, or never, as the file's scenarios choose."""
    if any(scenario.effect in (NO_ANSWER, LOSE) for scenario in scenarios):
        return
    days = max((one.banking_days for one in scenarios if one.effect in (ANSWER_LATE, REFUSE)), default=0)
    late = banking_days.morning(banking_days.after(banking_days.local_day(now), days)) if days else now
    label = answer.original_message_id.translate(_FILE_NAME) or "unreadable"
    send_file(book, answer.name, label, write_answer(answer), due_at=late)


_FILE_NAME = {ord(character): "-" for character in "/?:().,'+ "}
