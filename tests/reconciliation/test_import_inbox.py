import logging

import pytest
from django_q.models import OrmQ

from apps.core.crypto import CannotDecrypt
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.rails.models import BankAccount
from apps.rails.transports.folder import prepare
from apps.reconciliation import jobs
from apps.reconciliation.models import Statement, StatementFile
from apps.reconciliation.operations import import_bank_file, import_inbox
from apps.reconciliation.operations.inbox import logger
from tests import factories
from tests.reconciliation.bank import Ntry, statement

STATUS_REPORT = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt/></Document>'


@pytest.fixture
def inbox(bank_account):
    prepare(bank_account.path)
    return bank_account.path / "from_bank"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.exists() else []


def test_files_are_read_once_and_put_away(inbox, iban, day):
    (inbox / "b.xml").write_bytes(statement(iban, [Ntry(-1)], opening=500, id="STM-2", day=day))
    (inbox / "a.xml").write_bytes(statement(iban, [Ntry(500)], day=day))
    assert import_inbox() == 2
    assert names(inbox) == []
    assert names(inbox / "read") == ["a.xml", "b.xml"]
    assert import_inbox() == 0
    assert Statement.objects.count() == 2


def test_a_file_left_behind_after_its_import_is_put_away(inbox, iban, day):
    data = statement(iban, [Ntry(500)], day=day)
    for _ in range(2):
        (inbox / "a.xml").write_bytes(data)
        import_inbox()
    assert (names(inbox), names(inbox / "read")) == ([], ["a.xml"])
    assert Statement.objects.count() == 1


def test_statements_that_came_in_the_wrong_order_wait_for_each_other(inbox, iban, day):
    (inbox / "0.xml").write_bytes(statement(iban, [Ntry(500)], day=day, id="STM-1"))
    import_inbox()
    (inbox / "1.xml").write_bytes(statement(iban, [Ntry(1)], opening=700, id="STM-3", day=day))
    assert import_inbox() == 0
    [waiting] = StatementFile.objects.filter(status="waiting")
    assert waiting.code == "statement-missing"
    assert waiting.reasons[0]["code"] == "opening-differs"
    assert names(inbox) == ["1.xml"]
    for _ in range(3):
        import_inbox()
    assert Event.objects.filter(type="statement_file.waiting").count() == 1

    (inbox / "2.xml").write_bytes(statement(iban, [Ntry(200)], opening=500, id="STM-2", day=day))
    assert import_inbox() == 2
    assert names(inbox) == []
    assert list(Statement.objects.order_by("number").values_list("statement_id", flat=True)) == [
        "STM-1",
        "STM-2",
        "STM-3",
    ]
    waiting.refresh_from_db()
    assert (waiting.status, waiting.code) == ("imported", "")


class OnFirstWarning(logging.Handler):
    """Does something at the moment when the import of a file has failed and that is not noted yet."""

    def __init__(self, action):
        super().__init__()
        self.action = action

    def emit(self, record):
        action, self.action = self.action, None
        if action:
            action()


def test_what_is_imported_while_a_file_is_put_aside_is_noticed(inbox, iban, day):
    import_bank_file(statement(iban, [Ntry(500)], day=day, id="STM-1"), "1.xml", by=SYSTEM)
    between = statement(iban, [Ntry(200)], opening=500, id="STM-2", day=day)
    (inbox / "3.xml").write_bytes(statement(iban, [Ntry(1)], opening=700, id="STM-3", day=day))
    handler = OnFirstWarning(lambda: import_bank_file(between, "2.xml", by=SYSTEM))
    logger.addHandler(handler)
    try:
        assert import_inbox() == 0
    finally:
        logger.removeHandler(handler)
    assert StatementFile.objects.get(file_name="3.xml").status == "waiting"
    assert import_inbox() == 1
    assert (names(inbox), Statement.objects.count()) == ([], 3)


def test_accounts_take_turns_and_leave_the_rest_to_the_next_job(inbox, iban, day, settings):
    """A job with hardly any time reads one file, and of the account whose turn it is."""
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"timeout": 0}
    other = factories.bank_account("Other")
    prepare(other.path)
    for number in (1, 2, 3):
        (inbox / f"{number}.xml").write_bytes(statement(iban, id=f"A{number}", day=day))
    (other.path / "from_bank" / "1.xml").write_bytes(statement(other.read_iban(), id="B1", day=day))

    read = []
    for _ in range(4):
        OrmQ.objects.all().delete()
        assert import_inbox() == 1
        read.append(Statement.objects.order_by("-imported_at").values_list("statement_id", flat=True)[0])
        assert [nudged.task["args"] for nudged in OrmQ.objects.all()] == [(jobs.import_inbox.job_name,)]
    assert read == ["A1", "B1", "A2", "A3"]


def test_a_folder_that_cannot_be_read_holds_up_no_other(inbox, bank_account, iban, day):
    broken = factories.bank_account("Broken")
    BankAccount.objects.filter(pk=broken.pk).update(iban_ciphertext=b"\x00")
    prepare(broken.path)
    (broken.path / "from_bank" / "1.xml").write_bytes(statement(broken.read_iban(), id="B1", day=day))
    (inbox / "a.xml").write_bytes(statement(iban, [Ntry(500)], day=day))
    with pytest.raises(CannotDecrypt) as failure:
        import_inbox()
    assert "Broken" in failure.value.__notes__[0]
    assert names(inbox / "read") == ["a.xml"]


def test_refused_files_are_set_aside_with_a_row_and_an_event(inbox, iban, day):
    (inbox / "odd.xml").write_bytes(statement(iban, [Ntry(500)], closing=1, day=day))
    (inbox / "junk.bin").write_bytes(b"\x00\x01 no bank file")
    assert import_inbox() == 0
    assert names(inbox) == []
    assert names(inbox / "refused") == ["junk.bin", "odd.xml"]
    rows = StatementFile.objects.order_by("file_name").values_list("file_name", "status")
    assert list(rows) == [("junk.bin", "refused"), ("odd.xml", "refused")]
    odd = StatementFile.objects.get(file_name="odd.xml")
    assert odd.reasons[0]["code"] == "sums-do-not-add-up"
    assert Event.objects.filter(type="statement_file.refused", subject=odd.public_id).count() == 1
    assert not Statement.objects.exists()


def test_status_reports_are_left_to_the_rails(inbox):
    (inbox / "answer.xml").write_bytes(STATUS_REPORT)
    assert import_inbox() == 0
    assert names(inbox) == ["answer.xml"]
    assert not StatementFile.objects.exists()


def test_a_statement_of_another_account_is_refused(inbox, bank_account, day):
    other = factories.bank_account("Other")
    (inbox / "a.xml").write_bytes(statement(other.read_iban(), [Ntry(500)], day=day))
    import_inbox()
    assert StatementFile.objects.get().reasons[0]["code"] == "unknown-account"
