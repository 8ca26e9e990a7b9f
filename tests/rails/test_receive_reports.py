import os
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.events.models import Event
from apps.rails import jobs
from apps.rails.models import PaymentFile, ReportItem, StatusReport
from apps.rails.operations import hand_over, receive_report, receive_reports
from apps.rails.transports import folder
from tests.rails.conftest import new_bank_account, new_sealed_file
from tests.rails.samples import iban, status_report, transaction_status

pytestmark = [pytest.mark.django_db, pytest.mark.except_invariants("files_hold_their_attempts")]

REFUSAL = transaction_status("PO00TEST00000001", "RJCT", "AC04", "Account closed", instruction_id="PO00TEST00000001-1")


@pytest.fixture
def file(sealed_file):
    return hand_over(sealed_file.pk)


@pytest.fixture
def from_bank(bank_account):
    folder.prepare(bank_account.path)
    return bank_account.path / "from_bank"


def receive(file, **report):
    return receive_report(status_report(file.message_id, **report), "answer.xml", file.bank_account_id)


def state_of(file):
    return PaymentFile.objects.get(pk=file.pk).state


def test_report_is_stored_with_every_status_in_it(file):
    report = receive(file, group="PART", transactions=[REFUSAL])

    assert (report.file, report.message_id, report.original_message_id) == (file, "BANK-1", file.message_id)
    assert (report.is_parked, report.applied_at) == (False, None)
    assert report.read_content() == status_report(file.message_id, group="PART", transactions=[REFUSAL])
    fields = ("position", "level", "status", "outcome", "end_to_end_id", "instruction_id", "reason_code", "detail")
    assert list(report.items.order_by("position").values_list(*fields)) == [
        (1, "group", "PART", "partly", "", "", "", ""),
        (2, "transaction", "RJCT", "refused", "PO00TEST00000001", "PO00TEST00000001-1", "AC04", "Account closed"),
    ]
    assert list(StatusReport.objects.unapplied()) == [report]
    answers = report.answers()
    assert answers.outcome("PO00TEST00000001-1", "PO00TEST00000001") == "refused"
    assert answers.outcome("PO00TEST00000002-1", "PO00TEST00000002") == "accepted"


@pytest.mark.parametrize(
    ("report", "state"),
    [
        ({"group": "ACTC"}, "accepted"),
        ({"group": "PART", "transactions": [REFUSAL]}, "partly_accepted"),
        ({"group": "RJCT", "group_code": "FF01"}, "rejected"),
        ({"group": "PDNG"}, "handed_over"),
    ],
)
def test_file_takes_the_state_that_the_bank_gives_it(file, report, state):
    receive(file, **report)
    stored = PaymentFile.objects.get()

    assert stored.state == state
    assert (stored.answered_at is None) == (state == "handed_over")
    event = Event.objects.get(type="file.answered")
    assert event.subject == file.public_id
    assert event.changes == ({} if state == "handed_over" else {"state": ["handed_over", state]})


def test_acceptance_may_be_taken_back_and_a_refusal_may_not(file):
    receive(file, group="ACTC")
    receive(file, transactions=[REFUSAL], message_id="BANK-2")
    assert state_of(file) == "partly_accepted"
    receive(file, group="ACTC", message_id="BANK-3")
    assert state_of(file) == "partly_accepted"
    receive(file, group="RJCT", message_id="BANK-4")
    assert state_of(file) == "rejected"

    late = receive(file, group="ACCP", message_id="BANK-5")
    assert state_of(file) == "rejected"
    assert late.parked_code == "contradiction"
    assert StatusReport.objects.unapplied().count() == 4


def test_same_bytes_again_change_nothing(file):
    first = receive(file, group="ACTC")
    again = receive_report(status_report(file.message_id, group="ACTC"), "copy.xml", file.bank_account_id)

    assert again == first
    assert (StatusReport.objects.count(), ReportItem.objects.count()) == (1, 1)
    assert Event.objects.filter(type="file.answered").count() == 1


def test_answer_proves_that_the_bank_has_the_file(sealed_file):
    PaymentFile.objects.update(state="handing_over")
    receive(sealed_file, group="ACTC")
    stored = PaymentFile.objects.get()

    assert stored.state == "accepted"
    assert stored.handed_over_at is not None
    types = Event.objects.filter(subject=stored.public_id).order_by("sequence").values_list("type", flat=True)
    assert list(types) == ["file.sealed", "file.handed_over", "file.answered"]


def test_report_on_an_unknown_file_is_parked(file):
    content = status_report("SOMEONE-ELSES", group="ACTC")
    report = receive_report(content, "answer.xml", file.bank_account_id)

    assert (report.file, report.parked_code) == (None, "unknown-file")
    assert report.parked_reason == "It answers SOMEONE-ELSES, which is no file of ours."
    assert list(StatusReport.objects.parked()) == [report]
    assert list(StatusReport.objects.unapplied()) == []
    assert Event.objects.get(type="report.parked").subject == report.public_id
    assert state_of(file) == "handed_over"


def test_report_from_another_bank_accounts_folder_is_parked(file):
    other = new_bank_account(name="Other", folder_name="other", iban=iban("AT", "1000000000000001"))
    report = receive_report(status_report(file.message_id, group="RJCT"), "answer.xml", other.pk)

    assert (report.bank_account, report.file, report.parked_code) == (other, None, "other-bank-account")
    assert state_of(file) == "handed_over"


def test_report_on_a_file_that_was_never_handed_over_is_parked(sealed_file):
    report = receive(sealed_file, group="ACTC")

    assert report.parked_code == "not-handed-over"
    assert state_of(sealed_file) == "sealed"


