"""Writing account statements (camt.053) and credit notifications (camt.054), in versions .08 and .02."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from apps.sandbox.messages.document import Money, moment, plain, write

VERSIONS = ("08", "02")
CREDIT, DEBIT = "CRDT", "DBIT"

# ISO 20022 bank transaction codes: domain, family, sub-family.
ISSUED = ("PMNT", "ICDT", "ESCT")
RECEIVED = ("PMNT", "RCDT", "ESCT")
RETURNED = ("PMNT", "ICDT", "RRTN")
ISSUED_INSTANT = ("PMNT", "IRCT", "ESCT")
RETURNED_INSTANT = ("PMNT", "IRCT", "RRTN")
CHARGES = ("PMNT", "MDOP", "CHRG")


@dataclass(frozen=True)
class Account:
    """The customer's account, as statements name it."""

    iban: str
    currency: str
    owner: str
    bank_bic: str


@dataclass(frozen=True)
class Party:
    """A name and an account on one side of a payment."""

    name: str
    iban: str = ""


@dataclass(frozen=True)
class Detail:
    """One payment behind a line."""

    amount: int
    debtor: Party | None = None
    creditor: Party | None = None
    message_id: str = ""
    payment_information_id: str = ""
    instruction_id: str = ""
    end_to_end_id: str = ""
    remittance: str = ""
    return_reason: str = ""
    return_text: str = ""


@dataclass(frozen=True)
class BatchFacts:
    """What a batch line says about the file it books."""

    message_id: str
    payment_information_id: str
    count: int


@dataclass(frozen=True)
class Line:
    """One booked line."""

    sign: str
    amount: int
    booked_on: date
    reference: str
    code: tuple[str, str, str]
    text: str
    details: list[Detail] = field(default_factory=list, repr=False)
    batch: BatchFacts | None = None


@dataclass(frozen=True)
class Header:
    """What statement and notification have in common."""

    message_id: str
    report_id: str
    sequence: int
    created_at: datetime
    account: Account
    version: str


def write_statement(header: Header, *, since: date, day: date, opening: int, closing: int, lines: list[Line]) -> bytes:
    """Return the camt.053 of one banking day: opening balance, lines, closing balance (signed minor units)."""
    assert opening + sum(_signed(line) for line in lines) == closing, "a statement's lines explain its balances"
    period = [("FrDtTm", f"{since}T00:00:00"), ("ToDtTm", f"{day}T23:59:59")]
    report = [
        *_report_head(header, period),
        ("Bal", _balance("OPBD", opening, header, day)),
        ("Bal", _balance("CLBD", closing, header, day)),
        ("TxsSummry", _summary(lines)),
        *[("Ntry", _entry(line, header)) for line in lines],
    ]
    return _document("camt.053", "BkToCstmrStmt", "Stmt", header, report)


def write_notification(header: Header, lines: list[Line]) -> bytes:
    """Return the camt.054 that tells of lines as soon as they are booked."""
    report = [*_report_head(header, None), *[("Ntry", _entry(line, header)) for line in lines]]
    return _document("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", header, report)


def _document(kind: str, root: str, report_name: str, header: Header, report) -> bytes:
    group = [("MsgId", header.message_id), ("CreDtTm", moment(header.created_at))]
    return write(f"{kind}.001.{header.version}", [(root, [("GrpHdr", group), (report_name, report)])])


def _report_head(header: Header, period):
    account = header.account
    bic = "BIC" if header.version == "02" else "BICFI"
    return [
        ("Id", header.report_id),
        ("ElctrncSeqNb", header.sequence),
        ("CreDtTm", moment(header.created_at)),
        ("FrToDt", period),
        (
            "Acct",
            [
                ("Id", [("IBAN", account.iban)]),
                ("Ccy", account.currency),
                ("Ownr", [("Nm", account.owner[:140])]),
                ("Svcr", [("FinInstnId", [(bic, account.bank_bic)])]),
            ],
        ),
    ]


def _balance(kind: str, amount: int, header: Header, day: date):
    return [
        ("Tp", [("CdOrPrtry", [("Cd", kind)])]),
        ("Amt", Money(amount, header.account.currency)),
        ("CdtDbtInd", DEBIT if amount < 0 else CREDIT),
        ("Dt", [("Dt", day)]),
    ]


def _summary(lines: list[Line]):
    def total(chosen):
        return [("NbOfNtries", len(chosen)), ("Sum", plain(sum(line.amount for line in chosen)))]

    return [
        ("TtlNtries", total(lines)),
        ("TtlCdtNtries", total([line for line in lines if line.sign == CREDIT])),
        ("TtlDbtNtries", total([line for line in lines if line.sign == DEBIT])),
    ]


def _entry(line: Line, header: Header):
    currency = header.account.currency
    batch = line.batch and [
        ("MsgId", line.batch.message_id),
        ("PmtInfId", line.batch.payment_information_id),
        ("NbOfTxs", line.batch.count),
        ("TtlAmt", Money(line.amount, currency)),
        ("CdtDbtInd", line.sign),
    ]
    details = [("TxDtls", _detail(detail, line, header)) for detail in line.details]
    return [
        ("NtryRef", line.reference),
        ("Amt", Money(line.amount, currency)),
        ("CdtDbtInd", line.sign),
        ("Sts", "BOOK" if header.version == "02" else [("Cd", "BOOK")]),
        ("BookgDt", [("Dt", line.booked_on)]),
        ("ValDt", [("Dt", line.booked_on)]),
        ("AcctSvcrRef", line.reference),
        ("BkTxCd", _code(line.code)),
        ("NtryDtls", [("Btch", batch), *details] if batch else details),
        ("AddtlNtryInf", line.text),
    ]


def _detail(detail: Detail, line: Line, header: Header):
    old = header.version == "02"
    amount = Money(detail.amount, header.account.currency)
    references = [
        ("MsgId", detail.message_id or None),
        ("PmtInfId", detail.payment_information_id or None),
        ("InstrId", detail.instruction_id or None),
        ("EndToEndId", detail.end_to_end_id or "NOTPROVIDED"),
    ]
    amounts = [("AmtDtls", [("TxAmt", [("Amt", amount)])])] if old else [("Amt", amount), ("CdtDbtInd", line.sign)]
    returned = [
        ("OrgnlBkTxCd", _code(ISSUED)),
        ("Rsn", [("Cd", detail.return_reason)]),
        ("AddtlInf", detail.return_text or None),
    ]
    return [
        ("Refs", references),
        *amounts,
        ("BkTxCd", _code(line.code)),
        ("RltdPties", [*_party("Dbtr", detail.debtor, old), *_party("Cdtr", detail.creditor, old)]),
        ("RmtInf", [("Ustrd", detail.remittance)] if detail.remittance else None),
        ("RtrInf", returned if detail.return_reason else None),
    ]


def _party(role: str, party: Party | None, old: bool):
    if party is None:
        return []
    name = [("Nm", party.name[:140])]
    return [
        (role, name if old else [("Pty", name)]),
        (f"{role}Acct", [("Id", [("IBAN", party.iban)])] if party.iban else None),
    ]


def _code(code: tuple[str, str, str]):
    domain, family, sub_family = code
    return [("Domn", [("Cd", domain), ("Fmly", [("Cd", family), ("SubFmlyCd", sub_family)])])]


def _signed(line: Line) -> int:
    return line.amount if line.sign == CREDIT else -line.amount


def first_day_reported(previous: date | None, day: date) -> date:
    """Return where a statement's period starts: the calendar day after the previous statement's day."""
    return previous + timedelta(days=1) if previous else day
