"""What the bank checks before it takes a payment file, and what it answers about each payment."""

import re
from dataclasses import dataclass
from datetime import date

from apps.sandbox import banking_days
from apps.sandbox.messages.pain001 import Block, Message, Transfer
from apps.sandbox.messages.pain002 import BlockAnswer, Reason, TransferAnswer
from apps.sandbox.scenarios import REFUSE, REFUSE_AND_PAY, REFUSE_FILE

MOVED_DATE_DAYS = 5
"""A requested date that passed up to so many banking days ago is moved to the next open day, as banks do."""

MAX_TRANSFERS = 100_000

# The geographical scope of the SEPA schemes (EPC409-09), by country code of the IBAN.
_SEPA = frozenset(
    re.findall(
        "[A-Z]{2}",
        "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO "
        "RS SE SI SK SM VA",
    )
)

_WORDS = {
    "AG01": "Payments to this account are forbidden.",
    "AG03": "The account cannot be paid in this way.",
    "AB05": "The recipient's bank did not answer in time.",
    "AC06": "The account is blocked.",
    "AM02": "The amount is above what is allowed.",
    "AM05": "The payment was made before.",
    "BE04": "The recipient's address is missing.",
    "CNOR": "The recipient's bank does not take part in the scheme.",
    "ARDT": "The money has been given back already.",
    "CUST": "The recipient does not agree.",
    "FOCR": "Given back on request.",
    "AC01": "The account number is invalid or unknown.",
    "AC04": "The account is closed.",
    "AM04": "The funds available are not sufficient.",
    "FF10": "The file cannot be processed because of technical problems at the bank.",
    "MD07": "The account holder has died.",
    "MS03": "The bank does not tell the reason.",
    "FRAD": "Fraud is suspected.",
    "RR01": "A regulation asks for the payer's account.",
    "RR03": "A regulation asks for the recipient's name or address.",
    "RR04": "A regulation forbids the payment.",
    "TM01": "The cut-off of the recipient's bank has passed.",
    "RC01": "The bank identifier has an incorrect format.",
}


_ABOUT_OTHERS = frozenset(("ARDT", "CUST", "FOCR", "FF10"))
"""Codes of answers to recalls, and of whole files."""


@dataclass(frozen=True)
class Customer:
    """What the bank knows about the account that sends the file."""

    iban: str
    currency: str
    open_day: date
    known_message_ids: frozenset[str]
    known_block_ids: frozenset[str]


def words(code: str) -> str:
    """Return the bank's words for a reason code."""
    return _WORDS[code]


def reasons() -> frozenset[str]:
    """Return the reason codes that the bank gives for refusals and returns of payments."""
    return frozenset(_WORDS) - _ABOUT_OTHERS


def refuse_file(message: Message, customer: Customer, scenarios) -> Reason | None:
    """Return why the whole file is refused, or None; `scenarios` has the scenario of each payment, in their order."""
    transfers = message.transfers
    total = sum(transfer.amount for transfer in transfers)
    if message.message_id in customer.known_message_ids:
        return Reason("DU01", "A file with this message identification was received before.")
    if len(transfers) > MAX_TRANSFERS:
        return Reason("AM18", f"A file may hold {MAX_TRANSFERS} payments.")
    if message.count != len(transfers):
        return Reason("AM18", f"NbOfTxs says {message.count}, the file holds {len(transfers)}.")
    if message.control_sum != total:
        return Reason("AM10", "CtrlSum of the group header is not the sum of the amounts.")
    refusal = next((scenario for scenario in scenarios if scenario.effect == REFUSE_FILE), None)
    return Reason(refusal.reason, words(refusal.reason)) if refusal else None


def answer_blocks(message: Message, customer: Customer, scenarios) -> list[BlockAnswer]:
    """
    Return what the bank says about each block and each payment of a file that is not refused as a whole.

    `scenarios` has the scenario of each payment, in their order.
    """
    seen, answers, chosen = set(customer.known_block_ids), [], iter(scenarios)
    for block in message.blocks:
        reason = _refuse_block(block, customer, seen)
        seen.add(block.payment_information_id)
        answers.append(
            BlockAnswer(
                payment_information_id=block.payment_information_id,
                reason=reason,
                transfers=[
                    TransferAnswer(
                        instruction_id=transfer.instruction_id,
                        end_to_end_id=transfer.end_to_end_id,
                        amount=transfer.amount,
                        reason=_refuse_transfer(transfer, customer, next(chosen), is_block_refused=bool(reason)),
                    )
                    for transfer in block.transfers
                ],
            )
        )
    return answers


def _refuse_block(block: Block, customer: Customer, seen: set[str]) -> Reason | None:
    if block.payment_information_id in seen:
        return Reason("DU02", "A block with this payment information identification was received before.")
    if block.debtor_iban != customer.iban:
        return Reason("AC02", "The debtor account is not the account of this connection.")
    if block.count is not None and block.count != len(block.transfers):
        return Reason("AM18", f"NbOfTxs says {block.count}, the block holds {len(block.transfers)}.")
    if block.control_sum is not None and block.control_sum != sum(transfer.amount for transfer in block.transfers):
        return Reason("AM10", "CtrlSum of the block is not the sum of its amounts.")
    if block.execute_on < banking_days.before(customer.open_day, MOVED_DATE_DAYS):
        return Reason("DT01", f"The requested execution date {block.execute_on} has passed.")
    return None


def _refuse_transfer(transfer: Transfer, customer: Customer, scenario, *, is_block_refused) -> Reason | None:
    if is_block_refused:
        return None
    if transfer.currency != customer.currency:
        return Reason("AM03", f"The account pays {customer.currency} only.")
    if transfer.amount == 0:
        return Reason("AM01", "The amount is zero.")
    if not is_iban(transfer.creditor_iban):
        return Reason("AC01", "The creditor's IBAN is not valid.")
    if transfer.creditor_iban[:2] not in _SEPA:
        return Reason("AG03", "The creditor's country is outside of SEPA.")
    if scenario.effect in (REFUSE, REFUSE_AND_PAY):
        return Reason(scenario.reason, words(scenario.reason))
    return None


def sepa_country(code: str) -> bool:
    """Tell whether accounts whose IBAN begins with this country code can be paid."""
    return code in _SEPA


def is_iban(text: str) -> bool:
    """Tell whether the check digits of an IBAN are right (ISO 13616, mod 97-10)."""
    if not 15 <= len(text) <= 34 or not text.isalnum() or not text.isascii() or text != text.upper():
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
