"""
Reading camt.052, camt.053 and camt.054 of any version.

About a quarter of the files that banks send fail the official schema and are right all the same. So elements are
found by their local names, order hardly matters, and only what money depends on must be there: the account, and each
entry's amount, currency and sign. Memory stays constant however long the file is.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from apps.core import xml
from apps.reconciliation.camt.details import (
    account_of,
    child,
    children,
    complete,
    local,
    read_amount,
    read_bank_code,
    read_batch,
    read_details,
    text_of,
    trimmed,
)
from apps.reconciliation.camt.facts import Balance, Entry, Statement, Total, UnreadableBankFile

CONTAINERS = {
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
SIGNS = ("CRDT", "DBIT")
BOOKED_BALANCES = ("OPBD", "PRCD", "ITBD", "CLBD")

_NAMESPACE = re.compile(r"(camt\.05[234])\.001\.([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(data: bytes) -> Iterator[tuple[Statement, Entry | None]]:
    """
    Yield (statement, entry) for every entry of the file, and (statement, None) where a statement ends.

    :raises UnreadableBankFile: if it is not XML that is let in, not a bank statement, or lacks an account or an
        entry's amount, currency or sign.
    """
    try:
        yield from _read(data)
    except xml.UnreadableXml as error:
        raise UnreadableBankFile(error.code, error.detail) from None


def _read(data):
    statement = message_id = None
    statements, details = 0, []
    for _event, element in xml.stream(data, ("GrpHdr", "TxDtls", "Ntry", *STATEMENTS)):
        name = local(element.tag)
        if name == "TxDtls":  # an entry may sum up thousands: they are not kept as elements until it ends
            details.append(read_details(element))
            element.clear()
            continue
        if name == "GrpHdr":
            _kind_of(element.getparent(), element)
            message_id = text_of(element, "MsgId")
            continue
        if statement is None:
            parent = element if name in STATEMENTS else element.getparent()
            statement = _start(statements, parent, message_id)
            statements += 1
        if name == "Ntry":
            _read_head(statement, _heads_before(element))
            yield statement, _read_entry(element, statement, details)
            details = []
        else:
            _read_head(statement, element)
            if statement.account is None:
                raise UnreadableBankFile("account-missing", f"{_place(statement)} names no account.")
            yield statement, None
            statement = None
        xml.drop(element)
    if not statements:
        raise UnreadableBankFile("no-statement", "The file holds no statement, report or notification.")


def _start(index, element, message_id) -> Statement:
    kind = _kind_of(element.getparent(), element)
    namespace = xml.namespace(element)
    found = _NAMESPACE.search(namespace)
    return Statement(index, kind, namespace, found and found.group(2), message_id)


def _kind_of(container, element) -> str:
    """Return the kind of message, refusing other messages and those whose names contradict each other."""
    name = local((container if container is not None else element).tag)
    kind = CONTAINERS.get(re.sub(r"V[0-9]{2}$", "", name))
    found = _NAMESPACE.search(xml.namespace(element))
    if kind is None:
        what = xml.namespace(element).rpartition(":")[2] or name
        raise UnreadableBankFile(
            "not-a-statement", f"This is {what}. Bank statements are camt.052, camt.053 and camt.054."
        )
    if found and found.group(1) != kind:
        raise UnreadableBankFile("mixed-message", f"The file calls itself {found.group(1)}, but holds a {kind}.")
    return kind


def _heads_before(entry) -> list:
    """Return what stands between this entry and the one before it, in the file's order; usually nothing."""
    found = []
    element = entry.getprevious()
    while element is not None and element.tag != entry.tag:
        found.append(element)
        element = element.getprevious()
    return found[::-1]


