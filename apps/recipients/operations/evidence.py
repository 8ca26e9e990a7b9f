"""Documents about a recipient, and what people have made sure of: that an account is theirs."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, NotFound, PermissionDenied
from apps.core.permissions import require_permission
from apps.core.uploads import InvalidDocument, check_document
from apps.events import operations as events
from apps.recipients.models import MethodVerification, PayoutMethodVersion, Recipient, RecipientDocument

MOST_DOCUMENTS = 50
LONGEST_DAYS = 3 * 366


class CannotKeepDocument(Conflict):
    """The document is not taken; nothing was kept."""

    code = "cannot-keep-document"
    title = "The document cannot be kept"


class CannotVerify(Conflict):
    """The account is not verified this way; nothing was changed."""

    code = "cannot-verify-method"
    title = "The account cannot be verified"


@transaction.atomic
def add_document(recipient_id, kind: str, name: str, content: bytes, *, by, expires_on: date | None = None):
    """
    Keep a document about a recipient, encrypted.

    :raises PermissionDenied: if `by` may not keep documents.
    :raises NotFound: if there is no such recipient.
    :raises CannotKeepDocument: if it is empty, too large, of another type, there already, of no kind, or there are too many.
    """
    _require_person(by, "recipients.keep_documents")
    [recipient] = Recipient.objects.lock([recipient_id])
    if kind not in RecipientDocument.Kind.values:
        raise CannotKeepDocument("Say what kind of document it is.", code="kind-missing")
    document = RecipientDocument(recipient=recipient, kind=kind, expires_on=expires_on, added_by=by)
    try:
        document.write_document(check_document(name, content))
    except InvalidDocument as refusal:
        raise CannotKeepDocument(str(refusal), code="document-not-taken") from None
    known = list(recipient.documents.values_list("sha256", flat=True))
    if document.sha256 in known:
        raise CannotKeepDocument("This document is there already.", code="document-known")
    if len(known) >= MOST_DOCUMENTS:
        raise CannotKeepDocument(f"A recipient has at most {MOST_DOCUMENTS} documents.", code="too-many-documents")
    document.save(force_insert=True)
    events.record("recipient_document.added", [_fact(document)], by=by)
    return document


@transaction.atomic
def open_recipient_document(document_id, *, by) -> tuple[RecipientDocument, bytes]:
    """
    Return a document with its content; that it was opened is recorded.

    :raises PermissionDenied: if `by` may not keep documents.
    :raises NotFound: if there is none.
    """
    _require_person(by, "recipients.keep_documents")
    rows = RecipientDocument.objects.select_related("recipient").select_for_update(no_key=True, of=("self",))
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound("There is no such document.")
    events.record("recipient_document.opened", [_fact(document)], by=by)
    return document, document.read_content()


@transaction.atomic
def verify_method(version_id, how: str, *, by, reason: str, days: int, document_id: UUID | None = None):
    """
    Say that the account of a version of a method is its recipient's, how that is known, and for how many days it holds.

    What was verified before is verified anew: the earlier one is taken back.

    :raises PermissionDenied: if `by` may not verify accounts.
    :raises NotFound: if there is no such version or document.
    :raises CannotVerify: if `by` has entered the account, no reason is given, it holds for no time or for too long, or a
        statement is said to prove it and no document that holds is chosen.
    """
    _require_person(by, "recipients.verify_method")
    version = PayoutMethodVersion.objects.select_related("method").filter(pk=version_id).first()
    if version is None:
        raise NotFound("There is no such account.")
    [recipient] = Recipient.objects.lock([version.method.recipient_id])
    now = database_now()
    document = recipient.documents.filter(pk=document_id).first() if document_id else None
    _require_independent(version, by)
    _require_proof(how, reason, days, document, now)
    for former in version.verifications.filter(revoked_at=None).select_for_update():
        _revoke(former, by, now, "Verified anew")
    made = MethodVerification.objects.create(
        version=version,
        how=how,
        document=document,
        reason=" ".join(reason.split())[:400],
        verified_by=by,
        verified_at=now,
        valid_until=now + timedelta(days=days),
    )
    events.record("payout_method.verified", [_verification_fact(made, recipient)], by=by)
    return made


@transaction.atomic
def revoke_verification(verification_id, *, by, reason: str) -> MethodVerification:
    """
    Take back that an account was verified.

    :raises PermissionDenied: if `by` may not verify accounts.
    :raises NotFound: if there is no such verification.
    :raises CannotVerify: if it was taken back before, or no reason is given.
    """
    _require_person(by, "recipients.verify_method")
    [made] = MethodVerification.objects.select_related("version__method__recipient").lock([verification_id])
    if made.revoked_at:
        raise CannotVerify("It was taken back before.", code="revoked-already")
    if not reason.strip():
        raise CannotVerify("Say why.", code="reason-missing")
    _revoke(made, by, database_now(), reason)
    events.record(
        "payout_method.verification_revoked", [_verification_fact(made, made.version.method.recipient)], by=by
    )
    return made


def _require_independent(version, by) -> None:
    change = getattr(version, "change", None)
    behind = {version.created_by_id, *(change.excluded if change else ())}
    if behind & set(by.people_behind):
        raise CannotVerify("Somebody who has not entered the account verifies it.", code="own-account")


def _require_proof(how, reason, days, document, now) -> None:
    if how not in MethodVerification.How.values:
        raise CannotVerify("Say how it is known.", code="how-missing")
    if not reason.strip():
        raise CannotVerify("Say what you have seen.", code="reason-missing")
    if not 0 < days <= LONGEST_DAYS:
        raise CannotVerify(f"It holds for between one and {LONGEST_DAYS} days.", code="days-out-of-range")
    if how == MethodVerification.How.STATEMENT and document is None:
        raise CannotVerify("Choose the document that proves it.", code="document-missing")
    if document is not None and document.expires_on and document.expires_on < now.date():
        raise CannotVerify("This document has expired.", code="document-expired")


def _revoke(made, by, now, reason):
    made.revoked_by, made.revoked_at, made.revoked_reason = by, now, " ".join(reason.split())[:400]
    made.save(update_fields=["revoked_by", "revoked_at", "revoked_reason"])


def _require_person(by, permission):
    require_permission(by, permission)
    if by.actor_kind != "person":
        raise PermissionDenied("People keep and judge documents, and no program.", permission=permission)


def _fact(document) -> events.Fact:
    """Of the document and not of the recipient, whose events the platform counts."""
    data = {
        "id": document.public_id,
        "recipient": document.recipient.public_id,
        "kind": document.kind,
        "name": document.name,
        "sha256": document.sha256,
        "expires_on": document.expires_on,
    }
    return events.Fact(document.public_id, None, data)


def _verification_fact(made, recipient) -> events.Fact:
    data = {
        "id": made.public_id,
        "recipient": recipient.public_id,
        "method": made.version.method.public_id,
        "version": made.version.number,
        "how": made.how,
        "document": made.document and made.document.public_id,
        "reason": made.revoked_reason or made.reason,
        "valid_until": made.valid_until,
    }
    return events.Fact(made.version.public_id, None, data)
