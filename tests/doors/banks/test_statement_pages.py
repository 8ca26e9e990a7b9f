"""Statements, their files, and importing one by hand."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.reconciliation.models import Statement, StatementFile
from apps.reconciliation.operations import import_inbox
from tests.doors.visits import Visitor
from tests.reconciliation.bank import Ntry

IMPORT = "/admin/reconciliation/statement/import/"


def upload(content):
    return SimpleUploadedFile("day.xml", content, content_type="application/xml")


def test_a_file_is_imported_by_hand_once(bank, treasurer):
    content = bank.write([Ntry(500, text="who?")])
    page = Visitor(treasurer).press(IMPORT, file=upload(content))
    assert "day.xml is imported: 1 new line." in page
    statement = Statement.objects.get(kind="camt.053")
    assert statement.imported_by == treasurer
    page = Visitor(treasurer).press(IMPORT, file=upload(content))
    assert "was imported before" in page
    assert Statement.objects.count() == 1


def test_every_reason_of_a_refusal_is_shown(stated, treasurer):
    page = Visitor(treasurer).press(IMPORT, file=upload(stated.write([Ntry(500)], closing=1)))
    assert "day.xml is refused" in page
    assert "closing-differs" in page or "sum" in page
    assert not StatementFile.objects.filter(file_name="day.xml").exists()


@pytest.mark.parametrize("content", [b"", b"not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_is_no_bank_file_is_refused(bank, treasurer, content):
    page = Visitor(treasurer).press(IMPORT, file=upload(content))
    assert "is refused" in page or "Choose a file first." in page
    assert not StatementFile.objects.exists()


def test_an_equal_statement_is_imported_by_hand_with_a_tick(bank, treasurer):
    visitor = Visitor(treasurer)
    both = [Ntry(500), Ntry(-500)]
    for id, tick, shown in (
        ("A", {}, "2 new lines"),
        ("B", {}, "The bank has booked all of it once more"),
        ("B", {"knowingly": "on"}, "2 new lines"),
    ):
        file = SimpleUploadedFile(f"{id}.xml", bank.write(both, id=id))
        assert shown in visitor.press(IMPORT, file=file, **tick)
    assert Statement.objects.count() == 2


def test_only_who_may_import_sees_the_form(bank, auditor):
    Visitor(auditor).open(IMPORT, expect=403)
    Visitor(auditor).press(IMPORT, expect=403, file=upload(bank.write([])))
    assert not StatementFile.objects.exists()


def test_refused_files_of_a_folder_stay_visible(bank, bank_account, auditor):
    inbox = bank_account.path / "from_bank"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "broken.xml").write_bytes(bank.write([Ntry(500)], closing=1))
    import_inbox()
    file = StatementFile.objects.get()
    page = Visitor(auditor).open("/admin/reconciliation/statementfile/")
    assert "broken.xml" in page and "Refused" in page
    page = Visitor(auditor).open(f"/admin/reconciliation/statementfile/{file.public_id}/")
    assert "nothing of it was imported" in page
    assert all(reason["code"] in page for reason in file.reasons)


def test_a_statement_shows_balances_lines_and_what_waits(stated, auditor):
    stated.state(Ntry(-777, text="who?"), Ntry(-50, code="PMNT/MDOP/CHRG"))
    statement = Statement.objects.filter(kind="camt.053").order_by("-number").first()
    page = Visitor(auditor).open(f"/admin/reconciliation/statement/{statement.public_id}/")
    assert "100,000.00" in page and "99,991.73" in page
    assert "1 matched" in page and "1 to match" in page
    assert "7.77" in page
    assert statement.public_id in Visitor(auditor).open("/admin/reconciliation/statement/")


def test_a_statement_costs_the_same_however_many_lines_it_has(stated, auditor):
    stated.state(Ntry(-777))
    stated.state(*[Ntry(-500 - number) for number in range(20)])
    visitor = Visitor(auditor)
    statements = Statement.objects.filter(kind="camt.053").order_by("-number")[:2]
    addresses = [f"/admin/reconciliation/statement/{statement.public_id}/" for statement in statements]
    visitor.open(addresses[0])
    many, few = (visitor.count_queries(address) for address in addresses)
    assert many == few
