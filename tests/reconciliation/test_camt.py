"""Reading bank files: every fact where the many versions and banks put it, and named refusals for the rest."""

import json
import tracemalloc

import pytest

from apps.reconciliation.camt import UnreadableBankFile, survey
from apps.reconciliation.camt.details import plain_decimal
from apps.reconciliation.camt.inspection import inspect
from apps.reconciliation.camt.reader import read
from tests.reconciliation.bank import Ntry, Tx, balance, document, statement

IBAN = "DE02120300000000202051"


def shown(data):
    return json.loads("".join(inspect(data)))


def only_entry(xml, kind="camt.053", version="08"):
    container = {"camt.053": "Stmt", "camt.054": "Ntfctn", "camt.052": "Rpt"}[kind]
    head = f"<Id>S1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>"
    data = document([f"<{container}>{head}{xml}</{container}>"], kind=kind, version=version)
    return shown(data)["statements"][0]["entries"][0]


ENTRY = '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{rest}</Ntry>'


def entry(rest="", amount="5.00", sign="DBIT"):
    return ENTRY.format(amount=amount, sign=sign, rest=rest)


def details(rest, **changes):
    return only_entry(entry(f"<NtryDtls><TxDtls>{rest}</TxDtls></NtryDtls>", **changes))["txs"][0]


def test_a_whole_file_is_shown_word_for_word():
    data = statement(
        IBAN,
        [Ntry(-5_00, [Tx(5_00, "E1", "for you", account=IBAN)], reference="R1"), Ntry(1_00, status="PDNG")],
        opening=7_00,
    )
    assert shown(data) == {
        "kind": "camt.053",
        "message_id": "MSG-1",
        "statements": [
            {
                "id": "STM-1",
                "account": IBAN,
                "account_ccy": "EUR",
                "opening": {"amount": "7.00", "ccy": "EUR", "sign": "CRDT", "date": "2026-03-02"},
                "closing": {"amount": "2.00", "ccy": "EUR", "sign": "CRDT", "date": "2026-03-02"},
                "entries": [
                    {
                        "amount": "5.00",
                        "ccy": "EUR",
                        "sign": "DBIT",
                        "reversal": False,
                        "status": "BOOK",
                        "booking": "2026-03-02",
                        "value": "2026-03-02",
                        "acct_svcr_ref": "R1",
                        "txs": [
                            {
                                "amount": "5.00",
                                "end_to_end": "E1",
                                "tx_id": None,
                                "counterparty": "Ada Quill",
                                "counterparty_acct": IBAN,
                                "unstructured": ["for you"],
                                "ret": None,
                            }
                        ],
                    },
                    {
                        "amount": "1.00",
                        "ccy": "EUR",
                        "sign": "CRDT",
                        "reversal": False,
                        "status": "PDNG",
                        "booking": "2026-03-02",
                        "value": "2026-03-02",
                        "acct_svcr_ref": None,
                        "txs": [],
                    },
                ],
            }
        ],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500.00", "500.00"),
        ("5442.09000", "5442.09000"),
        (" 7 ", "7"),
        ("+7.10", "7.10"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5E3", "1500"),
        ("1E-2", "0.01"),
        ("-3.00", "-3.00"),
        ("0", "0"),
        ("", None),
        ("5,00", None),
        ("1 000", None),
        ("NaN", None),
        ("Infinity", None),
        ("٣", None),
        ("0x10", None),
        ("1e999", None),
    ],
)
def test_amounts_are_plain_decimals_as_the_file_means_them(text, expected):
    assert plain_decimal(text) == expected


@pytest.mark.parametrize(
    "status", ["<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>", "<Sts><Prtry>BOOK</Prtry></Sts>", "<Sts> BOOK </Sts>"]
)
def test_the_status_is_a_text_or_a_code(status):
    assert only_entry(entry(status))["status"] == "BOOK"


@pytest.mark.parametrize(
    ("dates", "booking"),
    [
        ("<BookgDt><Dt>2026-01-31</Dt></BookgDt>", "2026-01-31"),
        ("<BookgDt><DtTm>2026-01-31T23:59:59.000+01:00</DtTm></BookgDt>", "2026-01-31"),
        ("<BookgDt><Dt>2026-02-30</Dt></BookgDt>", None),
        ("", None),
    ],
)
def test_dates_are_the_day_the_bank_wrote(dates, booking):
    assert only_entry(entry(dates))["booking"] == booking


PARTIES = "<RltdPties>{}</RltdPties>"
BOTH = PARTIES.format(
    "<Dbtr><Nm>Payer</Nm></Dbtr><DbtrAcct><Id><IBAN>P1</IBAN></Id></DbtrAcct>"
    "<Cdtr><Nm>Payee</Nm></Cdtr><CdtrAcct><Id><Othr><Id>42</Id></Othr></Id></CdtrAcct>"
)


