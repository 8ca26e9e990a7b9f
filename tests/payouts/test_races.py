"""Operations that meet on the same payouts: exactly one effect each. Every test commits, on a fresh database."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from apps.approvals.models import Decision
from apps.core.permissions import SYSTEM
from apps.ledger.models import Journal
from apps.ledger.queries import balances
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import (
    QuoteDraft,
    approve_payouts,
    cancel_payouts,
    create_batch,
    create_payouts,
    create_quote,
    decide_review,
    mark_handed_over,
    reject_payouts,
    screen_waiting,
    seal_files,
    start_due,
    stop_sending,
    submit,
)
from apps.payouts.states import State
from apps.rails.jobs import hand_over_files
from apps.rails.models import PaymentFile, Stop
from apps.recipients.models import Recipient
from apps.recipients.operations import create_recipients
from apps.reconciliation.operations import import_bank_file
from tests import factories
from tests.clocks import reach_cut_off
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, bring_to_bank
from tests.threads import at_once, refused

pytestmark = pytest.mark.usefixtures("committed_db")

ROUNDS = 5
"""Enough to meet in both orders; each round costs a few milliseconds of people's clicks."""


@pytest.fixture
def create(platform, key):
    def create(amount, count=1, **details):
        return create_payouts(
            platform.pk, [factories.payout_draft(amount=amount, **details) for _ in range(count)], by=key
        )

    return create


def approve(payout, person):
    return approve_payouts([payout.pk], by=person, digests={payout.pk: payout.digest})


def test_two_approvers_at_once_complete_it_once(create, approvers):
    for _ in range(ROUNDS):
        [payout] = create(1_000_001)
        outcomes = at_once(*[partial(approve, payout, person) for person in approvers])
        assert len(refused(outcomes)) == 1, "two were needed, the third came too late"
        assert Payout.objects.get(pk=payout.pk).status == State.SCHEDULED
        assert Decision.objects.filter(request=payout.approval).count() == 2


def test_one_person_in_two_windows_counts_once(create, approvers):
    [payout] = create(1_000_001)
    assert len(refused(at_once(*[partial(approve, payout, approvers[0])] * 3))) == 2
    assert Payout.objects.get().approval.approvals == 1


@pytest.mark.parametrize("other", ["cancel", "reject"])
def test_approve_against_an_end_has_one_winner(create, approvers, key, platform, other):
    ends = {
        "cancel": lambda payout: cancel_payouts([payout.pk], by=key, reason="Withdrawn"),
        "reject": lambda payout: reject_payouts([payout.pk], by=approvers[1], reason="Unknown invoice"),
    }
    for _ in range(ROUNDS):
        [payout] = create(100_001)
        at_once(partial(approve, payout, approvers[0]), partial(ends[other], payout))
        payout = Payout.objects.get(pk=payout.pk)
        if payout.status == State.SCHEDULED:
            assert (other, payout.funding) == ("reject", "reserved")
        else:
            assert payout.funding == "released"
    free = Payout.objects.exclude(status=State.SCHEDULED).count()
    assert balances(platform.public_id)["EUR"]["reserved"] == (ROUNDS - free) * 100_001


def test_two_officers_decide_a_review_once(create, officer):
    other = factories.person("compliance_officer")
    [payout] = create(5000, recipient=factories.recipient_draft(factories.LISTED))
    factories.propose_to_clear(payout.review_id)
    outcomes = at_once(
        lambda: decide_review(payout.review_id, by=officer, decision="clear", reason="Another date of birth."),
        lambda: decide_review(payout.review_id, by=other, decision="reject", reason="It is the listed person."),
    )
    assert len(refused(outcomes)) == 1
    assert Payout.objects.get().status in (State.SCHEDULED, State.REJECTED)


def test_a_review_is_decided_while_its_payout_is_cancelled(create, officer, key):
    for _ in range(ROUNDS):
        [payout] = create(5000, recipient=factories.recipient_draft(factories.LISTED))
        at_once(
            lambda: cancel_payouts([payout.pk], by=key, reason="Withdrawn"),  # noqa: B023 - called in this round
            lambda: decide_review(payout.review_id, by=officer, decision="reject", reason="It is the listed person."),  # noqa: B023
        )
        assert Payout.objects.get(pk=payout.pk).status in (State.CANCELLED, State.REJECTED)
        payout.review.refresh_from_db()
        assert payout.review.status == "rejected"


