"""
The pages of payouts, and the queues whose decisions move payouts.

What apps above know of a payout (its matches to statement lines) is read through the relations that they add to it.
"""

from apps.payouts.admin.accounts import MethodChangeAdmin
from apps.payouts.admin.approvals import ApprovalQueue
from apps.payouts.admin.batches import BatchAdmin
from apps.payouts.admin.payouts import PayoutAdmin
from apps.payouts.admin.people import PersonWithPayoutsAdmin
from apps.payouts.admin.plans import PlanAdmin
from apps.payouts.admin.reviews import ReviewAdmin

__all__ = [
    "ApprovalQueue",
    "BatchAdmin",
    "MethodChangeAdmin",
    "PayoutAdmin",
    "PersonWithPayoutsAdmin",
    "PlanAdmin",
    "ReviewAdmin",
]
