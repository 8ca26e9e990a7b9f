"""
Questions to a platform about one of its recipients, with a deadline.

A platform that knew why it is asked could warn its recipient. So a question is written for the platform to read, and
nothing of the review goes with it.
"""

from datetime import timedelta

from django.db import transaction

from apps.compliance.models import InformationRequest, Review
from apps.compliance.operations.reviews import CannotWorkOnReview, fact_of, lock_open
from apps.compliance.representation import represent_request
from apps.core.database import database_now
from apps.core.errors import Conflict, NotFound
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events

LONGEST_QUESTION = 1000
LONGEST_ANSWER = 2000
SHORTEST_DAYS, LONGEST_DAYS = 1, 30


class CannotAnswer(Conflict):
    """The question is not open, or this is no answer."""

    code = "cannot-answer"
    codes = {"not-open": ("The question is answered or closed already.", "Read it again; nothing is asked any more.")}
    title = "The answer was not taken"


@transaction.atomic
def ask_platform(review_id, question, *, days, by):
    """
    Ask the platform of a recipient in review something, to be answered within so many days.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if the review is decided already.
    :raises CannotWorkOnReview: if a question is open, this one is no plain text, or the days are out of range.
    """
    require_permission(by, "compliance.work_on_review")
    try:
        question = check_text(" ".join(question.split()), max_length=LONGEST_QUESTION)
    except InvalidText as fault:
        raise CannotWorkOnReview(f"The question: {fault.detail}") from fault
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise CannotWorkOnReview(f"Give the platform from {SHORTEST_DAYS} to {LONGEST_DAYS} days.")
    review = lock_open(review_id)
    if review.information_due_at:
        raise CannotWorkOnReview("One question is open already; close it, or wait for the answer.")

    now, recipient = database_now(), review.recipient_version.recipient
    request = InformationRequest.objects.create(
        partner_id=recipient.partner_id,
        recipient=recipient,
        review=review,
        question=question,
        asked_by=by,
        asked_at=now,
        due_at=now + timedelta(days=days),
    )
    _set_due(review, request.due_at)
    events.record("review.information_requested", [fact_of(review, {"question": [None, question]})], by=by)
    _tell("information_request.opened", request, by)
    return request


@transaction.atomic
def answer_information(request_id, answer, *, by):
    """
    Answer what compliance has asked; once. A late answer is taken too, as long as the question is open.

    :raises PermissionDenied: if `by` may not answer.
    :raises NotFound: if there is no such question, or it is another platform's.
    :raises CannotAnswer: if the question is not open, or the answer is no plain text.
    """
    require_permission(by, "compliance.answer_information")
    try:
        answer = check_text(" ".join(answer.split()), max_length=LONGEST_ANSWER)
    except InvalidText as fault:
        raise CannotAnswer(f"The answer: {fault.detail}") from fault
    request, review = _lock(request_id)
    if by.actor_kind == "key" and request.partner_id != by.partner_id:
        raise NotFound("There is no such question.")
    if request.status != InformationRequest.Status.OPEN:
        raise CannotAnswer(f"The question is {request.status} already.", code="not-open")
    request.status, request.answer, request.ended_at = InformationRequest.Status.ANSWERED, answer, database_now()
    request.answered_by = by.actor_label
    request.save(update_fields=["status", "answer", "answered_by", "ended_at"])
    _set_due(review, None)
    events.record("review.information_received", [fact_of(review, {"answer": [None, answer]})], by=by)
    _tell("information_request.answered", request, by)
    return request


@transaction.atomic
def close_information(request_id, *, by):
    """
    Take a question back that nobody needs an answer to any more.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotWorkOnReview: if it is not open.
    """
    require_permission(by, "compliance.work_on_review")
    request, review = _lock(request_id)
    if request.status != InformationRequest.Status.OPEN:
        raise CannotWorkOnReview(f"The question is {request.status} already.")
    _close(request, review, by)
    return request


def close_open_requests(review, *, by) -> None:
    """Close what is still asked about a locked review that was decided."""
    for request in review.information_requests.open().select_for_update(no_key=True):
        _end(request)
        _tell("information_request.closed", request, by)


def _close(request, review, by):
    _end(request)
    _set_due(review, None)
    events.record("review.information_closed", [fact_of(review, {"question": [request.question, None]})], by=by)
    _tell("information_request.closed", request, by)


def _end(request):
    request.status, request.ended_at = InformationRequest.Status.CLOSED, database_now()
    request.save(update_fields=["status", "ended_at"])


def _lock(request_id):
    """Lock the review of a question, as all who work on it do, then the question."""
    review_id = InformationRequest.objects.filter(pk=request_id).values_list("review_id", flat=True).first()
    if review_id is None:
        raise NotFound("There is no such question.")
    [review] = Review.objects.lock([review_id])
    [request] = InformationRequest.objects.select_related("recipient").lock([request_id])
    return request, review


def _set_due(review, due_at):
    review.information_due_at = due_at
    review.save(update_fields=["information_due_at"])


def _tell(event_type, request, by):
    """Tell the platform of a question: what it reads, and not who asked or why."""
    events.record(event_type, [events.Fact(request.public_id, request.partner_id, represent_request(request))], by=by)
