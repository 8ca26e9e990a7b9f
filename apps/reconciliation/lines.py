"""From an entry of a bank file to a line with its parts: amounts in minor units, identity, references. No queries."""

import hashlib
from datetime import date
from decimal import Decimal

from apps.core.crypto import blind_index
from apps.core.ids import find_references, is_reference
from apps.core.money import MAX_AMOUNT, exponent
from apps.recipients.iban import mask_account
from apps.reconciliation.camt import Entry, Transaction, UnreadableBankFile
from apps.reconciliation.camt import is_reference as is_bank_reference
from apps.reconciliation.models import LinePart, StatementLine

# Sub-families of ISO 20022's bank transaction codes (BTC external code list, checked 2026-11): money coming back.
RETURN_CODES = {"RRTN", "RPCR"}
INFORMATION = {"PDNG": StatementLine.Status.PENDING, "FUTR": StatementLine.Status.PENDING}


def minor_units(amount: str, currency: str) -> int:
    """
    Return a plain decimal as minor units; zeros beyond the currency's decimals do not matter.

    :raises UnreadableBankFile: if it has more decimals than the currency, or does not fit.
    """
    units = Decimal(amount).scaleb(exponent(currency))
    if units != units.to_integral_value():
        raise UnreadableBankFile("too-many-decimals", f"{amount} {currency} cannot be counted in whole minor units.")
    if abs(units) > MAX_AMOUNT:
        raise UnreadableBankFile("amount-out-of-range", f"{amount} {currency} is more than can be counted.")
    return int(units)


def line_of(entry: Entry, statement, position: int) -> StatementLine:
    """Return the unsaved line of an entry, without its occurrence number and its place in a file."""
    status = _status(entry, statement)
    day = entry.booking or entry.value or (statement.closes_on and statement.closes_on.isoformat())
    if day is None:
        raise UnreadableBankFile("date-missing", f"Entry {position} has neither a booking nor a value date.")
    line = StatementLine.make(
        position=position,
        status=status,
        sign=entry.sign,
        amount=minor_units(entry.amount, entry.ccy),
        currency=entry.ccy,
        reversal=entry.reversal,
        booked_on=date.fromisoformat(day),
        value_on=date.fromisoformat(entry.value or day),
        bank_reference=_cut(entry.acct_svcr_ref) if is_bank_reference(entry.acct_svcr_ref) else "",
        message_id=_cut(entry.message_id),
        payment_information_id=_cut(entry.payment_information_id),
        bank_code=_cut(entry.bank_code, 40),
        proprietary_code=_cut(entry.proprietary_code, 70),
        text=entry.additional or "",
    )
    line.point_at(bank_account=statement.bank_account)
    to_match = status == StatementLine.Status.BOOKED and line.amount > 0
    line.state = StatementLine.State.UNMATCHED if to_match else StatementLine.State.NOTED
    line.fingerprint = _fingerprint(entry, line, statement)
    return line


def keep_as_information(line: StatementLine, entry: Entry, notification) -> None:
    """Let an unsaved line only tell of what is in the books already: it is not posted, and belongs to its notification."""
    line.status, line.state = StatementLine.Status.INFORMATION, StatementLine.State.NOTED
    line.fingerprint, line.occurrence = _fingerprint(entry, line, notification), 1


def parts_of(entry: Entry, line: StatementLine) -> list[LinePart]:
    """Return the unsaved parts of a line: its transactions, if they explain it to the cent, else the line as a whole."""
    if not _explains(entry, line):
        return [_whole(entry, line)]
    return [
        _part(transaction, entry, line, number, minor_units(transaction.booked, entry.ccy))
        for number, transaction in enumerate(entry.txs, start=1)
    ]


def _status(entry, statement):
    if entry.is_booked:
        # A notification's booking that no reference ties to the statement's is not posted: it could be posted twice.
        if statement.is_statement or is_bank_reference(entry.acct_svcr_ref):
            return StatementLine.Status.BOOKED
        return StatementLine.Status.INFORMATION
    return INFORMATION.get(entry.status, StatementLine.Status.INFORMATION)


