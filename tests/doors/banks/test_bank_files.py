"""Bank files, banks' answers and our bank accounts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.events.models import Event
from apps.payouts.models import Attempt
from apps.payouts.operations import apply_reports, create_payouts, seal_files, start_due
from apps.rails.models import HandOver
from apps.rails.operations import receive_report
from tests import bank_files, factories
from tests.clocks import reach_cut_off
from tests.doors.visits import Visitor
from tests.reconciliation.conftest import send

FILES = "/admin/rails/paymentfile/"


@pytest.fixture
def file(sent):
    return Attempt.objects.get(payout=sent[0]).file


@pytest.fixture
def sealed_file(platform, key, bank_account):
    """A file of one payout whose cut-off has passed, and that is not handed over."""
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=1000)], by=key)
    reach_cut_off(bank_account, payouts)
    start_due()
    seal_files()
    return Attempt.objects.get(payout=payouts[0]).file


def test_the_page_tells_the_file_its_payments_and_its_way(file, sent, bank_account, auditor):
    page = Visitor(auditor).open(f"{FILES}{file.public_id}/")
    assert "60.00" in page
    assert file.message_id in page and file.sha256 in page
    assert all(payout.public_id in page and payout.end_to_end_id in page for payout in sent)
    assert "has not answered yet" in page
    assert bank_account.read_iban() not in page
    assert f'data-id="{file.public_id}"' in Visitor(auditor).open(FILES)


def test_answers_are_shown_in_plain_words(file, sent, bank_account, auditor):
    report = bank_files.status_report(file.message_id, refused={sent[1].end_to_end_id: "AC04"})
    receive_report(report, "answer.xml", bank_account.pk)
    apply_reports()
    page = Visitor(auditor).open(f"{FILES}{file.public_id}/")
    assert "Partly accepted" in page
    assert "The recipient's account is closed." in page
    report = file.reports.get()
    page = Visitor(auditor).open(f"/admin/rails/statusreport/{report.public_id}/")
    assert "AC04" in page and file.message_id in page


def test_a_download_is_the_bytes_and_is_recorded(file, treasurer):
    answer = Visitor(treasurer).client.post(f"{FILES}{file.public_id}/download/")
    assert answer.content == file.read_content()
    assert answer["Content-Disposition"] == f'attachment; filename="{file.file_name}"'
    event = Event.objects.get(type="file.downloaded")
    assert (event.subject, event.actor_label) == (file.public_id, "Tor Treasurer")


def test_who_may_not_download_is_told_who_may(file, auditor):
    page = Visitor(auditor).open(f"{FILES}{file.public_id}/")
    assert "Only operators and treasurers download" in page
    assert "/download/" not in page
    page = Visitor(auditor).press(f"{FILES}{file.public_id}/download/")
    assert "rails.download_file" in page
    assert not Event.objects.filter(type="file.downloaded").exists()


def test_looking_downloads_nothing(file, treasurer):
    Visitor(treasurer).open(f"{FILES}{file.public_id}/download/", expect=405)
    assert not Event.objects.filter(type="file.downloaded").exists()


def test_parked_answers_are_listed_with_their_reason(bank_account, auditor):
    receive_report(bank_files.status_report("FILNOBODY", group="ACCP"), "strange.xml", bank_account.pk)
    page = Visitor(auditor).open("/admin/rails/statusreport/?outcome=parked")
    assert "strange.xml" in page and "which is no file of ours" in page
    assert "strange.xml" not in Visitor(auditor).open("/admin/rails/statusreport/?outcome=applied")


def test_bank_accounts_show_masked_numbers_and_their_clock(stated, bank_account, auditor):
    for address in ("/admin/rails/bankaccount/", f"/admin/rails/bankaccount/{bank_account.public_id}/"):
        page = Visitor(auditor).open(address)
        assert bank_account.iban_masked in page
        assert bank_account.read_iban() not in page
        assert bank_account.folder in page


def test_ids_that_are_none_are_not_found(file, auditor, administrator):
    for unknown in ("fil_nonsense", file.bank_account.public_id, f"fil_{'0' * 26}"):
        Visitor(auditor).open(f"{FILES}{unknown}/", expect=404)
    Visitor(administrator).open(f"{FILES}{file.public_id}/", expect=403)


def test_a_file_costs_the_same_however_many_payments_it_has(file, platform, key, bank_account, auditor):
    more = send(platform, key, bank_account, [1000 + number for number in range(12)])
    other = Attempt.objects.get(payout=more[0]).file
    assert other != file
    visitor = Visitor(auditor)
    visitor.open(FILES)
    assert visitor.count_queries(f"{FILES}{file.public_id}/") == visitor.count_queries(f"{FILES}{other.public_id}/")


def test_a_file_is_brought_to_the_bank_by_hand(sealed_file, operator, treasurer, auditor):
    address = f"/admin/rails/paymentfile/{sealed_file.public_id}/"
    assert "Only operators and treasurers bring a file" in Visitor(auditor).open(address)
    page = Visitor(operator).press(f"{address}take/", reason="The folder is down")
    assert "The file is with you" in page and "The bank has got it" in page
    [taken] = HandOver.objects.all()
    proof = SimpleUploadedFile("receipt.pdf", b"%PDF-1.4 Receipt")
    page = Visitor(operator).press(f"{address}report/", hand_over=taken.public_id, channel="Web portal", document=proof)
    assert "Another person confirms that the bank has it." in page
    assert "who has neither taken nor reported it decides" in page
    assert 'value="confirm"' not in page
    second = Visitor(treasurer)
    assert "receipt.pdf" in second.open(address)
    answer = second.client.post(f"{address}document/", {"hand_over": taken.public_id})
    assert (answer.content, answer["Content-Disposition"]) == (
        b"%PDF-1.4 Receipt",
        'attachment; filename="receipt.pdf"',
    )
    assert "Confirmed: the bank has the file." in second.press(
        f"{address}decide/", hand_over=taken.public_id, decision="confirm"
    )
    sealed_file.refresh_from_db()
    assert sealed_file.state == "handed_over"
