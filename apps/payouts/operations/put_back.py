"""Taking a payout back from its rail before anything was sent: out of an open file, or before the bank is called."""

from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.core.updating import update_rows
from apps.ledger.posting import post
from apps.payouts import facts, postings
from apps.payouts.models import Attempt, Hold, Payout


def put_back(given_up, reason, *, is_held) -> None:
    """
    Schedule payouts again, given as (locked payout, locked attempt), and give up their attempts.

    With `is_held` nothing tries them again before people have looked.
    """
    if not given_up:
        return
    now = database_now()
    payouts, attempts = [list(rows) for rows in zip(*given_up, strict=True)]
    for payout, attempt in given_up:
        payout.put_back()
        attempt.status, attempt.status_at, attempt.reason = Attempt.Status.ABANDONED, now, reason[:255]
    if is_held:
        Hold.objects.bulk_create(Hold(payout=payout, kind=Hold.Kind.MANUAL, reason=reason[:255]) for payout in payouts)
    Payout.objects.save_states(payouts)
    update_rows(attempts, "status", "status_at", "reason")
    post([postings.put_back(payout, attempt, now.date()) for payout, attempt in given_up])
    facts.record("payout.put_back", Payout.objects.with_facts_locked(payouts), by=SYSTEM, note=reason)
