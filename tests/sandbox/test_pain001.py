from datetime import date

import pytest

from apps.sandbox.messages.pain001 import Unacceptable, read
from tests.sandbox.payment_files import CREDITOR, IBAN, payment_file, schema_errors, transfer


@pytest.mark.parametrize("version", ["pain.001.001.09", "pain.001.001.03"])
def test_both_versions_are_read(version):
    message = read(payment_file(version=version))
    assert (message.name, message.message_id, message.count, message.control_sum) == (version, "MSG-1", 1, 12550)
    block = message.blocks[0]
    assert (block.execute_on, block.debtor_iban, block.batch_booking) == (date(2026, 11, 23), IBAN, True)
    paid = block.transfers[0]
    assert (paid.instruction_id, paid.end_to_end_id, paid.amount, paid.currency) == ("I1", "E1", 12550, "EUR")
    assert (paid.creditor_name, paid.creditor_iban, paid.remittance) == ("Ada Example", CREDITOR, "Invoice 1")


@pytest.mark.parametrize("version", ["pain.001.001.09", "pain.001.001.03"])
def test_the_files_of_these_tests_are_valid(version):
    assert schema_errors(payment_file(version=version)) == []


def test_absent_batch_booking_is_the_banks_choice():
    assert read(payment_file(batch=None)).blocks[0].batch_booking is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"<PmtMtd>TRF</PmtMtd>", b"", "PmtInf lacks PmtMtd."),
        (b"<PmtMtd>TRF</PmtMtd>", b"<PmtMtd>CHK</PmtMtd>", "PmtMtd has the value 'CHK'"),
        (b"<CtrlSum>125.50</CtrlSum><InitgPty>", b"<InitgPty>", "GrpHdr lacks CtrlSum."),
        (b"<ChrgBr>SLEV</ChrgBr>", b"<ChrgBr>DEBT</ChrgBr>", "ChrgBr has the value 'DEBT'"),
        (b"<ChrgBr>SLEV</ChrgBr>", b"<ChrgsAcct/>", "PmtInf lacks CdtTrfTxInf."),
        (b">125.50</InstdAmt>", b">125.505</InstdAmt>", "InstdAmt has the value '125.505'"),
        (b">125.50</InstdAmt>", b">1.2E2</InstdAmt>", "InstdAmt has the value '1.2E2'"),
        (b"Ada Example", "Ada Exämple".encode(), "Nm has the value 'Ada Exämple'"),
        (b"Ada Example", b"A" * 71, "Nm has the value"),
        (b"<EndToEndId>E1</EndToEndId>", b"", "PmtId lacks EndToEndId."),
        (b"<EndToEndId>E1</EndToEndId>", b"<EndToEndId>/E1</EndToEndId>", "EndToEndId has the value '/E1'"),
        (b"<Dt>2026-11-23</Dt>", b"<Dt>2026-02-30</Dt>", "no day of the calendar"),
        (b"<Dt>2026-11-23</Dt>", b"<DtTm>2026-11-23T10:00:00Z</DtTm>", "ReqdExctnDt lacks Dt."),
        (b"pain.001.001.09", b"pain.001.001.12", "The bank reads pain.001.001.09 and pain.001.001.03 only."),
        (b"pain.001.001.09", b"camt.053.001.08", "The bank reads"),
    ],
)
def test_what_the_bank_does_not_expect_is_refused(old, new, said):
    content = payment_file()
    assert old in content
    with pytest.raises(Unacceptable) as refused:
        read(content.replace(old, new, 1))
    assert refused.value.code == "FF01"
    assert said in refused.value.text
    assert refused.value.message_id == "MSG-1"


@pytest.mark.parametrize(
    "content",
    [b"", b"not xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", payment_file()[:-20]],
)
def test_no_xml_is_refused(content):
    with pytest.raises(Unacceptable) as refused:
        read(content)
    assert (refused.value.code, refused.value.message_id) == ("FF01", "")


def test_files_of_the_rail_are_read():
    import io
    from datetime import UTC, datetime

    from apps.rails.contract import FileHeader, Instruction
    from apps.rails.registry import RAILS

    header = FileHeader(
        "MSG-7", datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 24), "Möbel GmbH", IBAN, "", "EUR",
        "pain.001.001.09", False, 2, 30_025,
    )  # fmt: skip
    instructions = [
        Instruction(f"PO-{n}", f"E-{n}", amount, "EUR", "Zoë & Søn", CREDITOR, "NL", "ABNANL2AXXX", "Invoice")
        for n, amount in enumerate((10_000, 20_025))
    ]
    out = io.BytesIO()
    RAILS["sepa_credit_transfer"].build(header, instructions, out)
    message = read(out.getvalue())
    assert (message.count, message.control_sum, message.blocks[0].batch_booking) == (2, 30_025, False)
    assert [(t.end_to_end_id, t.amount, t.creditor_name) for t in message.transfers] == [
        ("E-0", 10_000, "Zoe + Soen"),
        ("E-1", 20_025, "Zoe + Soen"),
    ]


def test_two_blocks_are_kept_apart():
    one = payment_file()
    block = one[one.index(b"<PmtInf>") : one.index(b"</CstmrCdtTrfInitn>")]
    two = one.replace(block, block + block.replace(b"MSG-1-1", b"MSG-1-2").replace(b"E1", b"E2"))
    assert [b.payment_information_id for b in read(two).blocks] == ["MSG-1-1", "MSG-1-2"]
    assert [t.end_to_end_id for t in read(two).transfers] == ["E1", "E2"]


def test_many_transfers_are_read():
    transfers = [transfer(n) for n in range(300)]
    assert len(read(payment_file(transfers, count="300", control_sum="37650.00")).transfers) == 300
