from datetime import UTC, date, datetime

import pytest
from lxml import etree

from apps.sandbox.messages import camt
from apps.sandbox.messages.pain002 import Answer, BlockAnswer, Reason, TransferAnswer, write_answer
from tests.sandbox.payment_files import CREDITOR, IBAN, schema_errors

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def answer(version="pain.001.001.09", **facts):
    return Answer("SBX1", NOW, "SANDDEFFXXX", "MSG-1", version, **facts)


def block(*reasons, reason=None):
    transfers = [TransferAnswer(f"I{n}", f"E{n}", 100, r and Reason(r, "Words.")) for n, r in enumerate(reasons)]
    return BlockAnswer("MSG-1-1", transfers, reason)


def values(content, *names):
    root = etree.fromstring(content)
    return [[element.text for element in root.iter(f"{{*}}{name}")] for name in names]


ANSWERS = {
    "accepted": {"blocks": [block(None, None)]},
    "in part": {"blocks": [block(None, "AC04")]},
    "all refused one by one": {"blocks": [block("AC01", "AC04")]},
    "one block refused": {"blocks": [block(None), block(None, reason=Reason("DT01", "Too late."))]},
    "refused": {"reason": Reason("DU01", "Seen before.")},
}


@pytest.mark.parametrize("version", ["pain.001.001.09", "pain.001.001.03"])
@pytest.mark.parametrize("facts", ANSWERS.values(), ids=ANSWERS)
def test_answers_are_valid(version, facts):
    content = write_answer(answer(version, original_count=2, original_sum=200, **facts))
    assert schema_errors(content) == []


def test_the_answer_to_an_old_file_is_an_old_answer():
    assert b"pain.002.001.03" in write_answer(answer("pain.001.001.03", blocks=[block(None)]))


@pytest.mark.parametrize(
    ("case", "statuses"),
    [
        ("accepted", [["ACCP"], ["ACCP"], []]),
        ("in part", [["PART"], ["PART"], ["ACCP", "RJCT"]]),
        ("all refused one by one", [["RJCT"], ["RJCT"], ["RJCT", "RJCT"]]),
        ("one block refused", [["PART"], ["ACCP", "RJCT"], []]),
        ("refused", [["RJCT"], [], []]),
    ],
)
def test_the_answer_says_what_was_taken(case, statuses):
    assert values(write_answer(answer(**ANSWERS[case])), "GrpSts", "PmtInfSts", "TxSts") == statuses


def test_an_unreadable_file_is_answered_without_its_id():
    content = write_answer(Answer("SBX1", NOW, "SANDDEFFXXX", "", "", reason=Reason("FF01", "No XML.")))
    assert values(content, "OrgnlMsgId", "OrgnlMsgNmId", "Cd") == [["NOTPROVIDED"], ["pain.001"], ["FF01"]]
    assert schema_errors(content) == []


def header(version):
    account = camt.Account(IBAN, "EUR", "Portal GmbH", "SANDDEFFXXX")
    return camt.Header("SBX2", "20261123-00001", 1, NOW, account, version)


def lines():
    day, us, them = date(2026, 11, 23), camt.Party("Portal GmbH", IBAN), camt.Party("Ada Example", CREDITOR)
    paid = camt.Detail(4000, us, them, "MSG-1", "MSG-1-1", "I1", "E1", "Invoice 1")
    returned = camt.Detail(700, us, them, "", "", "I9", "E9", "Invoice 9", "AC04", "The account is closed.")
    funded = camt.Detail(100_000, camt.Party("Shop"), us, remittance="FU40ABC")
    return [
        camt.Line("CRDT", 100_000, day, "R1", camt.RECEIVED, "Deposit", [funded]),
        camt.Line("DBIT", 8000, day, "R2", camt.ISSUED, "Batch", [paid, paid], camt.BatchFacts("MSG-1", "MSG-1-1", 2)),
        camt.Line("DBIT", 4000, day, "R3", camt.ISSUED, "Batch", [], camt.BatchFacts("MSG-2", "MSG-2-1", 1)),
        camt.Line("CRDT", 700, day, "R4", camt.RETURNED, "Return", [returned]),
        camt.Line("DBIT", 54, day, "R5", camt.CHARGES, "Fee"),
    ]


@pytest.mark.parametrize("version", camt.VERSIONS)
def test_statements_are_valid(version):
    day = date(2026, 11, 23)
    content = camt.write_statement(
        header(version), since=date(2026, 11, 21), day=day, opening=-500, closing=88_146, lines=lines()
    )
    assert schema_errors(content) == []
    assert values(content, "AcctSvcrRef", "EndToEndId") == [
        ["R1", "R2", "R3", "R4", "R5"],
        ["NOTPROVIDED", "E1", "E1", "E9"],
    ]
    root = etree.fromstring(content)
    assert [bal.findtext("{*}Amt") for bal in root.iter("{*}Bal")] == ["5.00", "881.46"]
    assert [bal.findtext("{*}CdtDbtInd") for bal in root.iter("{*}Bal")] == ["DBIT", "CRDT"]
    assert root.findtext(".//{*}RtrInf/{*}Rsn/{*}Cd") == "AC04"


@pytest.mark.parametrize("version", camt.VERSIONS)
def test_days_without_movement_and_notifications_are_valid(version):
    day = date(2026, 11, 23)
    empty = camt.write_statement(header(version), since=day, day=day, opening=7, closing=7, lines=[])
    assert schema_errors(empty) == []
    assert schema_errors(camt.write_notification(header(version), lines()[:1])) == []


def test_a_statement_that_does_not_add_up_is_never_written():
    day = date(2026, 11, 23)
    with pytest.raises(AssertionError):
        camt.write_statement(header("08"), since=day, day=day, opening=0, closing=1, lines=[])
