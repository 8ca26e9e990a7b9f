"""Payment files as a customer would send them, written for these tests."""

from datetime import date

IBAN = "DE89370400440532013000"
CREDITOR = "NL91ABNA0417164300"


def transfer(number=1, amount="125.50", *, name="Ada Example", iban=CREDITOR, currency="EUR", extra=""):
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>I{number}</InstrId><EndToEndId>E{number}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>{extra}<Cdtr><Nm>{name}</Nm></Cdtr>'
        f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct><RmtInf><Ustrd>Invoice {number}</Ustrd></RmtInf></CdtTrfTxInf>"
    )


def payment_file(
    transfers=None,
    *,
    message_id="MSG-1",
    block_id="MSG-1-1",
    version="pain.001.001.09",
    count="1",
    control_sum="125.50",
    block_sum=None,
    execute_on=date(2026, 11, 23),
    debtor=IBAN,
    batch="true",
):
    day = execute_on if version.endswith(".03") else f"<Dt>{execute_on}</Dt>"
    bic = "BIC" if version.endswith(".03") else "BICFI"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<CstmrCdtTrfInitn><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:00:00Z</CreDtTm>"
        f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{control_sum}</CtrlSum><InitgPty><Nm>Portal</Nm></InitgPty></GrpHdr>"
        f"<PmtInf><PmtInfId>{block_id}</PmtInfId><PmtMtd>TRF</PmtMtd>{f'<BtchBookg>{batch}</BtchBookg>' if batch else ''}"
        f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{block_sum or control_sum}</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>"
        f"</PmtTpInf><ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>Portal</Nm></Dbtr><DbtrAcct><Id><IBAN>{debtor}</IBAN></Id>"
        f"</DbtrAcct><DbtrAgt><FinInstnId><{bic}>SANDDEFFXXX</{bic}></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>"
        f"{''.join(transfers or [transfer()])}</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()


def schema_errors(content: bytes):
    """Return what the official schema says against a document; skips the test where the schemas are not at hand."""
    from pathlib import Path

    import pytest
    from lxml import etree

    root = etree.fromstring(content)
    name = etree.QName(root).namespace.rpartition(":")[2]
    path = Path(__file__).resolve().parents[2].parent / "shared/data/iso20022-xsd/iso" / f"{name}.xsd"
    if not path.exists():
        pytest.skip("the official ISO 20022 schemas are not at hand")
    schema = etree.XMLSchema(etree.parse(path))
    schema.validate(root)
    return [str(error) for error in schema.error_log]
