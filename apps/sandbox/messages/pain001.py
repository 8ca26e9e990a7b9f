"""
Reading payment files as the bank reads them: strictly (pain.001.001.09 and .03, within the EPC's SEPA subset).

The structure is checked first, by a grammar that names for every element its children in order. What is not in the
grammar has no meaning in SEPA, and the bank refuses it instead of guessing.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from apps.core.xml import UnreadableXml, local_name, namespace, read_root

VERSIONS = ("pain.001.001.09", "pain.001.001.03")
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"

# Children in order; `?` optional, `+` one or more, `|` a choice of which exactly one is there.
_ADDRESS = (
    "Dept? SubDept? StrtNm? BldgNb? BldgNm? Flr? PstBx? Room? PstCd? TwnNm? TwnLctnNm? DstrctNm? CtrySubDvsn? Ctry? "
    "AdrLine? AdrLine?"
)
_COMMON = {
    "Document": "CstmrCdtTrfInitn",
    "CstmrCdtTrfInitn": "GrpHdr PmtInf+",
    "GrpHdr": "MsgId CreDtTm NbOfTxs CtrlSum InitgPty",
    "PmtInf": (
        "PmtInfId PmtMtd BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt Dbtr DbtrAcct DbtrAgt UltmtDbtr? ChrgBr? "
        "CdtTrfTxInf+"
    ),
    "PmtTpInf": "InstrPrty? SvcLvl LclInstrm? CtgyPurp?",
    "SvcLvl": "Cd|Prtry",
    "LclInstrm": "Cd|Prtry",
    "CtgyPurp": "Cd|Prtry",
    "Purp": "Cd|Prtry",
    "InitgPty": "Nm? Id?",
    "Dbtr": "Nm PstlAdr? Id?",
    "UltmtDbtr": "Nm? Id?",
    "Cdtr": "Nm PstlAdr? Id?",
    "UltmtCdtr": "Nm? Id?",
    "PstlAdr": _ADDRESS,
    "DbtrAcct": "Id Ccy?",
    "CdtrAcct": "Id",
    "DbtrAcct/Id": "IBAN",
    "CdtrAcct/Id": "IBAN",
    "DbtrAgt": "FinInstnId",
    "CdtrAgt": "FinInstnId",
    "CdtTrfTxInf": "PmtId PmtTpInf? Amt ChrgBr? UltmtDbtr? CdtrAgt? Cdtr CdtrAcct UltmtCdtr? Purp? RmtInf?",
    "Amt": "InstdAmt",
    "RmtInf": "Ustrd|Strd",
}
_GRAMMARS = {
    "pain.001.001.09": _COMMON
    | {
        "ReqdExctnDt": "Dt",
        "FinInstnId": "BICFI|Othr",
        "PmtId": "InstrId? EndToEndId UETR?",
    },
    "pain.001.001.03": _COMMON
    | {
        "FinInstnId": "BIC|Othr",
        "PmtId": "InstrId? EndToEndId",
        "PstlAdr": "Ctry? AdrLine? AdrLine?",
    },
}
# Parts that the bank stores unread: identifications of organizations and persons, structured remittance.
_OPAQUE = {"Othr", "Strd", "InitgPty/Id", "Dbtr/Id", "UltmtDbtr/Id", "Cdtr/Id", "UltmtCdtr/Id"}

# The EPC's character set (EPC217-08); an identification neither starts, ends nor doubles the slash.
_CHARACTERS = r"[A-Za-z0-9/\-?:().,'+ ]"
_ID = r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]{1,35}(?<!/)"
_TEXTS = {
    name: re.compile(pattern)
    for names, pattern in (
        ("MsgId PmtInfId InstrId EndToEndId", _ID),
        ("CreDtTm", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
        ("NbOfTxs", r"\d{1,15}"),
        ("CtrlSum", r"\d{1,16}(\.\d{1,2})?"),
        ("InstdAmt", r"\d{1,12}(\.\d{1,2})?"),
        ("PmtMtd", "TRF"),
        ("ChrgBr", "SLEV"),
        ("BtchBookg", "true|false"),
        ("Nm StrtNm TwnNm", _CHARACTERS + "{1,70}"),
        ("AdrLine", _CHARACTERS + "{1,70}"),
        ("Ustrd", _CHARACTERS + "{1,140}"),
        ("Ctry", "[A-Z]{2}"),
        ("Ccy", "[A-Z]{3}"),
        ("IBAN", r"[A-Z]{2}\d\d[A-Za-z0-9]{1,30}"),
        ("BIC BICFI", r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"),
        ("Dt ReqdExctnDt", r"\d{4}-\d\d-\d\d"),
        ("UETR", r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"),
    )
    for name in names.split()
}
_ANY_TEXT = re.compile(_CHARACTERS + "{1,140}")


class Unacceptable(Exception):
    """The file as a whole cannot be read; `code` is an ISO 20022 status reason, `text` says what is wrong."""

    def __init__(self, code: str, text: str, *, message_id: str = "", message_name: str = ""):
        super().__init__(text)
        self.code = code
        self.text = text
        self.message_id = message_id
        self.message_name = message_name


@dataclass(frozen=True)
class Transfer:
    """One payment that the customer asks for."""

    instruction_id: str
    end_to_end_id: str
    amount: int
    currency: str
    creditor_name: str
    creditor_iban: str
    remittance: str


@dataclass(frozen=True)
class Block:
    """One payment information block: transfers from one account on one day."""

    payment_information_id: str
    batch_booking: bool | None
    execute_on: date
    debtor_iban: str
    count: int | None
    control_sum: int | None
    transfers: list[Transfer] = field(repr=False)


@dataclass(frozen=True)
class Message:
    """A payment file that could be read."""

    name: str
    message_id: str
    created_at: str
    count: int
    control_sum: int
    blocks: list[Block] = field(repr=False)

    @property
    def transfers(self):
        return [transfer for block in self.blocks for transfer in block.transfers]


def read(data: bytes) -> Message:
    """
    Return what the payment file asks for; sums, dates and accounts are not judged here.

    :raises Unacceptable: if it is no pain.001 that this bank reads; with the message's id if it has one.
    """
    try:
        root = read_root(data)
    except UnreadableXml as error:
        raise Unacceptable("FF01", error.detail) from None
    name = namespace(root).removeprefix(_NAMESPACE)
    message_id = (root.findtext("{*}CstmrCdtTrfInitn/{*}GrpHdr/{*}MsgId") or "").strip()[:35]
    try:
        if name not in _GRAMMARS or local_name(root) != "Document":
            raise Unacceptable("FF01", f"The bank reads {' and '.join(VERSIONS)} only.")
        _check(root, "", _GRAMMARS[name])
        return _message(root[0], name)
    except Unacceptable as error:
        error.message_id, error.message_name = message_id, name
        raise


def _check(element, parent: str, grammar) -> None:
    """Check an element and all below it against the grammar."""
    name = local_name(element)
    if name in _OPAQUE or f"{parent}/{name}" in _OPAQUE:
        return
    rule = grammar.get(f"{parent}/{name}") or grammar.get(name)
    if rule is None:
        if len(element) or not _TEXTS.get(name, _ANY_TEXT).fullmatch(element.text or ""):
            raise Unacceptable("FF01", f"{name} has the value {(element.text or '')[:40]!r}, which is not allowed.")
        return
    _check_order(name, [local_name(child) for child in element], rule.split())
    for child in element:
        _check(child, name, grammar)


def _check_order(parent: str, names: list[str], rule: list[str]) -> None:
    position = 0
    for part in rule:
        allowed = part.rstrip("?+").split("|")
        found = 0
        while position < len(names) and names[position] in allowed and (part.endswith("+") or not found):
            found += 1
            position += 1
        if not found and not part.endswith("?"):
            raise Unacceptable("FF01", f"{parent} lacks {' or '.join(allowed)}.")
    if position < len(names):
        raise Unacceptable("FF01", f"{names[position]} is not expected at its place in {parent}.")


def _message(initiation, name: str) -> Message:
    header = initiation[0]
    return Message(
        name=name,
        message_id=header.findtext("{*}MsgId"),
        created_at=header.findtext("{*}CreDtTm"),
        count=int(header.findtext("{*}NbOfTxs")),
        control_sum=_minor(header.findtext("{*}CtrlSum")),
        blocks=[_block(block) for block in initiation[1:]],
    )


def _block(element) -> Block:
    booking, count, control_sum = (element.findtext(f"{{*}}{tag}") for tag in ("BtchBookg", "NbOfTxs", "CtrlSum"))
    day = element.findtext("{*}ReqdExctnDt/{*}Dt") or element.findtext("{*}ReqdExctnDt")
    try:
        execute_on = date.fromisoformat(day.strip())
    except ValueError:
        raise Unacceptable("FF01", f"ReqdExctnDt is {day!r}, which is no day of the calendar.") from None
    return Block(
        payment_information_id=element.findtext("{*}PmtInfId"),
        batch_booking=None if booking is None else booking == "true",
        execute_on=execute_on,
        debtor_iban=element.findtext("{*}DbtrAcct/{*}Id/{*}IBAN"),
        count=None if count is None else int(count),
        control_sum=None if control_sum is None else _minor(control_sum),
        transfers=[_transfer(transfer) for transfer in element.iterchildren("{*}CdtTrfTxInf")],
    )


def _transfer(element) -> Transfer:
    amount = element.find("{*}Amt/{*}InstdAmt")
    return Transfer(
        instruction_id=element.findtext("{*}PmtId/{*}InstrId") or "",
        end_to_end_id=element.findtext("{*}PmtId/{*}EndToEndId"),
        amount=_minor(amount.text),
        currency=amount.get("Ccy", ""),
        creditor_name=element.findtext("{*}Cdtr/{*}Nm"),
        creditor_iban=element.findtext("{*}CdtrAcct/{*}Id/{*}IBAN"),
        remittance=element.findtext("{*}RmtInf/{*}Ustrd") or "",
    )


def _minor(text: str) -> int:
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0") or "0")
