"""A doubt ends by evidence and two people; the database holds them apart too."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.ledger.queries import balances
from apps.payouts.errors import CannotResolve
from apps.payouts.jobs import submit_due
from apps.payouts.models import Attempt, Payout, Resolution
from apps.payouts.operations import create_payouts
from apps.reconciliation.models import StatementLine
from apps.reconciliation.operations import confirm_resolution, propose_resolution, refuse_resolution
from apps.reconciliation.operations.doubts import what_must_be_read
from apps.sandbox.operations import advance_clock
from tests import factories
from tests.clocks import reach_cut_off
from tests.payouts.called_bank import Bank, call
from tests.reconciliation.bank import Ntry
from tests.reconciliation.conftest import Bank as StatingBank

AMOUNT = 12_550
EVIDENCE = "Ms Example of the bank's desk wrote on Monday that it is not in their books."


@pytest.fixture
def doubt(platform, key, bank_account):
    """A payment whose request was lost, at a bank that knows no duplicates: no machine ends this doubt."""
    bank = Bank(bank_account)
    bank.promise(duplicate_check="none")
    bank.will("instant_request_lost")
    create_payouts(platform.pk, [factories.payout_draft(amount=AMOUNT, rail="sepa_instant")], by=key)
    call()
    bank.pass_time(3600)
    call()
    bank.stop()
    return Attempt.objects.get(status="in_doubt", raised_at__isnull=False)


@pytest.fixture
def statement(bank_account):
    """The bank's statement of today, in which the payment is not."""
    StatingBank(bank_account).state_notified()


def status():
    return Payout.objects.get().status


def faults(refusal):
    return [fault.code for fault in refusal.value.errors]


def test_what_the_bank_did_not_pay_needs_a_statement_first(doubt, treasurer):
    with pytest.raises(CannotResolve) as refusal:
        propose_resolution(doubt.pk, "not_paid", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["statement-first"]
    assert not Resolution.objects.exists()


@pytest.mark.parametrize(
    ("debit", "days_before", "may_be"),
    [
        (AMOUNT, 0, "has this amount"),
        (AMOUNT + 1, 0, "is larger"),
        (AMOUNT + 1, 1, ""),  # it was booked before the bank could have known of the payment
        (AMOUNT - 1, 0, ""),
    ],
)
def test_what_an_unidentified_debit_may_hold_is_not_said_to_be_unpaid(
    doubt, treasurer, officer, bank_account, debit, days_before, may_be
):
    day = bank_account.business_day_of(doubt.first_sent_at) - timedelta(days=days_before)
    notified = StatementLine.objects.filter(bank_account=bank_account, statement=None)
    entries = [Ntry(line.amount, reference=line.bank_reference, day=line.booked_on) for line in notified]
    StatingBank(bank_account).state(*entries, Ntry(-debit, reference="D1", day=day))
    assert may_be in what_must_be_read(doubt)
    assert bool(what_must_be_read(doubt)) == bool(may_be)
    if may_be:
        with pytest.raises(CannotResolve) as refusal:
            propose_resolution(doubt.pk, "not_paid", EVIDENCE, by=treasurer)
        assert faults(refusal) == ["statement-first"]
        return
    confirm_resolution(propose_resolution(doubt.pk, "not_paid", EVIDENCE, by=treasurer).pk, by=officer)
    assert status() == "failed"


@pytest.mark.parametrize(("minutes", "days"), [(29, 0), (31, 1)])
def test_the_statement_is_of_the_day_on_which_the_bank_may_last_have_paid(doubt, bank_account, minutes, days):
    """Sent before midnight, it may be executed and booked after it: the bank has 30 minutes."""
    today = bank_account.business_today()
    midnight = datetime.combine(today, time(), ZoneInfo("Europe/Berlin"))
    doubt.sent_before = midnight - timedelta(minutes=minutes)
    assert f"closes on {today - timedelta(days=days)} or later" in what_must_be_read(doubt)


def test_a_clock_that_was_moved_on_does_not_ask_for_a_later_statement(doubt, bank_account):
    today, needed = bank_account.business_today(), what_must_be_read(doubt)
    moved = advance_clock(bank_account.pk, by_seconds=5 * 86_400, by=SYSTEM)
    advance_clock(bank_account.pk, by_seconds=86_400, by=SYSTEM)
    assert moved.business_today() == today + timedelta(days=5)
    doubt.refresh_from_db()
    assert needed and what_must_be_read(doubt) == needed


def test_two_people_let_it_fail_and_free_the_money(doubt, treasurer, officer, platform, bank_account, statement):
    before = balances(platform.public_id)["EUR"]["funds"]
    resolution = propose_resolution(
        doubt.pk, "not_paid", EVIDENCE, by=treasurer, document=("letter.pdf", b"%PDF letter")
    )
    assert status() == "in_doubt"
    assert bytes(Resolution.objects.get().document) != b"%PDF letter"
    confirm_resolution(resolution.pk, by=officer)
    assert (status(), Attempt.objects.get().status) == ("failed", "refused")
    assert balances(platform.public_id)["EUR"]["funds"] == before + AMOUNT
    assert balances(bank_account.public_id)["EUR"]["clearing"] == 0
    assert Resolution.objects.get().read_document() == b"%PDF letter"


def test_two_people_let_it_wait_for_the_statement(doubt, treasurer, officer):
    resolution = propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)
    confirm_resolution(resolution.pk, by=officer)
    assert (status(), Attempt.objects.get().status) == ("sent", "accepted")


def test_nobody_decides_alone(doubt, treasurer, officer):
    with pytest.raises(PermissionDenied):
        propose_resolution(doubt.pk, "paid", EVIDENCE, by=officer)
    resolution = propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)
    with pytest.raises(PermissionDenied):
        confirm_resolution(resolution.pk, by=treasurer)
    assert status() == "in_doubt"


def test_the_database_holds_two_people_apart(doubt, treasurer):
    resolution = propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)
    with pytest.raises(IntegrityError, match="resolution_takes_two_people"):
        Resolution.objects.filter(pk=resolution.pk).update(
            status="confirmed", decided_by=treasurer, decided_at=resolution.proposed_at
        )


def test_one_proposal_at_a_time_and_each_is_decided_once(doubt, treasurer, officer):
    resolution = propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)
    with pytest.raises(CannotResolve) as refusal:
        propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["proposed-already"]
    refuse_resolution(resolution.pk, by=officer, reason="The letter names another payment")
    with pytest.raises(CannotResolve):
        confirm_resolution(resolution.pk, by=officer)
    assert status() == "in_doubt"
    propose_resolution(doubt.pk, "paid", EVIDENCE, by=treasurer)


def test_evidence_is_more_than_a_word(doubt, treasurer):
    with pytest.raises(CannotResolve) as refusal:
        propose_resolution(doubt.pk, "paid", "called them", by=treasurer)
    assert faults(refusal) == ["too-short"]


def test_what_is_not_in_doubt_is_not_resolved(platform, key, bank_account, treasurer):
    payouts = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    reach_cut_off(bank_account, payouts)
    submit_due()
    with pytest.raises(CannotResolve) as refusal:
        propose_resolution(Attempt.objects.get().pk, "paid", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["not-in-doubt"]