def test_a_rejection_meets_new_payouts_to_the_same_recipient(create, officer, platform):
    for _ in range(ROUNDS):
        [payout] = create(5000, recipient=factories.recipient_draft(factories.LISTED))
        at_once(
            partial(create, 100, count=20, recipient=payout.recipient_id),
            partial(decide_review, payout.review_id, by=officer, decision="reject", reason="It is the listed person."),
        )
    screen_waiting()
    assert set(Payout.objects.values_list("status", flat=True)) == {State.REJECTED}
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}


def test_a_locked_payout_can_be_referred_to_but_not_locked_again(create):
    [payout] = create(1000)

    def asked(strength):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT FROM payouts_payout WHERE id = %s FOR {strength} NOWAIT", [payout.pk])

    with transaction.atomic():
        Payout.objects.lock([payout.pk])
        at_once(partial(asked, "KEY SHARE"))
        with pytest.raises(OperationalError):
            at_once(partial(asked, "NO KEY UPDATE"))


def test_four_workers_at_the_cut_off_make_one_file(create, bank_account):
    reach_cut_off(bank_account, create(1000, count=30))

    def work():
        start_due()
        seal_files()
        hand_over_files()
        mark_handed_over()

    at_once(work, work, work, work)
    work()
    assert PaymentFile.objects.count() == 1
    assert Attempt.objects.count() == 30
    assert Journal.objects.filter(moment="payout.submitted").count() == 30
    assert set(Payout.objects.values_list("status", flat=True)) == {State.SENT}
    assert len(list((bank_account.path / "to_bank").glob("*.xml"))) == 1


def test_cancel_against_the_cut_off_has_one_winner(create, bank_account, key, platform):
    payouts = create(1000, count=5)
    reach_cut_off(bank_account, payouts)
    at_once(start_due, lambda: cancel_payouts([payout.pk for payout in payouts], by=key, reason="Withdrawn"))
    start_due()
    assert {p.status for p in Payout.objects.all()} in ({State.CANCELLED}, {State.SUBMITTING})
    assert Attempt.objects.count() == Payout.objects.filter(status=State.SUBMITTING).count()


def test_payouts_of_one_balance_at_once_never_overdraw(platform, key):
    def create():
        return create_payouts(platform.pk, [factories.payout_draft(amount=4_000_000)], by=key)

    at_once(*[create] * 4)
    assert sorted(Payout.objects.values_list("funding", flat=True)) == ["none", "none", "reserved", "reserved"]
    assert balances(platform.public_id)["EUR"] == {"funds": 2_000_000, "reserved": 8_000_000}


def test_payouts_of_one_balance_at_once_never_overdraw_it_by_their_fees(platform, key):
    factories.fees(platform=platform, fixed=50)

    def create():
        return create_payouts(platform.pk, [factories.payout_draft(amount=2_500_000)], by=key)

    at_once(*[create] * 4)
    assert sorted(Payout.objects.values_list("funding", flat=True)) == ["none", "reserved", "reserved", "reserved"]
    assert balances(platform.public_id)["EUR"] == {"funds": 2_499_850, "reserved": 7_500_150}


def test_fees_are_earned_and_given_back_while_others_are_reserved(create, platform, key, bank_account):
    """Statement lines move what payouts and their fees wait on, while the same balance pays for new ones."""
    factories.fees(platform=platform, fixed=50)
    bank, gone = Bank(bank_account), 0
    bank.state_notified()
    for _ in range(ROUNDS):
        payouts = create(1000, count=4)
        bring_to_bank(payouts, bank_account)
        debits = [Ntry(-1000, [Tx(1000, payout.end_to_end_id)]) for payout in payouts]
        back = Ntry(1000, [Tx(1000, payouts[0].end_to_end_id, role="Dbtr", ret="AC04")])
        data = bank.write([*debits, back, Ntry(7, text="who?")])
        at_once(
            partial(import_bank_file, data, "statement.xml", by=SYSTEM),
            *[partial(create, 1000, count=5)] * 2,
        )
        gone += 3 * 1050 + 10 * 1050
        assert balances(platform.public_id)["EUR"]["funds"] == 10_000_000 - gone
        cancel_payouts(
            [payout.pk for payout in Payout.objects.filter(status=State.SCHEDULED)], by=key, reason="Withdrawn"
        )
        gone -= 10 * 1050
    assert balances("")["EUR"]["fee_income"] == ROUNDS * 3 * 50


