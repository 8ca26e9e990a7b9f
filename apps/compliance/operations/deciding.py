"""
What a review comes to.

One person proposes to clear, and another one, an officer, clears: nobody alone lets a listed party be paid.
"""

from django.db import transaction

from apps.compliance.models import SHORTEST_REASON, Review
from apps.compliance.operations.information import close_open_requests
from apps.compliance.operations.reviews import CannotDecide, fact_of, lock_open, require_unchanged
from apps.core.database import database_now
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events

LONGEST_REASON = 2000

_DECISIONS = {"clear": Review.Status.CLEARED, "reject": Review.Status.REJECTED}


@transaction.atomic
def propose_decision(review_id, *, by, decision, reason, seen=None):
    """
    Say what an open review comes to, "clear" or "reject", for an officer to decide; it takes the place of what was said.

    :raises PermissionDenied: if `by` may not work on reviews.
    :raises CannotDecide: if the review is decided already, has changed since the event `seen`, or the reason is missing,
        too short or not plain text.
    """
    require_permission(by, "compliance.work_on_review")
    review = lock_open(review_id)
    require_unchanged(review, seen)
    _require_decision(decision)
    before = review.proposed_decision or None
    review.proposed_reason = _checked_reason(reason)
    review.proposed_decision, review.proposed_by, review.proposed_at = decision, by, database_now()
    review.save(update_fields=["proposed_decision", "proposed_by", "proposed_at", "proposed_reason"])
    changes = {"proposed_decision": [before, decision], "note": ["", review.proposed_reason]}
    events.record("review.proposed", [fact_of(review, changes)], by=by)
    return review


@transaction.atomic
def record_review_decision(review_id, *, by, decision, reason, seen=None):
    """
    Record an officer's decision, "clear" or "reject", on an open review. It is final.

    Clearing takes a second person, who has proposed it. Moving the payouts that wait for it is the caller's part.

    :raises PermissionDenied: if `by` may not decide reviews.
    :raises CannotDecide: if the review is decided already, has changed since the event `seen`, nobody else has proposed
        to clear it, or the reason is missing, too short or not plain text.
    """
    require_permission(by, "compliance.decide_review")
    review = lock_open(review_id)
    require_unchanged(review, seen)
    _require_decision(decision)
    if decision == "clear":
        _require_second_person(review, by)

    review.reason = _checked_reason(reason)
    review.status = _DECISIONS[decision]
    review.decided_by, review.decided_at = by, database_now()
    review.information_due_at = None
    review.save(update_fields=["status", "decided_by", "decided_at", "reason", "information_due_at"])
    changes = {"status": [Review.Status.OPEN.value, review.status.value]}
    close_open_requests(review, by=by)
    events.record(f"review.{review.status.value}", [fact_of(review, changes)], by=by)
    return review


def _require_decision(decision):
    if decision not in _DECISIONS:
        raise CannotDecide("A decision is either clear or reject.")


def _require_second_person(review, by):
    if review.proposed_decision != "clear":
        raise CannotDecide(
            "Clearing takes two people: somebody else of compliance has to propose it first.", code="not-proposed"
        )
    if set(by.people_behind) & set(review.proposed_by.people_behind):
        raise CannotDecide("You have proposed it, so another officer decides.", code="own-proposal")


def _checked_reason(reason):
    try:
        reason = check_text(" ".join(reason.split()), max_length=LONGEST_REASON)
    except InvalidText as fault:
        raise CannotDecide(f"The reason: {fault.detail}") from fault
    if len(reason) < SHORTEST_REASON:
        raise CannotDecide(f"Give a reason of at least {SHORTEST_REASON} characters; auditors read it.")
    return reason
