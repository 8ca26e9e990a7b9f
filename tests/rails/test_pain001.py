import io
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from apps.rails.contract import CannotBuild
from apps.rails.sepa_credit_transfer import pain001
from tests.rails.samples import SEPA, SHARED, built, header, iban, instruction

VERSIONS = ["pain.001.001.09", "pain.001.001.03"]


def schemas(version):
    """Return the official schemas at hand: one ships with sepaxml, another may lie in the shared data."""
    places = [Path(sepaxml.__file__).parent / "schemas", SHARED / "iso20022-xsd" / "iso"]
    found = [
        etree.XMLSchema(file=str(place / f"{version}.xsd")) for place in places if (place / f"{version}.xsd").exists()
    ]
    assert found, "sepaxml ships the schemas"
    return found


def texts(content, path):
    root = etree.fromstring(content)
    namespace = root.nsmap[None]
    return [element.text for element in root.iterfind("/".join(f"{{{namespace}}}{tag}" for tag in path.split("/")))]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("bic", ["", "EXMPDEFFXXX"])
@pytest.mark.parametrize("remittance", ["", "Invoice 1"])
def test_file_is_valid_by_the_official_schema(version, bic, remittance):
    payments = [instruction(n, creditor_bic=bic or None, remittance=remittance) for n in (1, 2)]
    content = built(payments, version=version, debtor_bic=bic)

    for schema in schemas(version):
        schema.assertValid(etree.fromstring(content))


def test_file_says_what_was_asked_for():
    content = built([instruction(1, amount=1), instruction(2, amount=999_999_999_99, creditor_name="Jürgen & Søn")])
    head, block = "CstmrCdtTrfInitn/GrpHdr/", "CstmrCdtTrfInitn/PmtInf/"

    assert texts(content, head + "MsgId") == ["FIL0TEST"]
    assert texts(content, head + "CreDtTm") == ["2026-11-23T13:00:00Z"]
    assert texts(content, head + "NbOfTxs") == texts(content, block + "NbOfTxs") == ["2"]
    assert texts(content, head + "CtrlSum") == texts(content, block + "CtrlSum") == ["1000000000.00"]
    assert texts(content, head + "InitgPty/Nm") == texts(content, block + "Dbtr/Nm") == ["Example Platform GmbH"]
    assert texts(content, block + "PmtInfId") == ["FIL0TEST-1"]
    assert texts(content, block + "PmtMtd") == ["TRF"]
    assert texts(content, block + "BtchBookg") == ["true"]
    assert texts(content, block + "PmtTpInf/SvcLvl/Cd") == ["SEPA"]
    assert texts(content, block + "ReqdExctnDt/Dt") == ["2026-11-23"]
    assert texts(content, block + "DbtrAcct/Id/IBAN") == [iban()]
    assert texts(content, block + "DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    assert texts(content, block + "ChrgBr") == ["SLEV"]
    payment = block + "CdtTrfTxInf/"
    assert texts(content, payment + "PmtId/InstrId") == ["PO00TEST00000001-1", "PO00TEST00000002-1"]
    assert texts(content, payment + "PmtId/EndToEndId") == ["PO00TEST00000001", "PO00TEST00000002"]
    assert texts(content, payment + "Amt/InstdAmt") == ["0.01", "999999999.99"]
    assert texts(content, payment + "Cdtr/Nm") == ["Ann Example", "Juergen + Soen"]
    assert texts(content, payment + "CdtrAcct/Id/IBAN") == [
        iban(bban="200000000000000001"),
        iban(bban="200000000000000002"),
    ]
    assert texts(content, payment + "RmtInf/Ustrd") == ["Invoice 1", "Invoice 2"]
    assert texts(content, payment + "CdtrAgt/FinInstnId/BICFI") == []


def test_older_version_differs_in_bic_and_date():
    payments = [instruction(creditor_bic="EXMPDEFF")]
    content = built(payments, version="pain.001.001.03", debtor_bic="EXMPDEFFXXX", batch_booking=False)
    block = "CstmrCdtTrfInitn/PmtInf/"

    assert texts(content, block + "ReqdExctnDt") == ["2026-11-23"]
    assert texts(content, block + "BtchBookg") == ["false"]
    assert texts(content, block + "DbtrAgt/FinInstnId/BIC") == ["EXMPDEFFXXX"]
    assert texts(content, block + "CdtTrfTxInf/CdtrAgt/FinInstnId/BIC") == ["EXMPDEFF"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -5},
        {"currency": "USD"},
        {"creditor_name": "😀"},
        {"creditor_name": "x" * 71},
        {"remittance": "x" * 141},
        {"creditor_account": "DE00<IBAN>"},
        {"creditor_account": "1234567890"},
        {"creditor_bic": "A&B"},
        {"end_to_end_id": "PO</EndToEndId>"},
        {"instruction_id": "A//1"},
    ],
)
def test_payment_that_may_not_be_in_the_file_is_refused(changes):
    with pytest.raises(CannotBuild):
        built([instruction(), instruction(2, **changes)])