def _fingerprint(entry, line, statement) -> bytes:
    """
    Return what never changes about an entry, from one file to the next.

    With the bank's reference that is the reference, the amount and the day; details come and go between camt.054 and
    camt.053. Without it, everything that tells entries apart counts. Entries that are not booked belong to their file.
    """
    facts = [line.sign, line.amount, line.currency, line.booked_on, line.reversal]
    if line.status != StatementLine.Status.BOOKED:
        facts += [statement.pk, line.position]
    elif line.bank_reference:
        facts += ["reference", line.bank_reference]
    else:
        facts += ["details", line.value_on, entry.entry_reference, entry.bank_code, line.text]
        for transaction in entry.txs:
            facts += [transaction.end_to_end, transaction.tx_id, transaction.booked, transaction.counterparty_acct]
            facts += [*transaction.unstructured, *transaction.creditor_references]
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).digest()


def _explains(entry, line) -> bool:
    """Tell whether the details are the line: all amounts known, all in its direction, and exactly its sum."""
    if not entry.txs or (entry.batched and entry.batched > len(entry.txs)):
        return False
    if any(transaction.booked is None or transaction.sign not in (None, entry.sign) for transaction in entry.txs):
        return False
    amounts = [minor_units(transaction.booked, entry.ccy) for transaction in entry.txs]
    return sum(amounts) == line.amount and (min(amounts) > 0 or len(amounts) == 1)


def _part(transaction: Transaction, entry, line, number, amount) -> LinePart:
    end_to_end = transaction.end_to_end if is_bank_reference(transaction.end_to_end) else None
    texts = [*transaction.unstructured, *transaction.creditor_references, transaction.additional]
    part = LinePart.make(
        line_id=line.pk,
        number=number,
        amount=amount,
        is_open=line.is_open,
        is_return=transaction.ret is not None or _code_says_return(line),
        end_to_end_id=_cut(end_to_end),
        tx_id=_cut(transaction.tx_id),
        instruction_id=_cut(transaction.instruction_id),
        message_id=_cut(transaction.message_id),
        payment_information_id=_cut(transaction.payment_information_id),
        counterparty=_cut(transaction.counterparty),
        remittance="\n".join(filter(None, texts)),
        return_code=_cut(transaction.ret and transaction.ret.code, 40),
        return_text=transaction.ret.text if transaction.ret else "",
    )
    if transaction.counterparty_acct:
        part.counterparty_account = mask_account(transaction.counterparty_acct)
        part.counterparty_account_index = blind_index(transaction.counterparty_acct, "account")
    _find_references(part, end_to_end, [*texts, entry.additional])
    return part


def _whole(entry, line) -> LinePart:
    """Return the one part of a line whose details are missing or do not add up; it keeps what they say as text."""
    texts = []
    for transaction in entry.txs:
        texts += [transaction.end_to_end if is_bank_reference(transaction.end_to_end) else None]
        texts += [transaction.counterparty, *transaction.unstructured, *transaction.creditor_references]
    part = LinePart.make(
        line_id=line.pk,
        number=1,
        amount=line.amount,
        is_open=line.is_open,
        is_whole=True,
        is_return=_code_says_return(line) or any(transaction.ret for transaction in entry.txs),
        remittance="\n".join(filter(None, texts)),
    )
    for transaction in entry.txs[:1]:
        part.message_id = _cut(transaction.message_id)
        part.payment_information_id = _cut(transaction.payment_information_id)
    _find_references(part, None, [*texts, entry.additional])
    return part


def _find_references(part, end_to_end, texts):
    """Take the end-to-end id if it is a reference of ours, else what the check digits verify in any text."""
    if end_to_end and is_reference(end_to_end):
        part.references = [end_to_end]
    else:
        part.references = find_references(end_to_end or "")
        for text in filter(None, texts):
            part.references += [found for found in find_references(text) if found not in part.references]
    for kind, field in (("PO", "payout_reference"), ("FU", "funding_reference")):
        found = [reference for reference in part.references if reference.startswith(kind)]
        if len(found) == 1:
            setattr(part, field, found[0])


def _code_says_return(line) -> bool:
    return line.bank_code.rpartition("/")[2] in RETURN_CODES


def _cut(text: str | None, length: int = 255) -> str:
    return (text or "")[:length]
