"""What people and platforms ask for."""

from dataclasses import replace
from unittest.mock import patch

from apps.core.database import LockingQuerySet, assert_in_transaction
from apps.core.ids import new_reference
from apps.payouts.models import Payout
from apps.payouts.operations import create, decide, holds
from tests.simulator.bugs.registry import bug, doubled


@bug
def cancel_while_sending():
    """A payout can be cancelled though its bank may have it."""

    def cancel_payouts(payout_ids, *, by, reason):
        Payout.objects.filter(pk__in=payout_ids, status__in=["submitting", "sent"]).update(status="cancelled")

    yield patch("tests.simulator.actors.platform.cancel_payouts", cancel_payouts)


@bug
def cancel_and_keep_the_money():
    """What was reserved for a payout stays reserved when it ends."""
    yield patch.object(decide.facts, "release", lambda *_: None)


@bug
def release_twice():
    """What was reserved for a payout is given back twice over."""
    yield doubled(decide.facts.postings, "release")


@bug
def clear_only_the_first():
    """Clearing a review moves one of the payouts that wait for it."""
    real = decide._pass_review

    def pass_review(payouts, by, reason):
        return real(payouts[:1], by, reason)

    yield patch.object(decide, "_pass_review", pass_review)


@bug
def fund_nobody():
    """Payouts that wait for money go on waiting when it has come."""
    yield patch("apps.payouts.operations.fund_waiting", lambda: 0)


@bug
def lift_and_forget_the_cut_off():
    """A payout whose hold is lifted after its cut-off keeps a cut-off that nobody looks at again."""

    def far(payouts):
        for payout in payouts:
            payout.cut_off_at = payout.cut_off_at.replace(year=payout.cut_off_at.year + 50)

    yield patch.object(holds, "replan", far)


@bug
def approve_for_one():
    """A single approval releases what needs two."""
    yield patch("apps.approvals.operations.requests.required_approvals", lambda *_: 1)


@bug
def check_no_reference_twice():
    """Nobody looks whether the platform has used a reference before."""
    yield patch("apps.payouts.operations.create._repeated_references", lambda *_: [])


@bug
def make_references_unique():
    """A request that comes again is made again, under a reference that is free."""
    real = create._taken_references

    def free(partner_id, drafts):
        taken = {int(fault.pointer.split("/")[1]) for fault in real(partner_id, drafts)}
        for position in taken:
            drafts[position] = replace(drafts[position], reference=new_reference("PO"))
        return []

    yield patch.object(create, "_taken_references", free)


@bug
def reserve_without_looking():
    """Money is reserved that is not there."""
    from apps.payouts import facts

    yield patch.object(facts, "lock_available", lambda keys: dict.fromkeys(keys, 10**12))


@bug
def lock_nothing():
    """Rows are read and not locked before they are changed."""

    def lock(self, ids):
        assert_in_transaction()
        return list(self.filter(pk__any_of=set(ids)).order_by("pk"))

    yield patch.object(LockingQuerySet, "lock", lock)
