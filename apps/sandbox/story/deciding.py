"""The chapter of the people: a review cleared, another rejected, and two signatures on what is large."""

from apps.sandbox.story import staff
from apps.sandbox.story.cast import PARTS
from apps.sandbox.story.people import ANALYST, FIRST_APPROVER, OFFICER, SECOND_APPROVER
from apps.sandbox.story.telling import wait_until


def review(story):
    """The analyst compares each hit with the list and says what it is; the officer decides."""
    analyst, officer = story.browser(ANALYST), story.browser(OFFICER)
    reasons = {
        "clear": "Another person: born in another year, in another country.",
        "reject": "Name, country and date of birth are those on the list.",
    }
    for part in PARTS:
        if not part.review:
            continue
        payout = story.payouts[part.key]["id"]
        if story.state(payout) == "in_review":
            staff.decide_review(analyst, officer, payout, part.review, reasons[part.review])
        expected = "scheduled" if part.review == "clear" else "rejected"
        wait_until(f"{part.name} to be {expected}", lambda p=payout, e=expected: story.has_reached(p, e))
        verb = "cleared" if part.review == "clear" else "rejected"
        story.teller.promise(
            f"{part.name}, held by the watchlist, is {verb} by {OFFICER.name}, as {ANALYST.name} proposed", True
        )


def approve(story):
    """Two people approve; one person counts once."""
    first, second = story.browser(FIRST_APPROVER), story.browser(SECOND_APPROVER)
    for part in PARTS:
        if not part.needs_people:
            continue
        payout = story.payouts[part.key]["id"]
        if story.approvals(payout) == 0:
            staff.approve(first, payout)
        if story.state(payout) == "awaiting_approval":
            story.teller.promise(
                f"{part.name}: {FIRST_APPROVER.name} has approved, and cannot approve twice",
                story.approvals(payout) == 1 and not staff.may_approve(first, payout),
            )
            staff.approve(second, payout)
        wait_until(f"{part.name} to be scheduled", lambda p=payout: story.has_reached(p, "scheduled"))
        story.teller.promise(f"{part.name}: {SECOND_APPROVER.name} has approved too, and it is scheduled", True)
