"""Reading what stands inside an entry: its transactions, who they were with, and which references they carry."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from apps.reconciliation.camt.facts import Entry, Return, Transaction

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?", re.ASCII)
_REFERENCES = {
    "EndToEndId": "end_to_end",
    "TxId": "tx_id",
    "InstrId": "instruction_id",
    "MsgId": "message_id",
    "PmtInfId": "payment_information_id",
    "AcctSvcrRef": "bank_reference",
}


class _LocalNames(dict):
    """Local names by tag: tags are few and elements are many, so each tag is split once."""

    def __missing__(self, tag):
        if len(self) > 5_000:
            self.clear()
        name = self[tag] = tag.rpartition("}")[2]
        return name


local = _LocalNames().__getitem__


def children(element) -> dict:
    """Return the children by local name; of those with one name, the first."""
    return {local(part.tag): part for part in reversed(element)}


def child(element, *path):
    """Return the first descendant along a path of local names, or None."""
    for name in path:
        for candidate in element:
            if local(candidate.tag) == name:
                element = candidate
                break
        else:
            return None
    return element


def text_of(element, *path) -> str | None:
    """Return the trimmed text at the end of a path of local names; None if absent or blank."""
    return trimmed(child(element, *path))


def trimmed(element) -> str | None:
    """Return the element's text without the space around it; None if absent or blank."""
    if element is None:
        return None
    text = element.text
    return text.strip() or None if text else None


def read_amount(element) -> tuple[str | None, str | None]:
    """Return (plain decimal, currency) of an amount element, keeping the file's own decimals."""
    if element is None:
        return None, None
    return plain_decimal(element.text), (element.get("Ccy") or "").strip() or None


def plain_decimal(text: str | None) -> str | None:
    """Return the number in plain notation: no exponent, no plus, a digit before the point. None if it is none."""
    text = (text or "").strip()
    if _PLAIN.fullmatch(text):
        return text
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return None


@dataclass(slots=True)
class Details:
    """What one TxDtls says. Some of it can be understood only once its entry is known: see `complete`."""

    transaction: Transaction
    amounts: dict[str, tuple] = field(default_factory=dict)
    sides: dict[str, tuple] = field(default_factory=dict)
    bank_code: str | None = None
    proprietary_code: str | None = None


def read_details(element) -> Details:
    """Take in one TxDtls; its element is not needed afterwards."""
    parts = children(element)
    found = Details(Transaction(sign=trimmed(parts.get("CdtDbtInd")), additional=trimmed(parts.get("AddtlTxInf"))))
    transaction = found.transaction
    transaction.amount, transaction.ccy = read_amount(parts.get("Amt"))
    for reference in parts.get("Refs", ()):
        name = _REFERENCES.get(local(reference.tag))
        if name:
            setattr(transaction, name, trimmed(reference))
    if "AmtDtls" in parts:
        found.amounts = {kind: read_amount(child(parts["AmtDtls"], kind, "Amt")) for kind in ("TxAmt", "CntrValAmt")}
    if "BkTxCd" in parts:
        found.bank_code, found.proprietary_code = read_bank_code(parts["BkTxCd"])
    if "RmtInf" in parts:
        _read_remittance(parts["RmtInf"], transaction)
    if "RtrInf" in parts:
        transaction.ret = _read_return(parts["RtrInf"])
    if "RltdPties" in parts:
        parties = children(parts["RltdPties"])
        found.sides = {role: _side(parties, role) for role in ("Cdtr", "Dbtr")}
    return found


def complete(details: list[Details], entry: Entry, *, own_account: str | None) -> None:
    """Give the entry its transactions: amounts in its currency, the other side, and bank codes where it has none."""
    for found in details:
        transaction = found.transaction
        if found.amounts:
            _take_amounts(found.amounts, transaction, entry)
        if transaction.amount is None and len(details) == 1:
            transaction.amount, transaction.ccy = entry.amount, entry.ccy
        if transaction.ccy == entry.ccy:
            transaction.booked = transaction.amount
        if transaction.booked is None and len(details) == 1:
            transaction.booked = entry.amount
        entry.bank_code = entry.bank_code or found.bank_code
        entry.proprietary_code = entry.proprietary_code or found.proprietary_code
        if found.sides:
            transaction.counterparty, transaction.counterparty_acct = _other_side(found, entry, own_account)
        entry.txs.append(transaction)