@pytest.mark.parametrize(
    ("sign", "reversal", "counterparty"),
    [
        ("DBIT", "false", ("Payee", "42")),
        ("CRDT", "false", ("Payer", "P1")),
        ("CRDT", "true", ("Payee", "42")),
        ("DBIT", "1", ("Payer", "P1")),
    ],
)
def test_the_counterparty_is_the_other_side(sign, reversal, counterparty):
    rest = f"<RvslInd>{reversal}</RvslInd><NtryDtls><TxDtls>{BOTH}</TxDtls></NtryDtls>"
    [transaction] = only_entry(entry(rest, sign=sign))["txs"]
    assert (transaction["counterparty"], transaction["counterparty_acct"]) == counterparty


@pytest.mark.parametrize(
    ("parties", "counterparty"),
    [
        ("<Cdtr><Pty><Nm>New Style</Nm></Pty></Cdtr>", "New Style"),
        ("<Cdtr><Agt><FinInstnId><Nm>A Bank</Nm></FinInstnId></Agt></Cdtr>", "A Bank"),
        ("<UltmtCdtr><Nm>Behind</Nm></UltmtCdtr>", "Behind"),
        ("<Cdtr><Nm>Before</Nm></Cdtr><UltmtCdtr><Nm>Behind</Nm></UltmtCdtr>", "Before"),
        ("<Cdtr><PstlAdr><Ctry>DE</Ctry></PstlAdr></Cdtr><UltmtCdtr><Nm>Behind</Nm></UltmtCdtr>", "Behind"),
        ("<Dbtr><Nm>Ourselves</Nm></Dbtr>", None),
        ("", None),
    ],
)
def test_the_name_stands_in_several_places(parties, counterparty):
    assert details(PARTIES.format(parties))["counterparty"] == counterparty


def test_a_return_keeps_the_roles_of_what_it_returns():
    ours = f"<Dbtr><Nm>Us</Nm></Dbtr><DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct>"
    theirs = "<Cdtr><Nm>Them</Nm></Cdtr><CdtrAcct><Id><IBAN>X1</IBAN></Id></CdtrAcct>"
    returned = details(f"{PARTIES.format(ours + theirs)}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", sign="CRDT")
    assert (returned["counterparty"], returned["counterparty_acct"], returned["ret"]) == (
        "Them",
        "X1",
        {"code": "AC04"},
    )


@pytest.mark.parametrize(
    ("information", "ret"),
    [
        ("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", {"code": "AC04"}),
        ("<RtrInf><Rsn><Prtry>914</Prtry></Rsn></RtrInf>", {"code": "914"}),
        ("<RtrInf><AddtlInf>account closed</AddtlInf></RtrInf>", {"code": None}),
        ("", None),
    ],
)
def test_returns_have_a_code_a_text_or_neither(information, ret):
    assert details(information)["ret"] == ret


@pytest.mark.parametrize(
    ("amounts", "amount"),
    [
        ('<Amt Ccy="EUR">4.00</Amt><AmtDtls><TxAmt><Amt Ccy="EUR">3.00</Amt></TxAmt></AmtDtls>', "4.00"),
        (
            '<AmtDtls><InstdAmt><Amt Ccy="USD">9</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">3.00</Amt></TxAmt></AmtDtls>',
            "3.00",
        ),
        ("", "5.00"),
    ],
)
def test_the_amount_of_a_transaction(amounts, amount):
    assert details(amounts)["amount"] == amount


def test_one_of_several_transactions_without_amount_has_none():
    both = "<NtryDtls><TxDtls><Refs><EndToEndId>A</EndToEndId></Refs></TxDtls></NtryDtls>" * 2
    assert [transaction["amount"] for transaction in only_entry(entry(both))["txs"]] == [None, None]


def test_version_01_has_details_without_a_frame():
    [transaction] = only_entry(entry("<TxDtls><Refs><TxId>T1</TxId></Refs></TxDtls>"), version="01")["txs"]
    assert transaction["tx_id"] == "T1"


@pytest.mark.parametrize(
    ("balances", "opening", "closing"),
    [
        (("OPBD", 100), ("CLBD", 200), ("OPBD", "CLBD")),
        (("PRCD", 100), ("CLBD", 200), ("PRCD", "CLBD")),
    ],
)
def test_the_balance_before_is_the_opening_or_the_previous_closing(balances, opening, closing):
    text = "".join(balance(code, amount, "2026-03-02") for code, amount in (balances, opening))
    [found] = survey(document([f"<Stmt><Id>1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{text}</Stmt>"])).statements
    assert (found.opening.code, found.closing.code) == closing


def test_interim_balances_open_and_close_an_intraday_report():
    def report(*amounts):
        text = "".join(balance("ITBD", amount, "2026-03-02") for amount in amounts)
        data = document([f"<Rpt><Id>1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{text}</Rpt>"], kind="camt.052")
        return shown(data)["statements"][0]

    assert (report(100, 200)["opening"]["amount"], report(100, 200)["closing"]["amount"]) == ("1.00", "2.00")
    assert (report(100)["opening"], report(100)["closing"]["amount"]) == (None, "1.00")


