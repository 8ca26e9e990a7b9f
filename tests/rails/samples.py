"""Invented accounts, payments and bank answers for the tests of rails."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

from apps.rails.contract import FileHeader, Instruction
from apps.rails.registry import RAILS

SEPA = RAILS["sepa_credit_transfer"]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def iban(country="DE", bban="100000000000000001"):
    """Return an IBAN of an account that does not exist, with right check digits."""
    digits = "".join(str(int(character, 36)) for character in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


def instruction(number=1, **changes):
    values = {
        "instruction_id": f"PO00TEST{number:08d}-1",
        "end_to_end_id": f"PO00TEST{number:08d}",
        "amount": 1000 + number,
        "currency": "EUR",
        "creditor_name": "Ann Example",
        "creditor_account": iban(bban=f"2000000000000{number:05d}"),
        "creditor_country": "DE",
        "creditor_bic": None,
        "remittance": f"Invoice {number}",
    }
    return Instruction(**(values | changes))


def header(instructions, **changes):
    values = {
        "message_id": "FIL0TEST",
        "created_at": datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
        "execute_on": date(2026, 11, 23),
        "debtor_name": "Example Platform GmbH",
        "debtor_account": iban(),
        "debtor_bic": "",
        "currency": "EUR",
        "version": "pain.001.001.09",
        "batch_booking": True,
        "transactions": len(instructions),
        "control_sum": sum(one.amount for one in instructions),
    }
    return FileHeader(**(values | changes))


def built(instructions, **changes) -> bytes:
    out = io.BytesIO()
    SEPA.build(header(instructions, **changes), iter(instructions), out)
    return out.getvalue()


def transaction_status(end_to_end_id, status="", code="", words="", instruction_id=""):
    reason = f"<Rsn><Cd>{code}</Cd></Rsn>" if code else ""
    words = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    return (
        "<TxInfAndSts>"
        + (f"<OrgnlInstrId>{instruction_id}</OrgnlInstrId>" if instruction_id else "")
        + f"<OrgnlEndToEndId>{end_to_end_id}</OrgnlEndToEndId>"
        + (f"<TxSts>{status}</TxSts>" if status else "")
        + (f"<StsRsnInf>{reason}{words}</StsRsnInf>" if reason or words else "")
        + "</TxInfAndSts>"
    )


def status_report(
    original, *, group="", group_code="", payment="", transactions=(), message_id="BANK-1", version="pain.002.001.10"
):
    """Return a bank's pain.002 about the message `original`."""
    group_status = f"<GrpSts>{group}</GrpSts>" if group else ""
    if group_code:
        group_status += f"<StsRsnInf><Rsn><Cd>{group_code}</Cd></Rsn></StsRsnInf>"
    block = ""
    if payment or transactions:
        payment_status = f"<PmtInfSts>{payment}</PmtInfSts>" if payment else ""
        block = (
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{original}-1</OrgnlPmtInfId>{payment_status}"
            f"{''.join(transactions)}</OrgnlPmtInfAndSts>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T14:00:00Z</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"{group_status}</OrgnlGrpInfAndSts>{block}</CstmrPmtStsRpt></Document>"
    ).encode()