def test_refusal_of_the_whole_as_a_duplicate_is_parked(file):
    report = receive(file, group="RJCT", group_code="DU01")

    assert report.parked_code == "called-duplicate"
    assert state_of(file) == "handed_over"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<Document><CstmrPmtStsRpt>", "not-xml"),
        (b"<!DOCTYPE x><Document><CstmrPmtStsRpt/></Document>", "dtd-not-allowed"),
        (b"<Document><CstmrPmtStsRpt/></Document>", "not-a-status-report"),
        (b"hello", "not-a-status-report"),
    ],
)
def test_unreadable_report_is_kept_and_parked(bank_account, content, code):
    report = receive_report(content, "answer.xml", bank_account.pk)

    assert report.parked_code == code
    assert report.read_content() == content
    assert list(StatusReport.objects.unapplied()) == []


def test_reports_are_collected_from_the_folder_and_put_away(file, from_bank):
    (from_bank / "a.xml").write_bytes(status_report(file.message_id, group="PART", transactions=[REFUSAL]))
    (from_bank / "b.xml").write_bytes(status_report("UNKNOWN"))
    (from_bank / "statement.xml").write_bytes(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>')
    (from_bank / "c.xml.part").write_bytes(status_report(file.message_id, group="RJCT"))
    (from_bank / ".d.xml").write_bytes(status_report(file.message_id, group="RJCT"))
    os.symlink("/etc/passwd", from_bank / "e.xml")
    received = receive_reports()

    assert [report.file_name for report in received] == ["a.xml", "b.xml"]
    assert state_of(file) == "partly_accepted"
    assert sorted(path.name for path in (from_bank / "read").iterdir()) == ["a.xml", "b.xml"]
    left = sorted(path.name for path in from_bank.iterdir())
    assert left == [".d.xml", "c.xml.part", "e.xml", "read", "statement.xml"]
    assert receive_reports() == []


def test_report_stored_before_a_crash_is_only_put_away(file, from_bank):
    content = status_report(file.message_id, group="ACTC")
    (from_bank / "a.xml").write_bytes(content)
    receive_report(content, "a.xml", file.bank_account_id)
    jobs.collect_reports()

    assert StatusReport.objects.count() == 1
    assert [path.name for path in (from_bank / "read").iterdir()] == ["a.xml"]


def test_report_put_away_before_is_not_overwritten_by_a_namesake(file, from_bank):
    first, second = status_report(file.message_id, group="ACTC"), status_report(file.message_id, transactions=[REFUSAL])
    for content in (first, second, second):
        (from_bank / "a.xml").write_bytes(content)
        receive_reports()

    kept = {path.name: path.read_bytes() for path in (from_bank / "read").iterdir()}
    assert kept.pop("a.xml") == first
    assert list(kept.values()) == [second]


def test_reports_of_all_bank_accounts_are_collected_when_one_has_no_folder(file, from_bank):
    new_bank_account(name="Other", folder_name="nowhere", iban=iban("AT", "1000000000000001"))
    (from_bank / "a.xml").write_bytes(status_report(file.message_id, group="ACTC"))

    assert len(receive_reports()) == 1


def test_report_is_kept_as_it_came(file):
    report = receive(file, transactions=[REFUSAL])
    for change in ({"content": b"x"}, {"parked_reason": "x", "parked_code": "x"}, {"file": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StatusReport.objects.update(**change)
    for attempt in (ReportItem.objects.all().delete, StatusReport.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportItem.objects.update(outcome="accepted")

    assert StatusReport.objects.filter(pk=report.pk).update(applied_at=datetime.now(UTC)) == 1
    assert list(StatusReport.objects.unapplied()) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusReport.objects.update(applied_at=None)


def test_number_of_statements_does_not_grow_with_the_report(bank_account):
    counts = []
    for count in (2, 900):
        file = hand_over(new_sealed_file(bank_account, count=count).pk)
        payments = [transaction_status(f"PO00TEST{n:08d}", "RJCT", "AC01") for n in range(1, count + 1)]
        content = status_report(file.message_id, transactions=payments)
        with CaptureQueriesContext(connection) as captured:
            receive_report(content, "answer.xml", bank_account.pk)
        counts.append(len(captured))
        assert state_of(file) == "rejected"

    assert counts[0] == counts[1]


def test_folder_that_cannot_be_read_keeps_no_other_waiting(file, from_bank, bank_folder):
    broken = new_bank_account(name="Other", folder_name="other", iban=iban("AT", "1000000000000001"))
    broken.path.mkdir()
    (broken.path / "from_bank").write_text("in the way")
    (from_bank / "a.xml").write_bytes(status_report(file.message_id, group="ACTC"))

    assert len(receive_reports()) == 1


def test_file_name_that_is_no_text_is_kept_readable(file, from_bank):
    with open(os.fsencode(from_bank) + b"/a\xff.xml", "wb") as stream:
        stream.write(status_report(file.message_id, group="ACTC"))

    assert [report.file_name for report in receive_reports()] == ["a?.xml"]


def test_files_can_be_looked_at_by_what_banks_said(file, sealed_file):
    receive(file, group="PART", transactions=[REFUSAL])

    assert [item.end_to_end_id for item in file.refusals()] == ["PO00TEST00000001"]
    assert list(PaymentFile.objects.totals()) == [
        {"state": "partly_accepted", "currency": "EUR", "files": 1, "payments": 2, "amount": 2003}
    ]
    assert list(PaymentFile.objects.stuck()) == []
    assert list(PaymentFile.objects.awaiting_answer()) == []
