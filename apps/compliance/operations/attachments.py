"""Documents that people put to a review: kept encrypted, and opened by download only, which is recorded."""

import hashlib

from django.db import transaction

from apps.compliance.models import ReviewAttachment
from apps.compliance.operations.reviews import CannotWorkOnReview, fact_of, lock_open
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events

LARGEST = 5 * 1024 * 1024
MOST = 20

_BEGINNINGS = (
    (b"%PDF-", ReviewAttachment.Type.PDF, "pdf"),
    (b"\x89PNG\r\n\x1a\n", ReviewAttachment.Type.PNG, "png"),
    (b"\xff\xd8\xff", ReviewAttachment.Type.JPEG, "jpg"),
)


@transaction.atomic
def attach_document(review_id, name, content: bytes, *, by):
    """
    Put a document to an open review. Its type is what its first bytes say, whatever it is called.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if the review is decided already.
    :raises CannotWorkOnReview: if it is empty, too large, of another type, there already, or there are too many.
    """
    require_permission(by, "compliance.work_on_review")
    content_type, name = _checked(name, content)
    review = lock_open(review_id)
    digest = hashlib.sha256(content).hexdigest()
    known = list(review.attachments.values_list("sha256", flat=True))
    if digest in known:
        raise CannotWorkOnReview("This document is there already.")
    if len(known) >= MOST:
        raise CannotWorkOnReview(f"A review has at most {MOST} documents.")
    attachment = ReviewAttachment(
        review=review, name=name, content_type=content_type, size=len(content), sha256=digest, added_by=by
    )
    attachment.write_content(content)
    attachment.save(force_insert=True)
    changes = {"document": [None, name], "sha256": [None, digest]}
    events.record("review.document_added", [fact_of(review, changes)], by=by)
    return attachment


@transaction.atomic
def open_document(attachment_id, *, by) -> tuple[ReviewAttachment, bytes]:
    """
    Return a document with its content, and record who opened it.

    :raises PermissionDenied: if `by` may not work on reviews.
    """
    require_permission(by, "compliance.work_on_review")
    rows = ReviewAttachment.objects.select_related("review").select_for_update(no_key=True, of=("self",))
    attachment = rows.get(pk=attachment_id)
    # Of the document and not of the review: whoever looks at a review has not changed it.
    data = {
        "id": attachment.public_id,
        "review": attachment.review.public_id,
        "name": attachment.name,
        "sha256": attachment.sha256,
    }
    events.record("review.document_opened", [events.Fact(attachment.public_id, None, data)], by=by)
    return attachment, attachment.read_content()


def _checked(name, content):
    """Return the type of a document and the name it is kept by."""
    if not content:
        raise CannotWorkOnReview("Choose a document; this one is empty.")
    if len(content) > LARGEST:
        raise CannotWorkOnReview(f"A document has at most {LARGEST // 1024 // 1024} MiB.")
    for beginning, content_type, ending in _BEGINNINGS:
        if content.startswith(beginning):
            return content_type, f"{_stem(name)}.{ending}"
    raise CannotWorkOnReview("Only PDF, PNG and JPEG documents are taken.")


def _stem(name):
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    try:
        stem = check_text(stem, max_length=100)
    except InvalidText:
        return "document"
    return "".join(character if character.isalnum() or character in " -_()" else "_" for character in stem)
