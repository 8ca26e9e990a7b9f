"""
What people and machines do about watchlists and reviews.

Screening fails closed: without an active list nobody is clear. Nothing here tells a platform what was found, because
nobody listed may learn it from their platform; it sees that a payout waits, what it is asked, and how it went on.
"""

from apps.compliance.operations.attachments import attach_document, open_document
from apps.compliance.operations.deciding import propose_decision, record_review_decision
from apps.compliance.operations.information import (
    CannotAnswer,
    answer_information,
    ask_platform,
    close_information,
)
from apps.compliance.operations.reviews import (
    CannotDecide,
    CannotWorkOnReview,
    give_review,
    take_review,
    write_note,
)
from apps.compliance.operations.screening import Loaded, Verdict, foresee, load_watchlist, screen

__all__ = [
    "CannotAnswer",
    "CannotDecide",
    "CannotWorkOnReview",
    "Loaded",
    "Verdict",
    "answer_information",
    "ask_platform",
    "attach_document",
    "close_information",
    "foresee",
    "give_review",
    "load_watchlist",
    "open_document",
    "propose_decision",
    "record_review_decision",
    "screen",
    "take_review",
    "write_note",
]