def _read_head(statement, elements):
    """Take in what stands around the entries: identity, account, balances and control figures."""
    for element in elements:
        match local(element.tag):
            case "Id":
                statement.id = text_of(element)
            case "ElctrncSeqNb" | "LglSeqNb":
                statement.sequence = statement.sequence or text_of(element)
            case "CreDtTm":
                statement.created = text_of(element)
            case "FrToDt":
                statement.from_on = _day(text_of(element, "FrDtTm") or text_of(element, "FrDt"))
                statement.to_on = _day(text_of(element, "ToDtTm") or text_of(element, "ToDt"))
            case "CpyDplctInd":
                statement.copy = text_of(element)
            case "Acct":
                statement.account, statement.account_ccy = account_of(element), text_of(element, "Ccy")
            case "Bal":
                _read_balance(statement, element)
            case "TxsSummry":
                statement.total = _read_total(child(element, "TtlNtries"))
                statement.credits = _read_total(child(element, "TtlCdtNtries"))
                statement.debits = _read_total(child(element, "TtlDbtNtries"))


def _read_balance(statement, element):
    kind = child(element, "Tp")
    code = None
    if kind is not None:
        code = text_of(kind, "CdOrPrtry", "Cd") or text_of(kind, "CdOrPrtry", "Prtry") or text_of(kind, "Cd")
    if code not in BOOKED_BALANCES:
        return
    amount, currency = read_amount(child(element, "Amt"))
    sign = text_of(element, "CdtDbtInd")
    place = f"The {code} balance of {_place(statement)}"
    _require(amount, currency, sign, place)
    statement.balances.append(
        Balance(code, amount, currency, sign, _date_of(child(element, "Dt")), text_of(kind, "SubTp", "Cd") == "INTM")
    )


def _read_total(element) -> Total:
    if element is None:
        return Total()
    count, amount = text_of(element, "NbOfNtries"), text_of(element, "Sum")
    try:
        return Total(int(count) if count else None, Decimal(amount) if amount else None)
    except (ValueError, InvalidOperation):
        return Total()


def _read_entry(element, statement, details) -> Entry:
    parts, blocks = {}, [element]
    for part in element:
        name = local(part.tag)
        if name == "NtryDtls":
            blocks.append(part)
        else:
            parts.setdefault(name, part)
    amount, currency = read_amount(parts.get("Amt"))
    sign = trimmed(parts.get("CdtDbtInd"))
    reference = trimmed(parts.get("AcctSvcrRef"))
    if amount is None or currency is None or sign not in SIGNS:
        _require(amount, currency, sign, f"An entry of {_place(statement)} ({reference or 'without reference'})")
    entry = Entry(
        amount=amount,
        ccy=currency,
        sign=sign,
        reversal=trimmed(parts.get("RvslInd")) in ("true", "1"),
        status=_status(parts.get("Sts")),
        booking=_date_of(parts.get("BookgDt")),
        value=_date_of(parts.get("ValDt")),
        acct_svcr_ref=reference,
        entry_reference=trimmed(parts.get("NtryRef")),
        additional=trimmed(parts.get("AddtlNtryInf")),
    )
    if "BkTxCd" in parts:
        entry.bank_code, entry.proprietary_code = read_bank_code(parts["BkTxCd"])
    for block in blocks:
        for part in block:
            if local(part.tag) == "Btch":
                read_batch(part, entry)
    complete(details, entry, own_account=statement.account)
    return entry


def _status(element) -> str | None:
    if element is None:
        return None
    return trimmed(element) or text_of(element, "Cd") or text_of(element, "Prtry")


def _require(amount, currency, sign, place):
    if amount is None:
        raise UnreadableBankFile("amount-missing", f"{place} has no amount that is a decimal number.")
    if not currency:
        raise UnreadableBankFile("currency-missing", f"{place} has no currency.")
    if sign not in SIGNS:
        raise UnreadableBankFile("sign-missing", f"{place} is neither marked CRDT nor DBIT.")


def _date_of(element) -> str | None:
    if element is None:
        return None
    parts = children(element)
    return _day(trimmed(parts.get("Dt")) or trimmed(parts.get("DtTm")) or trimmed(element))


@lru_cache(maxsize=1_000)
def _day(text) -> str | None:
    """Return the calendar day of a date or time, as the bank wrote it, or None if there is no such day."""
    day = (text or "")[:10]
    if not _DATE.fullmatch(day):
        return None
    try:
        date.fromisoformat(day)
    except ValueError:
        return None
    return day


def _place(statement) -> str:
    return f"statement {statement.id}" if statement.id else f"statement {statement.index + 1}"
