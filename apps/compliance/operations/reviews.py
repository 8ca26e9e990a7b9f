"""What people do with a review before it is decided: take it on, give it to a colleague, write down what they find."""

from django.db import transaction

from apps.compliance.models import Review, ReviewNote
from apps.core.errors import Conflict, NotFound
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events
from apps.events.queries import latest_of
from apps.users.models import User

LONGEST_NOTE = 4000


class CannotDecide(Conflict):
    """The review cannot be decided this way now."""

    code = "cannot-decide-review"
    title = "The review cannot be decided"


class CannotWorkOnReview(Conflict):
    """This cannot be done to the review now."""

    code = "cannot-work-on-review"
    title = "The review is as it was"


@transaction.atomic
def take_review(review_id, *, by):
    """
    Take an open review on, also from a colleague.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if it is decided already.
    """
    require_permission(by, "compliance.work_on_review")
    review = lock_open(review_id)
    return _assign(review, by, by)


@transaction.atomic
def give_review(review_id, to_id, *, by):
    """
    Give an open review to a colleague who may work on it.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises NotFound: if there is no such person.
    :raises CannotDecide: if it is decided already.
    :raises CannotWorkOnReview: if that person may not work on reviews.
    """
    require_permission(by, "compliance.work_on_review")
    review = lock_open(review_id)
    person = User.objects.filter(pk=to_id, kind=User.Kind.PERSON).first()
    if person is None:
        raise NotFound("There is no such person.")
    if not person.has_perm("compliance.work_on_review"):
        raise CannotWorkOnReview(f"{person.name} does not work on reviews.")
    return _assign(review, person, by)


@transaction.atomic
def write_note(review_id, text, *, by):
    """
    Write down something about an open review; only those who work on reviews read it.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if it is decided already.
    :raises CannotWorkOnReview: if the note is empty, too long or no plain text.
    """
    require_permission(by, "compliance.work_on_review")
    try:
        text = "\n".join(check_text(line, max_length=LONGEST_NOTE, blank=True) for line in text.splitlines()).strip()
    except InvalidText as fault:
        raise CannotWorkOnReview(f"The note: {fault.detail}") from fault
    if not text or len(text) > LONGEST_NOTE:
        raise CannotWorkOnReview(f"A note has from 1 to {LONGEST_NOTE} characters.")
    review = lock_open(review_id)
    note = ReviewNote.objects.create(review=review, author=by, text=text)
    events.record("review.noted", [fact_of(review, {"note": [None, note.public_id]})], by=by)
    return note


def lock_open(review_id):
    """
    Lock a review, for whoever is about to change it.

    :raises NotFound: if there is no such review.
    :raises CannotDecide: if it is decided already.
    """
    [review] = Review.objects.lock([review_id])
    if review.status != Review.Status.OPEN:
        who = f" by {review.decided_by} at {review.decided_at:%Y-%m-%d %H:%M} UTC" if review.decided_by else ""
        raise CannotDecide(f"Review {review.public_id} is {review.status} already{who}.")
    return review


def require_unchanged(review, seen) -> None:
    """
    Refuse to act on a locked review about which something has happened since a person was shown it.

    `seen` is the number of the last event that was shown; without it nothing is asked.

    :raises CannotDecide: naming who changed what, and when.
    """
    if seen is None:
        return
    last = latest_of([review.public_id]).get(review.public_id)
    if last and last.sequence != seen:
        raise CannotDecide(
            f"It was changed by {last.actor_label} at {last.created_at:%-d %b %Y, %H:%M:%S} UTC"
            f" ({last.type.replace('.', ' ').replace('_', ' ')}). Nothing was done; look at it again.",
            code="changed-meanwhile",
        )


def fact_of(review, changes=None):
    """Tell what happened to a review, to the house only."""
    version = review.recipient_version
    data = {
        "id": review.public_id,
        "object": "review",
        "status": str(review.status),
        "recipient": version.recipient.public_id,
        "recipient_version": version.public_id,
        "screening": review.screening.public_id,
        "lists": review.screening.lists,
        "algorithm": review.screening.algorithm,
        "hits": [{key: hit[key] for key in ("list", "uid", "listed_name", "score")} for hit in review.screening.hits],
        "due_at": review.due_at,
        "reason": review.reason,
    }
    return events.Fact(review.public_id, None, data, changes or {})


def _assign(review, person, by):
    if review.assignee_id == person.pk:
        return review  # a button that was pressed twice
    before = review.assignee.name if review.assignee else None
    review.assignee = person
    review.save(update_fields=["assignee"])
    event = "review.taken" if person == by else "review.given"
    events.record(event, [fact_of(review, {"assignee": [before, person.name]})], by=by)
    return review
