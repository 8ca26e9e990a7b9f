import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.approvals.models import Decision
from apps.approvals.operations import CannotApprove
from apps.core.errors import PermissionDenied
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.errors import CannotCancel, CannotReject
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, cancel_payouts, create_payouts, reject_payouts
from apps.recipients.operations import MethodDraft, change_method
from tests import factories


@pytest.fixture
def large(platform, key):
    """A payout that needs two people."""
    return create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=key)[0]


def approve(payout, person, digest=None):
    return approve_payouts([payout.pk], by=person, digests={payout.pk: digest or payout.digest})[0]


def test_two_people_make_a_large_payout_go_on(large, approvers):
    assert approve(large, approvers[0]).status == "awaiting_approval"
    assert approve(large, approvers[1]).status == "scheduled"
    assert list(Event.objects.filter(subject=large.public_id).order_by("sequence").values_list("type", flat=True)) == [
        "payout.created", "payout.approval_given", "payout.approved",
    ]  # fmt: skip


def test_one_person_counts_once(large, approvers):
    approve(large, approvers[0])
    with pytest.raises(CannotApprove) as refusal:
        approve(large, approvers[0])
    assert [fault.code for fault in refusal.value.errors] == ["already-decided"]
    assert Decision.objects.count() == 1


def test_whoever_made_it_may_not_approve(platform, approvers, bank_account):
    maker = factories.person("operator")
    payout = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=maker)[0]
    assert maker.pk in payout.approval.excluded
    with pytest.raises(PermissionDenied):
        approve(payout, maker)


def test_whoever_changed_the_account_may_not_approve(platform, key, approvers):
    [first] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    editor = factories.person("operator")
    change_method(first.recipient_id, MethodDraft(factories.iban()), by=editor)
    [second] = create_payouts(
        platform.pk, [factories.payout_draft(amount=1_000_001, recipient=first.recipient_id)], by=key
    )
    assert editor.pk in second.approval.excluded


def test_other_content_than_shown_is_refused(large, approvers):
    with pytest.raises(CannotApprove) as refusal:
        approve(large, approvers[0], digest="0" * 64)
    assert [fault.code for fault in refusal.value.errors] == ["digest-changed"]
    assert not Decision.objects.exists()


def test_one_refusal_refuses_the_whole_set(large, platform, key, approvers):
    [small] = create_payouts(platform.pk, [factories.payout_draft(amount=100)], by=key)
    with pytest.raises(CannotApprove):
        approve_payouts([large.pk, small.pk], by=approvers[0], digests={p.pk: p.digest for p in (large, small)})
    assert not Decision.objects.exists()


def test_a_hundred_approvals_cost_the_statements_of_ten(platform, key, approvers):
    counts = []
    for size in (10, 100):
        payouts = create_payouts(platform.pk, [factories.payout_draft(amount=100_001) for _ in range(size)], by=key)
        with CaptureQueriesContext(connection) as captured:
            done = approve_payouts([p.pk for p in payouts], by=approvers[0], digests={p.pk: p.digest for p in payouts})
        assert len(done) == size
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_rejection_needs_a_reason_and_gives_the_money_back(large, approvers, platform):
    with pytest.raises(CannotReject):
        reject_payouts([large.pk], by=approvers[0], reason=" ")
    [payout] = reject_payouts([large.pk], by=approvers[0], reason="Not ours")
    assert (payout.status, payout.funding, payout.failure_reason) == ("rejected", "released", "Not ours")
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}


def test_cancelling_gives_the_money_back(large, key, platform):
    [payout] = cancel_payouts([large.pk], by=key, reason="Order withdrawn")
    assert (payout.status, payout.approval.status) == ("cancelled", "void")
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}
    with pytest.raises(CannotCancel):
        cancel_payouts([large.pk], by=key, reason="Again")
    assert Payout.objects.get().status == "cancelled"