def test_one_quote_at_once_prices_one_payout(platform, key):
    factories.fees(platform=platform, fixed=50)
    quote = create_quote(platform.pk, QuoteDraft(1000, "EUR", country="DE"), by=key)
    draft = partial(factories.payout_draft, amount=1000, quote=quote.pk)
    outcomes = at_once(*[lambda: create_payouts(platform.pk, [draft()], by=key)] * 3)
    assert Payout.objects.get().quote_id == quote.pk
    assert {fault.code for refusal in refused(outcomes) for fault in refusal.errors} == {"quote-used"}
    assert balances(platform.public_id)["EUR"]["reserved"] == 1050


def test_one_reference_at_once_makes_one_payout(platform, key):
    outcomes = at_once(*[lambda: create_payouts(platform.pk, [factories.payout_draft(reference="ONCE")], by=key)] * 3)
    assert Payout.objects.count() == 1
    assert {fault.code for refusal in refused(outcomes) for fault in refusal.errors} == {"duplicate-reference"}


def test_nothing_starts_after_a_stop_has_returned(create, bank_account, operator, monkeypatch):
    """
    The clerk looks when `stop_sending` returns: whatever starts later would show then, and nothing may.

    Starting goes by one payout at a time, so that the stop falls between two of them.
    """
    monkeypatch.setattr(submit, "CHUNK", 1)
    payouts = create(1000, count=12)
    reach_cut_off(bank_account, payouts)

    def stop():
        stop_sending("everything", by=operator, reason="Suspicious")
        return Attempt.objects.count()

    _, then, _ = at_once(start_due, stop, start_due)
    assert Attempt.objects.count() == then
    assert Payout.objects.filter(status=State.SCHEDULED).count() == 12 - then
    assert start_due() == 0


def test_a_stop_waits_for_who_is_about_to_start(create, bank_account, operator):
    """A transaction that has asked what is stopped holds the stop back until it has ended."""
    with transaction.atomic():
        Stop.objects.freeze()
        with pytest.raises(OperationalError):
            at_once(partial(stop_within, operator, "200ms"))
    at_once(partial(stop_within, operator, "200ms"))
    assert Stop.objects.open().count() == 1


def stop_within(operator, time):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [time])
        stop_sending("everything", by=operator, reason="Suspicious")


def test_two_who_stop_the_same_at_once_make_one_stop(operator, analyst):
    outcomes = at_once(
        *[partial(stop_sending, "everything", by=person, reason="Suspicious") for person in (operator, analyst)] * 2
    )
    assert (len(refused(outcomes)), Stop.objects.count()) == (3, 1)


def test_a_batch_reference_is_taken_once(platform, key):
    drafts = [factories.payout_draft(amount=1000)]
    outcomes = at_once(*[partial(create_batch, platform.pk, "WEEK-48", drafts, by=key)] * 4)
    assert {fault.code for refusal in refused(outcomes) for fault in refusal.errors} <= {"duplicate-reference"}
    assert len(refused(outcomes)) == 3
    assert Payout.objects.count() == 1


def test_a_recipient_reference_is_taken_once(platform, key):
    draft = replace(factories.recipient_draft(), reference="SELLER-7")
    outcomes = at_once(*[partial(create_recipients, platform.pk, [draft], by=key)] * 4)
    assert [fault.code for refusal in refused(outcomes) for fault in refusal.errors] == ["duplicate-reference"] * 3
    assert Recipient.objects.filter(reference="SELLER-7").count() == 1
