"""Documents about recipients, and accounts that somebody has made sure of."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.database import database_now
from apps.core.errors import NotFound, PermissionDenied
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.recipients.models import MethodVerification, PayoutMethodVersion, RecipientDocument
from apps.recipients.operations import (
    LONGEST_DAYS,
    CannotKeepDocument,
    CannotVerify,
    add_document,
    change_method,
    create_recipients,
    open_recipient_document,
    revoke_verification,
    verify_method,
)
from tests import factories

LETTER = b"%PDF-1.4 The account is hers"
REASON = "Name and number are those on the letter"


@pytest.fixture
def recipient(db):
    platform = factories.partner()
    [recipient] = create_recipients(platform.pk, [factories.recipient_draft()], by=SYSTEM)
    return recipient


@pytest.fixture
def version(recipient):
    return PayoutMethodVersion.objects.get(method__recipient=recipient.pk)


@pytest.fixture
def operator(db):
    return factories.person("operator", "Oda Operator")


@pytest.fixture
def letter(recipient, operator):
    return add_document(recipient.pk, "account", "Letter.exe", LETTER, by=operator, expires_on=date(2099, 1, 1))


def test_a_document_is_kept_encrypted_under_the_type_it_is(letter, recipient, operator):
    row = RecipientDocument.objects.defer(None).get()
    assert (row.name, row.content_type, row.size, row.added_by) == ("Letter.pdf", "application/pdf", 28, operator)
    assert b"hers" not in bytes(row.content)
    assert row.read_content() == LETTER
    event = Event.objects.get(type="recipient_document.added")
    assert (event.subject, event.partner_id, event.data["recipient"]) == (row.public_id, None, recipient.public_id)


def test_each_download_is_recorded(letter, operator):
    analyst = factories.person("compliance_analyst")
    for person in (operator, analyst):
        assert open_recipient_document(letter.pk, by=person)[1] == LETTER
    opened = Event.objects.filter(type="recipient_document.opened").order_by("id")
    assert [event.actor_id for event in opened] == [operator.public_id, analyst.public_id]
    with pytest.raises(NotFound):
        open_recipient_document(uuid7(), by=operator)


def test_what_is_no_document_is_not_kept(recipient, letter, operator, monkeypatch):
    monkeypatch.setattr("apps.recipients.operations.evidence.MOST_DOCUMENTS", 1)
    for kind, content, code in (
        ("identity", b"", "document-not-taken"),
        ("identity", b"MZ a program", "document-not-taken"),
        ("identity", b"%PDF-" + bytes(5 * 1024 * 1024), "document-not-taken"),
        ("account", LETTER, "document-known"),
        ("nonsense", b"%PDF-another", "kind-missing"),
        ("identity", b"%PDF-another", "too-many-documents"),
    ):
        with pytest.raises(CannotKeepDocument) as refusal:
            add_document(recipient.pk, kind, "a.pdf", content, by=operator)
        assert refusal.value.code == code
    assert RecipientDocument.objects.count() == 1


@pytest.mark.parametrize("role", ["approver", "treasurer", "auditor", "administrator"])
def test_others_neither_keep_nor_open_nor_verify(recipient, letter, version, role):
    for person in (factories.person(role), SYSTEM):
        for attempt in (
            lambda person=person: add_document(recipient.pk, "other", "a.pdf", b"%PDF-2", by=person),
            lambda person=person: open_recipient_document(letter.pk, by=person),
            lambda person=person: verify_method(version.pk, "person", by=person, reason=REASON, days=9),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
    assert (RecipientDocument.objects.count(), MethodVerification.objects.count()) == (1, 0)


def test_an_account_is_verified_by_a_statement_until_it_is_not(version, letter, operator):
    made = verify_method(version.pk, "statement", by=operator, reason=REASON, days=30, document_id=letter.pk)
    now = database_now()
    assert list(version.verifications.in_force(now)) == [made]
    assert list(version.verifications.in_force(now + timedelta(days=31))) == []
    event = Event.objects.get(type="payout_method.verified")
    assert (event.subject, event.data["document"]) == (version.public_id, letter.public_id)

    again = verify_method(version.pk, "person", by=operator, reason="They read it to me on the phone", days=5)
    made.refresh_from_db()
    assert (made.revoked_by, made.revoked_reason) == (operator, "Verified anew")
    with pytest.raises(CannotVerify):
        revoke_verification(again.pk, by=operator, reason=" ")
    revoke_verification(again.pk, by=operator, reason="It was somebody else")
    assert list(version.verifications.in_force(database_now())) == []
    with pytest.raises(CannotVerify):
        revoke_verification(again.pk, by=operator, reason="Twice")


def test_it_is_not_verified_without_proof(version, recipient, letter, operator):
    old = add_document(recipient.pk, "account", "old.pdf", b"%PDF-old", by=operator, expires_on=date(2020, 1, 1))
    for how, details, code in (
        ("statement", {}, "document-missing"),
        ("statement", {"document_id": uuid7()}, "document-missing"),
        ("statement", {"document_id": old.pk}, "document-expired"),
        ("person", {"reason": " "}, "reason-missing"),
        ("person", {"days": 0}, "days-out-of-range"),
        ("person", {"days": LONGEST_DAYS + 1}, "days-out-of-range"),
        ("feeling", {}, "how-missing"),
    ):
        with pytest.raises(CannotVerify) as refusal:
            verify_method(version.pk, how, by=operator, **{"reason": REASON, "days": 9} | details)
        assert refusal.value.code == code
    assert not MethodVerification.objects.exists()


def test_whoever_entered_an_account_does_not_verify_it(recipient, version, operator):
    change_method(recipient.pk, factories.recipient_draft().method, by=operator, reason="They asked for it")
    other = PayoutMethodVersion.objects.exclude(pk=version.pk).get()
    with pytest.raises(CannotVerify) as refusal:
        verify_method(other.pk, "person", by=operator, reason=REASON, days=9)
    assert refusal.value.code == "own-account"
    verify_method(other.pk, "person", by=factories.person("compliance_analyst"), reason=REASON, days=9)
    assert not version.verifications.exists(), "of another version nobody has made sure"
    MethodVerification.objects.filter(version=other).update(
        revoked_at=database_now(), revoked_by=operator, revoked_reason="To try the table"
    )
    with pytest.raises(IntegrityError, match="has not entered it"), transaction.atomic():
        MethodVerification.objects.create(
            version=other, how="person", reason="x", verified_by=operator, valid_until=database_now() + timedelta(1)
        )


def test_the_database_keeps_documents_and_verifications(version, letter, operator):
    verify_method(version.pk, "statement", by=operator, reason=REASON, days=30, document_id=letter.pk)
    for statement in (
        "UPDATE recipients_recipientdocument SET name = 'another.pdf'",
        "DELETE FROM recipients_recipientdocument",
        "UPDATE recipients_methodverification SET valid_until = valid_until + interval '1 year'",
        "UPDATE recipients_methodverification SET revoked_at = now()",
        "DELETE FROM recipients_methodverification",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert version.verifications.in_force(database_now()).exists()
