"""Documents that people put to a review: kept encrypted, and opened by download only, which is recorded."""

from django.db import transaction

from apps.compliance.models import ReviewAttachment
from apps.compliance.operations.reviews import CannotWorkOnReview, fact_of, lock_open
from apps.core.permissions import require_permission
from apps.core.uploads import InvalidDocument, check_document
from apps.events import operations as events

MOST = 20


@transaction.atomic
def attach_document(review_id, name, content: bytes, *, by):
    """
    Put a document to an open review. Its type is what its first bytes say, whatever it is called.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if the review is decided already.
    :raises CannotWorkOnReview: if it is empty, too large, of another type, there already, or there are too many.
    """
    require_permission(by, "compliance.work_on_review")
    document = _checked(name, content)
    review = lock_open(review_id)
    known = list(review.attachments.values_list("sha256", flat=True))
    if document.sha256 in known:
        raise CannotWorkOnReview("This document is there already.")
    if len(known) >= MOST:
        raise CannotWorkOnReview(f"A review has at most {MOST} documents.")
    attachment = ReviewAttachment(
        review=review,
        name=document.name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
        added_by=by,
    )
    attachment.write_content(content)
    attachment.save(force_insert=True)
    changes = {"document": [None, document.name], "sha256": [None, document.sha256]}
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
    """Return the document as it is kept."""
    try:
        return check_document(name, content)
    except InvalidDocument as refusal:
        raise CannotWorkOnReview(str(refusal)) from None