def read_batch(element, entry) -> None:
    """Take in what Btch says of the payments that the entry sums up."""
    parts = children(element)
    entry.message_id = entry.message_id or trimmed(parts.get("MsgId"))
    entry.payment_information_id = entry.payment_information_id or trimmed(parts.get("PmtInfId"))
    count = trimmed(parts.get("NbOfTxs")) or ""
    if count.isdecimal():
        entry.batched = (entry.batched or 0) + int(count)


def _read_return(element) -> Return:
    code = text_of(element, "Rsn", "Cd") or text_of(element, "Rsn", "Prtry") or text_of(element, "RtrRsn", "Cd")
    lines = [trimmed(line) for line in element if local(line.tag).startswith("Addtl")]
    return Return(code, " ".join(filter(None, lines)))


def _take_amounts(amounts, transaction, entry):
    """Take the amount where TxDtls has none of its own, and the amount in the entry's currency."""
    amount, currency = amounts["TxAmt"]
    if transaction.amount is None:
        transaction.amount, transaction.ccy = amount, currency
    if currency != entry.ccy:
        amount, currency = amounts["CntrValAmt"]
    if currency == entry.ccy:
        transaction.booked = amount


def _read_remittance(element, transaction):
    for part in element:
        match local(part.tag):
            case "Ustrd":
                line = text_of(part)
                if line:
                    transaction.unstructured.append(line)
            case "Strd":
                reference = text_of(part, "CdtrRefInf", "Ref") or text_of(part, "CdtrRefInf", "CdtrRef")
                if reference:
                    transaction.creditor_references.append(reference)


def _other_side(found: Details, entry, own_account) -> tuple[str | None, str | None]:
    """
    Return (name, account) of the other side of the transaction.

    It is the creditor of a debit and the debtor of a credit. A reversal books the opposite way while the parties
    keep the roles they had in what is reversed (camt.053, ReversalIndicator), and so do many returns: there, the
    account that the statement is about shows which of the two is not the other side.
    """
    expected, opposite = ("Cdtr", "Dbtr") if entry.sign == "DBIT" else ("Dbtr", "Cdtr")
    if entry.reversal:
        expected, opposite = opposite, expected
    side = found.sides[expected]
    if entry.reversal or found.transaction.ret is not None:
        other = found.sides[opposite]
        if any(other) and (not any(side) or (side[1] == own_account and other[1] != own_account)):
            return other
    return side


def _side(parties, role) -> tuple[str | None, str | None]:
    """Return (name, account) of the debtor or creditor; the ultimate party's name only where the party has none."""
    return (
        _name(parties.get(role)) or _name(parties.get(f"Ultmt{role}")),
        account_of(parties.get(f"{role}Acct")),
    )


def _name(party) -> str | None:
    """Return a party's name: plain, under Pty from version 08, or that of a financial institution."""
    if party is None:
        return None
    parts = children(party)
    if "Nm" in parts:
        return trimmed(parts["Nm"])
    if "Pty" in parts:
        return text_of(parts["Pty"], "Nm")
    return text_of(parts["Agt"], "FinInstnId", "Nm") if "Agt" in parts else None


def account_of(element) -> str | None:
    """Return the number of an account: its IBAN, else whatever else identifies it."""
    identification = None if element is None else child(element, "Id")
    if identification is None:
        return None
    for part in identification:
        match local(part.tag):
            case "IBAN" | "BBAN" | "UPIC":
                return trimmed(part)
            case "Othr" | "PrtryAcct":
                return text_of(part, "Id")
    return None


def read_bank_code(element) -> tuple[str | None, str | None]:
    """Return (code, proprietary code); the code as domain/family/sub-family, such as ``PMNT/ICDT/ESCT``."""
    parts = children(element)
    code = proprietary = None
    if "Prtry" in parts:
        proprietary = text_of(parts["Prtry"], "Cd")
    if "Domn" in parts:
        domain = children(parts["Domn"])
        family = children(domain["Fmly"]) if "Fmly" in domain else {}
        codes = domain.get("Cd"), family.get("Cd"), family.get("SubFmlyCd")
        code = "/".join(trimmed(part) or "" for part in codes)
    return code, proprietary
