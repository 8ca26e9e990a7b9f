"""What operations on payouts share: the facts they record and the reservations they make."""

from apps.core.errors import Fault
from apps.core.queue import nudge
from apps.events import operations as events
from apps.events.queries import latest_of
from apps.ledger.posting import lock_available, post
from apps.payouts import jobs, postings
from apps.payouts.errors import Changed
from apps.payouts.models import Payout
from apps.payouts.representation import represent
from apps.payouts.states import State
from apps.rails.registry import RAILS


def require_unchanged(payouts, seen) -> None:
    """
    Refuse to act on locked payouts about which something has happened since a person was shown them.

    `seen` maps each id to the number of the last event that was shown; without it nothing is asked.

    :raises Changed: naming who changed what, and when.
    """
    if seen is None:
        return
    last = latest_of([payout.public_id for payout in payouts])
    faults = [
        Fault(
            f"/{payout.public_id}",
            "changed-meanwhile",
            f"{payout.reference} was changed by {event.actor_label} at {event.created_at:%-d %b %Y, %H:%M:%S} UTC"
            f" ({event.type.replace('.', ' ').replace('_', ' ')}). Nothing was done; look at it again.",
        )
        for payout in payouts
        if (event := last.get(payout.public_id)) and event.sequence != seen.get(payout.pk)
    ]
    if faults:
        detail = faults[0].detail if len(payouts) == 1 else f"{len(faults)} of {len(payouts)} have changed."
        raise Changed(detail, errors=faults)


def record(event_type, payouts, *, by, note=""):
    """Record one event per payout with its representation, and the state it came from."""
    events.record(event_type, [fact(payout, note) for payout in payouts], by=by)


def fact(payout, note=""):
    """Return the payout as it is now, for `events.record`, with the state it came from."""
    changes = {}
    if payout.came_from and payout.came_from != payout.status:
        changes["status"] = [payout.came_from, payout.status]
    if note:
        changes["note"] = ["", note]
    return events.Fact(payout.public_id, payout.partner_id, represent(payout), changes)


def reserve_in_order(payouts, on) -> list:
    """
    Reserve for payouts, oldest first, as far as each balance reaches; set their funding and return the journals.

    A payout that does not fit stops those behind it on the same balance, so that a large one is not starved.
    The balance rows stay locked until the transaction ends, so callers come here late.
    """
    wanting = [payout for payout in payouts if payout.funding == Payout.Funding.NONE]
    keys = {postings.funds(payout.partner.public_id, payout.currency) for payout in wanting}
    if not keys:
        return []
    left = lock_available(sorted(keys))
    drafts, short = [], set()
    for payout in wanting:
        key = postings.funds(payout.partner.public_id, payout.currency)
        if key in short or left[key] < payout.total:
            short.add(key)
            continue
        left[key] -= payout.total
        payout.funding = Payout.Funding.RESERVED
        drafts.append(postings.reserve(payout, on))
    return drafts


def go_at_once(payouts) -> None:
    """Have the banks called soon about payouts that wait for no cut-off."""
    if any(payout.status == State.SCHEDULED and RAILS[payout.rail].family == "call" for payout in payouts):
        nudge(jobs.call_banks)


def release(payouts, on) -> None:
    """Give back what was reserved for payouts that end before their rail was told."""
    post([postings.release(payout, on) for payout in payouts])
