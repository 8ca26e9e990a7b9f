"""A file that is brought to the bank by other means: one takes and reports it, a second confirms, the portal keeps away."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.operations import stop_sending
from apps.rails import jobs
from apps.rails.models import HandOver, PaymentFile
from apps.rails.operations import (
    CannotDecideHandOver,
    CannotHandOver,
    confirm_hand_over,
    give_back_file,
    hand_over,
    open_hand_over_document,
    receive_report,
    refuse_hand_over,
    report_hand_over,
    take_file,
)
from apps.rails.transports import folder
from tests import factories
from tests.rails.conftest import new_file
from tests.rails.test_hand_over import died_while_handing_over, lying

pytestmark = [pytest.mark.usefixtures("bank_folder"), pytest.mark.except_invariants("files_hold_their_attempts")]

PROOF = ("receipt.pdf", b"%PDF-1.4 The bank has it")


@pytest.fixture
def to_bank(bank_account):
    folder.prepare(bank_account.path)
    return bank_account.path / "to_bank"


@pytest.fixture
def people(db):
    return [factories.person(role) for role in ("operator", "treasurer", "approver")]


@pytest.fixture
def taken(sealed_file, people):
    return take_file(sealed_file.pk, by=people[0], reason="The folder is down")


@pytest.fixture
def reported(taken, people):
    return report_hand_over(taken.pk, by=people[0], channel="Web portal", bank_reference="UP-77", document=PROOF)


def state(file):
    return PaymentFile.objects.get(pk=file.pk).state


def test_the_portal_keeps_away_from_a_file_that_was_taken(taken, sealed_file, to_bank):
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(sealed_file.pk)
    assert refusal.value.code == "file-is-with-a-person"
    jobs.hand_over_files()
    assert (state(sealed_file), lying(to_bank)) == ("handing_over", [])
    assert PaymentFile.objects.get().problem == ""
    assert Event.objects.get(type="file.taken").data["reason"] == "The folder is down"


def test_the_bank_has_it_once_a_second_person_confirms(reported, sealed_file, people, to_bank):
    assert state(sealed_file) == "handing_over"
    for person in people[:1]:
        with pytest.raises(PermissionDenied):
            confirm_hand_over(reported.pk, by=person)
    file = confirm_hand_over(reported.pk, by=people[1])
    assert (file.state, file.handed_over_at is None) == ("handed_over", False)
    assert list(PaymentFile.objects.untold()) == [file]
    event = Event.objects.get(type="file.handed_over")
    assert (event.data["channel"], event.data["bank_reference"], event.data["document"]) == (
        "Web portal",
        "UP-77",
        reported.sha256,
    )
    jobs.hand_over_files()
    assert lying(to_bank) == []
    assert hand_over(sealed_file.pk).handed_over_at == file.handed_over_at
    with pytest.raises(CannotDecideHandOver):
        confirm_hand_over(reported.pk, by=people[2])


def test_whoever_took_or_reported_it_does_not_confirm(sealed_file, people):
    treasurer = people[1]
    taken = take_file(sealed_file.pk, by=treasurer, reason="The folder is down")
    report_hand_over(taken.pk, by=people[0], channel="Portal", document=PROOF)
    with pytest.raises(CannotDecideHandOver) as refusal:
        confirm_hand_over(taken.pk, by=treasurer)
    assert refusal.value.code == "own-hand-over"
    with pytest.raises(PermissionDenied):
        take_file(sealed_file.pk, by=SYSTEM, reason="x")
    assert state(sealed_file) == "handing_over"


def test_it_is_not_reported_without_a_document(taken, people):
    for details in (
        {"channel": "Portal", "document": None},
        {"channel": " ", "document": PROOF},
        {"channel": "Portal", "document": ("a.pdf", b"MZ a program")},
        {"channel": "Portal", "document": ("a.pdf", b"")},
        {"channel": "Portal", "document": ("a.pdf", b"%PDF-" + bytes(5 * 1024 * 1024))},
    ):
        with pytest.raises(CannotDecideHandOver):
            report_hand_over(taken.pk, by=people[0], **details)
    assert HandOver.objects.get().status == "taken"


def test_what_is_not_proven_stays_with_whoever_took_it(reported, sealed_file, people):
    with pytest.raises(CannotDecideHandOver):
        refuse_hand_over(reported.pk, by=people[2], reason=" ")
    again = refuse_hand_over(reported.pk, by=people[2], reason="Another file's receipt")
    assert (again.status, again.taken_by, state(sealed_file)) == ("taken", people[0], "handing_over")
    report_hand_over(again.pk, by=people[0], channel="Portal", document=PROOF)
    confirm_hand_over(again.pk, by=people[2])
    assert state(sealed_file) == "handed_over"


def test_a_file_that_did_not_get_to_the_bank_is_handed_over_by_the_portal(taken, sealed_file, people, to_bank):
    with pytest.raises(PermissionDenied):
        give_back_file(taken.pk, by=people[0], reason="I did not go")
    give_back_file(taken.pk, by=people[2], reason="The bank's portal is down too")
    jobs.hand_over_files()
    assert (state(sealed_file), lying(to_bank)) == ("handed_over", [sealed_file.file_name])


def test_what_was_reported_is_not_given_back(reported, sealed_file, people, to_bank):
    with pytest.raises(CannotDecideHandOver):
        give_back_file(reported.pk, by=people[2], reason="x")
    assert (state(sealed_file), lying(to_bank)) == ("handing_over", [])


def test_only_a_sealed_file_that_nobody_began_to_hand_over_is_taken(bank_account, sealed_file, people, to_bank):
    with pytest.raises(CannotHandOver):
        take_file(new_file(bank_account).pk, by=people[0], reason="x")
    with pytest.raises(CannotHandOver, match="Say why"):
        take_file(sealed_file.pk, by=people[0], reason=" ")
    stop_sending("everything", "", by=people[0], reason="Wait")
    with pytest.raises(CannotHandOver) as refusal:
        take_file(sealed_file.pk, by=people[0], reason="x")
    assert refusal.value.code == "sending-is-stopped"
    died_while_handing_over(sealed_file)
    with pytest.raises(CannotHandOver) as refusal:
        take_file(sealed_file.pk, by=people[0], reason="x")
    assert refusal.value.code == "file-not-sealed"
    assert not HandOver.objects.exists()


def test_the_banks_answer_proves_it_without_a_second_person(reported, sealed_file, bank_account):
    text = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>R1</MsgId><CreDtTm>2099-03-02T10:00:00</CreDtTm></GrpHdr>
    <OrgnlGrpInfAndSts><OrgnlMsgId>{sealed_file.message_id}</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>
    <GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"""
    report = receive_report(text.encode(), "report.xml", bank_account.pk)
    assert (report.parked_reason, state(sealed_file)) == ("", "accepted")
    row = HandOver.objects.get()
    assert (row.status, row.decided_by) == ("proved", None)


def test_the_document_is_encrypted_and_each_download_is_recorded(reported, people):
    found, content = open_hand_over_document(reported.pk, by=people[2])
    assert (found.document_name, content) == ("receipt.pdf", PROOF[1])
    assert b"The bank has it" not in bytes(HandOver.objects.get().document)
    assert Event.objects.filter(type="file.hand_over_document_opened").count() == 1
    with pytest.raises(PermissionDenied):
        open_hand_over_document(reported.pk, by=factories.person("auditor"))


def test_the_database_keeps_it_so(reported, sealed_file, people):
    for statement, parameters in (
        ("UPDATE rails_paymentfile SET lease_until = now() + interval '1 hour'", []),
        ("UPDATE rails_paymentfile SET state = 'handed_over', handed_over_at = now()", []),
        ("UPDATE rails_handover SET channel = 'Another'", []),
        ("UPDATE rails_handover SET status = 'taken'", []),
        ("UPDATE rails_handover SET status = 'confirmed', decided_at = now(), decided_by_id = %s", [people[0].pk]),
        ("DELETE FROM rails_handover", []),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
    assert state(sealed_file) == "handing_over"