def test_header_must_agree_with_the_payments():
    with pytest.raises(CannotBuild, match="there are 1 of 1001"):
        built([instruction()], transactions=2)
    with pytest.raises(CannotBuild, match="there are 1 of 1001"):
        built([instruction()], control_sum=1000)


def test_markup_in_a_name_is_written_as_plain_characters():
    content = built([instruction(creditor_name="<script>&amp;</script>", remittance="]]> & more")])

    assert texts(content, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm") == ["(script)+amp,(/script)"]
    assert texts(content, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/RmtInf/Ustrd") == ["))) + more"]


def test_tally_counts_and_adds_up_the_bytes():
    found = SEPA.tally(built([instruction(n) for n in range(1, 2001)]))

    assert (found.message_id, found.transactions, found.control_sum) == ("FIL0TEST", 2000, 4_001_000)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b">10.02<", b">10.03<"),
        (b"<CtrlSum>30.06</CtrlSum><Init", b"<CtrlSum>30.07</CtrlSum><Init"),
        (b"<NbOfTxs>3</NbOfTxs><CtrlSum>30.06</CtrlSum><Pmt", b"<NbOfTxs>2</NbOfTxs><CtrlSum>30.06</CtrlSum><Pmt"),
        (b"PO00TEST00000002-1", b"PO00TEST00000001-1"),
        (b">10.02<", b">10.020001<"),
        (b"</Document>", b""),
    ],
)
def test_tally_refuses_bytes_that_contradict_themselves(before, after):
    content = built([instruction(n) for n in (1, 2, 3)])
    assert before in content

    with pytest.raises(CannotBuild):
        SEPA.tally(content.replace(before, after, 1))


def test_sepaxml_writes_the_same_payments():
    """A second opinion: the same orders through another writer say the same."""
    payments = [instruction(n) for n in range(1, 21)]
    other = sepaxml.SepaTransfer(
        {"name": "Example Platform GmbH", "IBAN": iban(), "BIC": "EXMPDEFFXXX", "batch": True, "currency": "EUR"},
        schema="pain.001.001.09",
        clean=True,
    )
    for one in payments:
        other.add_payment(
            {
                "name": one.creditor_name,
                "IBAN": one.creditor_account,
                "amount": one.amount,
                "execution_date": header(payments).execute_on,
                "description": one.remittance,
                "endtoend_id": one.end_to_end_id,
            }
        )

    def orders(content):
        block = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/"
        columns = ("PmtId/EndToEndId", "Amt/InstdAmt", "Cdtr/Nm", "CdtrAcct/Id/IBAN", "RmtInf/Ustrd")
        return Counter(zip(*(texts(content, block + column) for column in columns), strict=True))

    assert orders(built(payments)) == orders(other.export(validate=False))
    assert sum(Decimal(amount) for _, amount, *_ in orders(built(payments))) == Decimal("202.10")


def test_memory_does_not_grow_with_the_number_of_payments():
    """Two runs of different size; about a second, since tracing allocations is slow."""

    class Sink(io.RawIOBase):
        def write(self, data):
            return len(data)

    def peak(count):
        one = instruction(amount=1)
        stream = (one for _ in range(count))
        top = header([one], transactions=count, control_sum=count)
        tracemalloc.start()
        try:
            pain001.write(top, stream, Sink(), max_name=70, max_remittance=140)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(12_000) < 1.2 * peak(2_000)


def test_creation_time_is_written_in_utc():
    zone = SEPA.capabilities.calendar.zone
    berlin = datetime(2026, 11, 23, 14, 0, tzinfo=zone)

    assert b"<CreDtTm>2026-11-23T13:00:00Z</CreDtTm>" in built([instruction()], created_at=berlin)
    assert berlin == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
