import pytest

from apps.rails.contract import UnreadableReport
from apps.rails.sepa_credit_transfer.reason_codes import REASONS
from tests.rails.samples import SEPA, SHARED, status_report, transaction_status

read = SEPA.read_report


@pytest.mark.parametrize("version", ["pain.002.001.03", "pain.002.001.10", "pain.002.001.99"])
def test_status_of_group_block_and_payment_is_read(version):
    payments = [
        transaction_status("PO1", "RJCT", "AC04", "Account closed in 2024", instruction_id="PO1-1"),
        transaction_status("PO2", "ACCP"),
    ]
    report = read(status_report("FIL1", group="PART", payment="PART", transactions=payments, version=version))

    assert (report.message_id, report.original_message_id) == ("BANK-1", "FIL1")
    found = [(i.level, i.status, i.outcome, i.end_to_end_id, i.instruction_id, i.reason_code) for i in report.items]
    assert found == [
        ("group", "PART", "partly", None, None, None),
        ("transaction", "RJCT", "refused", "PO1", "PO1-1", "AC04"),
        ("transaction", "ACCP", "accepted", "PO2", None, None),
        ("payment", "PART", "partly", None, None, None),
    ]
    refusal = report.items[1]
    assert refusal.payment_information_id == "FIL1-1"
    assert refusal.reason_text == "The recipient's account is closed."
    assert refusal.detail == "Account closed in 2024"


def test_unknown_codes_survive():
    report = read(status_report("FIL1", group="XXXX", transactions=[transaction_status("PO1", "RJCT", "ZZ99")]))

    assert (report.items[0].status, report.items[0].outcome) == ("XXXX", "")
    assert report.items[1].reason_code == "ZZ99"
    assert report.items[1].reason_text == "The bank gave the code ZZ99."


@pytest.mark.parametrize("code", ["AM05", "DU01", "DU02", "DU03", "DU04", "DU05"])
def test_refusal_as_duplicate_does_not_prove_that_no_money_moves(code):
    report = read(status_report("FIL1", transactions=[transaction_status("PO1", "RJCT", code)]))

    assert report.items[0].outcome == "doubtful"


def test_code_proper_wins_over_see_the_words():
    narrative = "<StsRsnInf><Rsn><Cd>NARR</Cd></Rsn><AddtlInf>see</AddtlInf></StsRsnInf>"
    payment = transaction_status("PO1", "RJCT", "AC01", "no such account").replace(
        "<StsRsnInf>", narrative + "<StsRsnInf>"
    )
    [item] = read(status_report("FIL1", transactions=[payment])).items

    assert (item.reason_code, item.detail) == ("AC01", "see no such account")


def test_counts_are_not_believed():
    counts = b"<NbOfTxsPerSts><DtldNbOfTxs>99</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts></OrgnlGrpInfAndSts>"
    content = status_report("FIL1", group="ACCP").replace(b"</OrgnlGrpInfAndSts>", counts)

    assert [(item.level, item.outcome) for item in read(content).items] == [("group", "accepted")]


def test_proprietary_reason_and_spaces_around_values_are_read():
    content = status_report(" FIL1\n ", group=" RJCT ", group_code="X").replace(b"<Cd>X</Cd>", b"<Prtry> B-17 </Prtry>")
    report = read(content)

    assert report.original_message_id == "FIL1"
    assert (report.items[0].outcome, report.items[0].reason_code) == ("refused", "B-17")


def test_id_that_was_not_provided_names_nobody():
    [item] = read(status_report("FIL1", transactions=[transaction_status("NOTPROVIDED", "RJCT")])).items

    assert item.end_to_end_id is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<Document><CstmrPmtStsRpt>", "not-xml"),
        (b'<!DOCTYPE d [<!ENTITY x "y">]><Document><CstmrPmtStsRpt/></Document>', "dtd-not-allowed"),
        (b'<?xml version="1.0" encoding="UTF-8"?><CstmrPmtStsRpt>\xe4</CstmrPmtStsRpt>', "encoding"),
        (b"<Document><CstmrPmtStsRpt/></Document>", "not-a-status-report"),
        (b"<html><body>Service unavailable</body></html>", "not-a-status-report"),
    ],
)
def test_what_is_no_status_report_is_refused_with_a_code(content, code):
    with pytest.raises(UnreadableReport) as refusal:
        read(content)

    assert refusal.value.code == code


def test_report_is_recognized_by_its_first_bytes():
    assert SEPA.is_report(status_report("FIL1"))
    assert not SEPA.is_report(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">')


def test_report_on_two_thousand_payments_is_read_whole():
    payments = [transaction_status(f"PO{n}", "RJCT", "AC01") for n in range(2_000)]
    report = read(status_report("FIL1", payment="RJCT", transactions=payments))

    assert len(report.items) == 2_001
    assert report.items[1_999].end_to_end_id == "PO1999"
    assert report.items[2_000].level == "payment"


def test_every_reason_is_one_short_sentence():
    assert len(REASONS) >= 40
    for code, sentence in REASONS.items():
        assert len(code) == 4 and sentence.endswith(".") and len(sentence) <= 100, code


def test_codes_exist_in_the_published_code_set():
    path = SHARED / "reason-codes" / "external_status_reason_code.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    published = path.read_text()

    # LEGL belongs to the return reasons; some banks send it in status reports too.
    assert [code for code in REASONS if f'"{code}"' not in published] == ["LEGL"]


SAMPLES = {
    "goldman_sachs-pain_002_v3_accepted": [("transaction", "accepted", "NARR")],
    "goldman_sachs-pain_002_v3_group_accepted": [("group", "accepted", None)],
    "goldman_sachs-pain_002_v3_payment_accepted": [("payment", "accepted", "NARR")],
    "nordea-pain_002_v3_group_reject": [("group", "doubtful", "DU01")],
    "nordea-pain_002_v3_payment_reject": [("payment", "refused", "NARR")],
    "nordea-pain_002_v3_txn_reject": [
        ("transaction", "refused", "NARR"),
        ("transaction", "refused", "NARR"),
        ("payment", "refused", None),
    ],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_reports_of_real_banks_are_read(name):
    path = SHARED / "iso20022-samples" / "pain002" / f"iso20022.js__{name}.xml"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    report = read(path.read_bytes())

    assert [(item.level, item.outcome, item.reason_code) for item in report.items] == SAMPLES[name]
    assert report.original_message_id
