"""A bank's side of the wire for these tests: short ways to write statements. Every name and number is invented."""

from dataclasses import dataclass, field
from datetime import date

CONTAINERS = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
DAY = date(2026, 3, 2)


def decimal(amount: int) -> str:
    return f"{abs(amount) // 100}.{abs(amount) % 100:02d}"


@dataclass
class Tx:
    amount: int | None = None
    end_to_end: str = ""
    text: str = ""
    name: str = "Ada Quill"
    role: str = "Cdtr"
    account: str = ""
    ret: str = ""
    ret_text: str = ""
    msg_id: str = ""

    def xml(self) -> str:
        parts = ["<TxDtls>"]
        refs = f"<MsgId>{self.msg_id}</MsgId>" if self.msg_id else ""
        refs += f"<EndToEndId>{self.end_to_end}</EndToEndId>" if self.end_to_end else ""
        parts.append(f"<Refs>{refs}</Refs>" if refs else "")
        if self.amount is not None:
            parts.append(f'<Amt Ccy="EUR">{decimal(self.amount)}</Amt>')
        account = f"<{self.role}Acct><Id><IBAN>{self.account}</IBAN></Id></{self.role}Acct>" if self.account else ""
        parts.append(f"<RltdPties><{self.role}><Pty><Nm>{self.name}</Nm></Pty></{self.role}>{account}</RltdPties>")
        parts.append(f"<RmtInf><Ustrd>{self.text}</Ustrd></RmtInf>" if self.text else "")
        if self.ret or self.ret_text:
            code = f"<Rsn><Cd>{self.ret}</Cd></Rsn>" if self.ret else ""
            info = f"<AddtlInf>{self.ret_text}</AddtlInf>" if self.ret_text else ""
            parts.append(f"<RtrInf>{code}{info}</RtrInf>")
        return "".join([*parts, "</TxDtls>"])


@dataclass
class Ntry:
    amount: int
    """Signed minor units: a credit is positive."""
    txs: list = field(default_factory=list)
    reference: str = ""
    day: date | None = None
    status: str = "BOOK"
    reversal: bool = False
    batch: dict = field(default_factory=dict)
    code: str = ""
    text: str = ""
    ccy: str = "EUR"

    def xml(self, day) -> str:
        booked = self.day or day
        sign = "CRDT" if self.amount >= 0 else "DBIT"
        batch = "".join(f"<{name}>{value}</{name}>" for name, value in self.batch.items())
        batch = f"<Btch>{batch}</Btch>" if batch else ""
        code = ""
        if self.code:
            domain, family, sub = self.code.split("/")
            fmly = f"<Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
            code = f"<BkTxCd><Domn><Cd>{domain}</Cd>{fmly}</Domn></BkTxCd>"
        details = batch + "".join(tx.xml() for tx in self.txs)
        return (
            f'<Ntry><Amt Ccy="{self.ccy}">{decimal(self.amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<RvslInd>{'true' if self.reversal else 'false'}</RvslInd><Sts><Cd>{self.status}</Cd></Sts>"
            f"<BookgDt><Dt>{booked}</Dt></BookgDt><ValDt><Dt>{booked}</Dt></ValDt>"
            + (f"<AcctSvcrRef>{self.reference}</AcctSvcrRef>" if self.reference else "")
            + code
            + (f"<NtryDtls>{details}</NtryDtls>" if details else "")
            + (f"<AddtlNtryInf>{self.text}</AddtlNtryInf>" if self.text else "")
            + "</Ntry>"
        )


def balance(code, amount, day, ccy="EUR") -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{ccy}">{decimal(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
    )


def statement(
    iban, entries=(), *, opening=0, closing=None, id="STM-1", day=DAY, kind="camt.053", extra="", wrap=True
) -> str:
    """Return one statement (or notification) as XML; the closing balance is the sum unless it is given."""
    booked = sum(entry.amount for entry in entries if entry.status == "BOOK")
    closing = opening + booked if closing is None else closing
    balances = balance("OPBD", opening, day) + balance("CLBD", closing, day) if kind == "camt.053" else ""
    element = CONTAINERS[kind][1]
    body = (
        f"<{element}><Id>{id}</Id><CreDtTm>{day}T22:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{extra}"
        + "".join(entry.xml(day) for entry in entries)
        + f"</{element}>"
    )
    return document([body], kind=kind) if wrap else body


def document(bodies, *, kind="camt.053", version="08", message_id="MSG-1") -> bytes:
    container = CONTAINERS[kind][0]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"><{container}>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{DAY}T22:00:00</CreDtTm></GrpHdr>"
        + "".join(bodies)
        + f"</{container}></Document>"
    ).encode()