def test_available_balances_are_not_booked_ones():
    text = "".join(balance(code, amount, "2026-03-02") for code, amount in (("OPAV", 1), ("CLAV", 2), ("FWAV", 3)))
    data = document([f"<Stmt><Id>1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{text}</Stmt>"])
    [found] = shown(data)["statements"]
    assert (found["opening"], found["closing"]) == (None, None)


def test_heads_behind_the_entries_are_read_too():
    head = f"<Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>" + balance("CLBD", 500, "2026-03-02")
    data = document([f"<Stmt>{entry(sign='CRDT')}<Id>S9</Id>{entry(sign='CRDT')}{head}</Stmt>"])
    [found] = shown(data)["statements"]
    assert (found["id"], found["account"], found["closing"]["amount"]) == ("S9", IBAN, "5.00")
    assert len(found["entries"]) == 2


def test_a_file_without_namespace_or_with_a_wrapper_is_read():
    bare = statement(IBAN).replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', b"")
    assert shown(bare)["kind"] == "camt.053"
    assert any("unknown-version" in warning for warning in shown(bare)["warnings"])
    wrapped = (
        statement(IBAN).replace(b"<Document", b"<Envelope><Document").replace(b"</Document>", b"</Document></Envelope>")
    )
    assert shown(wrapped)["statements"][0]["account"] == IBAN


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_say_what_they_are_are_read(encoding):
    declared = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "iso-8859-1": "ISO-8859-1"}[encoding]
    text = statement(IBAN, [Ntry(5_00, [Tx(5_00, text="Grüße", role="Dbtr")])]).decode()
    data = text.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    assert shown(data)["statements"][0]["entries"][0]["txs"][0]["unstructured"] == ["Grüße"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"not XML at all", "not-xml"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document/>', "dtd-not-allowed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>', "dtd-not-allowed"),
        (b"<a>" * 200_000, "not-xml"),
        ('<?xml version="1.0" encoding="UTF-8"?><Document>Gr\xfc\xdfe</Document>'.encode("latin-1"), "encoding"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><GrpHdr/></Document>', "not-a-statement"),
        (b"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "no-statement"),
        (statement(IBAN).replace(b"xsd:camt.053", b"xsd:camt.052"), "mixed-message"),
        (statement(IBAN).replace(IBAN.encode(), b""), "account-missing"),
        (statement(IBAN, [Ntry(5_00)]).replace(b'<Ntry><Amt Ccy="EUR">5.00</Amt>', b"<Ntry>"), "amount-missing"),
        (statement(IBAN, [Ntry(5_00)]).replace(b'<Ntry><Amt Ccy="EUR">', b"<Ntry><Amt>"), "currency-missing"),
        (
            statement(IBAN, [Ntry(5_00)]).replace(b"</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>", b"</Amt><RvslInd>"),
            "sign-missing",
        ),
        (statement(IBAN, [Ntry(5_00)])[:-40], "not-xml"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data, code):
    with pytest.raises(UnreadableBankFile) as refusal:
        list(read(data))
    assert refusal.value.code == code


def test_includes_and_foreign_schemas_are_ignored():
    data = statement(IBAN, [Ntry(5_00)]).replace(
        b"<Ntry>", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><Ntry>'
    )
    assert len(shown(data)["statements"][0]["entries"]) == 1


@pytest.mark.parametrize(
    ("data", "code", "refuses"),
    [
        (statement(IBAN, [Ntry(1)], closing=2), "sums-do-not-add-up", True),
        (statement(IBAN, [Ntry(5, [Tx(2), Tx(2)])]), "batch-sum", True),
        (statement(IBAN, [Ntry(5, [Tx(2, "A"), Tx(3, "A")])]), "repeated-end-to-end-id", False),
        (statement(IBAN, [Ntry(5, [Tx(5, "PO42ABCDEF")])]), "truncated-reference", False),
        (statement(IBAN, [Ntry(5, [Tx(5)], batch={"NbOfTxs": 3})]), "batch-count", False),
        (statement(IBAN, [Ntry(0, ccy="SEK")]), "currency-differs", False),
        (statement(IBAN).replace(b"053.001.08", b"053.001.99"), "unknown-version", False),
        (statement(IBAN).replace(b"CLBD", b"CLAV"), "balance-missing", True),
    ],
)
def test_oddities_are_found(data, code, refuses):
    found = {finding.code: finding.refuses for finding in survey(data).findings}
    assert found == {code: refuses}
    assert [warning.partition(":")[0] for warning in shown(data)["warnings"]] == [code]


def test_pending_entries_do_not_count_in_the_sums():
    assert survey(statement(IBAN, [Ntry(5), Ntry(7, status="PDNG"), Ntry(9, status="INFO")])).findings == []


def test_memory_does_not_grow_with_the_file():
    """Watching every allocation makes this take about half a second."""

    def peak(entries):
        body = statement(IBAN, [Ntry(-1, [Tx(1, f"E{n}", "text")]) for n in range(entries)])
        tracemalloc.start()
        for _statement, _entry in read(body):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used - len(body) * 2

    assert peak(600) - peak(100) < 100_000
