"""Files that banks really sent, read next to a plain reading of the same XML. Skipped where they are not at hand."""

import json
from pathlib import Path

import pytest
from lxml import etree

from apps.reconciliation.camt.inspection import inspect

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "camt"
FILES = sorted(SHARED.rglob("*.xml"))

pytestmark = pytest.mark.skipif(not FILES, reason=f"no bank files in {SHARED}")


def texts(element, path):
    return [found.text.strip() for found in element.xpath(path) if (found.text or "").strip()]


def first(element, path):
    found = texts(element, path)
    return found[0] if found else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_fact_is_where_the_file_has_it(path):
    """The plain reading strips namespaces, so paths are the standard's own."""
    found = json.loads("".join(inspect(path.read_bytes())))
    root = etree.fromstring(path.read_bytes())
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    statements = root.xpath("//Stmt|//Rpt|//Ntfctn")
    assert found["message_id"] == first(root, "//GrpHdr/MsgId")
    assert [statement["id"] for statement in found["statements"]] == [first(s, "Id") for s in statements]
    for element, statement in zip(statements, found["statements"], strict=True):
        assert statement["account"] == first(element, "Acct/Id/IBAN|Acct/Id/Othr/Id|Acct/Id/PrtryAcct/Id")
        assert statement["account_ccy"] == first(element, "Acct/Ccy")
        for name, code in (("opening", "OPBD"), ("closing", "CLBD")):
            amount = first(element, f"Bal[Tp/CdOrPrtry/Cd='{code}']/Amt")
            if amount:
                assert statement[name]["amount"] == amount
        entries = element.xpath("Ntry")
        assert len(statement["entries"]) == len(entries)
        for source, entry in zip(entries, statement["entries"], strict=True):
            check_entry(source, entry)


def check_entry(source, entry):
    assert entry["amount"] == first(source, "Amt")
    assert entry["ccy"] == source.xpath("string(Amt/@Ccy)")
    assert entry["sign"] == first(source, "CdtDbtInd")
    assert entry["status"] == first(source, "Sts|Sts/Cd")
    assert entry["acct_svcr_ref"] == first(source, "AcctSvcrRef")
    assert entry["reversal"] == (first(source, "RvslInd") == "true")
    booking = first(source, "BookgDt/Dt|BookgDt/DtTm")
    assert entry["booking"] == (booking and booking[:10])
    transactions = source.xpath(".//TxDtls")
    assert len(entry["txs"]) == len(transactions)
    for element, transaction in zip(transactions, entry["txs"], strict=True):
        assert transaction["end_to_end"] == first(element, "Refs/EndToEndId")
        assert transaction["tx_id"] == first(element, "Refs/TxId")
        assert transaction["unstructured"] == texts(element, "RmtInf/Ustrd")
        stated = first(element, "Amt") or first(element, "AmtDtls/TxAmt/Amt")
        assert transaction["amount"] == (stated or (entry["amount"] if len(transactions) == 1 else None))
        code = first(element, "RtrInf/Rsn/Cd")
        assert (transaction["ret"] or {}).get("code") == code
        if not entry["reversal"]:
            role = "Cdtr" if entry["sign"] == "DBIT" else "Dbtr"
            names = f"RltdPties/{role}/Nm|RltdPties/{role}/Pty/Nm|RltdPties/{role}/Agt/FinInstnId/Nm"
            assert transaction["counterparty"] == (first(element, names) or first(element, f"RltdPties/Ultmt{role}/Nm"))
            account = f"RltdPties/{role}Acct/Id/IBAN|RltdPties/{role}Acct/Id/Othr/Id"
            assert transaction["counterparty_acct"] == first(element, account)
