"""The drill: a backup of ten minutes ago is put in the place of a database that has paid people since."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F

from apps.audit.operations import confirm_lift, enter_hold_mode, notice_restore, propose_lift
from apps.core.permissions import SYSTEM
from apps.core.queue import run_all_jobs
from apps.payouts.errors import CannotCancel, CannotHold
from apps.payouts.models import Attempt, Hold, Payout
from apps.payouts.operations import (
    approve_payouts,
    cancel_payouts,
    create_payouts,
    hold_payouts,
    lift_holds,
    start_due,
    stop_sending,
)
from apps.rails.models import BankAccount, PaymentFile, Stop
from apps.sandbox import bank as sandbox_bank
from apps.sandbox.operations import advance_clock, deposit
from tests import database, factories
from tests.clocks import reach_cut_off
from tests.payouts.called_bank import Bank

DEPOSIT = 5_000_000
LONGEST_HOLIDAYS = 4  # Good Friday to Easter Monday


@pytest.fixture
def platform(committed_db, watchlist, bank_account):
    platform = factories.partner("Quillmarket")
    factories.policy((None, 0), platform=platform)
    deposit(bank_account.pk, DEPOSIT, f"Funding {platform.funding_reference}", by=SYSTEM)
    sandbox_bank.work()
    run_all_jobs()
    return platform


@pytest.fixture
def bank(platform, bank_account):
    bank = Bank(bank_account)
    bank.promise(duplicate_check="none")
    yield bank
    bank.stop()


def create(platform, key, amount, rail="sepa_instant"):
    return create_payouts(platform.pk, [factories.payout_draft(amount=amount, rail=rail)], by=key)[0]


def in_files(bank_account):
    """Return how often each end-to-end id stands in a file that was ever handed over."""
    box = bank_account.path / "to_bank"
    texts = [path.read_text() for path in [*box.glob("*.xml"), *(box / "archive").glob("*.xml")]]
    return Counter(one for text in texts for one in re.findall("<EndToEndId>([^<]+)<", text))


def pass_time(bank, seconds):
    bank.pass_time(seconds)
    Hold.objects.filter(kind="restored").update(
        opened_at=F("opened_at") - timedelta(seconds=seconds),
        next_check_at=F("next_check_at") - timedelta(seconds=seconds),
    )


def let_days_pass(bank_account, days):
    """Let the bank and the jobs do the work of so many days."""
    for _ in range(days):
        advance_clock(bank_account.pk, by_seconds=24 * 3600, by=SYSTEM)
        sandbox_bank.work()
        run_all_jobs()


def lift_hold_mode():
    people = [factories.person("approver") for _ in range(2)]
    [stop] = Stop.objects.open()
    propose_lift(stop.pk, by=people[0], reason="The statement was read")
    confirm_lift(stop.pk, by=people[1])


def statuses(*payouts):
    return [Payout.objects.get(pk=payout.pk).status for payout in payouts]


def test_nothing_is_paid_twice_after_a_restore_to_ten_minutes_ago(platform, key, bank, bank_account, operator):
    called, unsent = create(platform, key, 1_100), create(platform, key, 1_200)
    filed, unfiled = (
        create(platform, key, 1_300, "sepa_credit_transfer"),
        create(platform, key, 1_400, "sepa_credit_transfer"),
    )
    hold_payouts([unsent.pk, unfiled.pk], by=operator, reason="Not yet")
    notice_restore()

    database.back_up()
    forgotten = create(platform, key, 1_500, "sepa_credit_transfer")
    reach_cut_off(bank_account, [filed, forgotten])
    run_all_jobs()
    assert statuses(called, filed, forgotten, unsent, unfiled) == ["sent", "sent", "sent", "scheduled", "scheduled"]
    assert in_files(bank_account) == {filed.end_to_end_id: 1, forgotten.end_to_end_id: 1}
    database.restore()
    assert statuses(called, filed, unsent, unfiled) == ["scheduled"] * 4

    assert notice_restore() is True
    with pytest.raises(CannotCancel):
        cancel_payouts([called.pk], by=operator, reason="Not needed")
    run_all_jobs()
    assert statuses(called, filed, unsent, unfiled) == ["scheduled", "sent", "scheduled", "scheduled"]
    assert PaymentFile.objects.get().recovered_at
    assert set(Hold.objects.open().filter(kind="restored").values_list("payout", flat=True)) == {called.pk, unsent.pk}
    pass_time(bank, 120)
    run_all_jobs()
    assert statuses(called, filed, unsent, unfiled) == ["sent", "sent", "scheduled", "scheduled"]
    assert not Hold.objects.open().filter(kind="restored").exists()

    let_days_pass(bank_account, days=3)
    lift_hold_mode()
    lift_holds([unsent.pk, unfiled.pk], by=factories.person("approver"), reason="Now")
    let_days_pass(bank_account, days=LONGEST_HOLIDAYS + 3)
    assert statuses(called, filed, unsent, unfiled) == ["paid"] * 4
    assert bank.executions() == {called.end_to_end_id: 1, unsent.end_to_end_id: 1}
    assert in_files(bank_account) == {one.end_to_end_id: 1 for one in (filed, forgotten, unfiled)}


def test_what_left_before_it_was_scheduled_again_waits_and_goes_on_then(platform, key, bank, bank_account):
    approver = factories.person("approver")
    factories.policy((None, 1), platform=platform)
    called, filed = create(platform, key, 1_100), create(platform, key, 1_300, "sepa_credit_transfer")
    reach_cut_off(bank_account, [filed])
    notice_restore()
    digests = {payout.pk: payout.digest for payout in (called, filed)}

    def approve():
        approve_payouts(list(digests), by=approver, digests=digests)

    database.back_up()
    approve()
    reach_cut_off(bank_account, [Payout.objects.get(pk=filed.pk)])
    run_all_jobs()
    assert statuses(called, filed) == ["sent", "sent"]
    database.restore()

    notice_restore()
    run_all_jobs()
    assert statuses(called, filed) == ["awaiting_approval"] * 2
    assert Hold.objects.open().filter(kind="restored").count() == 2
    with pytest.raises(CannotHold):
        lift_holds([filed.pk], by=approver, reason="Let it go")
    approve()
    pass_time(bank, 120)
    run_all_jobs()
    assert statuses(called, filed) == ["sent", "sent"]
    assert list(Attempt.objects.values_list("number", flat=True)) == [1, 1]
    assert not Hold.objects.open().exists()
    assert (bank.executions(), in_files(bank_account)) == ({called.end_to_end_id: 1}, {filed.end_to_end_id: 1})


def test_a_bank_that_cannot_be_asked_leaves_it_to_people(platform, key, bank, bank_account):
    bank.promise(can_query=False)
    payout = create(platform, key, 1_100)
    notice_restore()
    database.back_up()
    run_all_jobs()
    database.restore()

    notice_restore()
    run_all_jobs()
    [hold] = Hold.objects.open()
    assert (hold.kind, hold.next_check_at, hold.is_lifted_by_people) == ("restored", None, True)
    assert statuses(payout) == ["scheduled"]
    assert bank.executions() == {payout.end_to_end_id: 1}


def test_a_call_that_was_about_to_be_made_is_asked_about_first(platform, key, bank, bank_account):
    payout = create(platform, key, 1_100)
    start_due()
    notice_restore()
    database.back_up()
    run_all_jobs()
    database.restore()
    assert Attempt.objects.get().status == "prepared"

    notice_restore()
    run_all_jobs()
    assert statuses(payout) == ["in_doubt"]
    pass_time(bank, 120)
    run_all_jobs()
    assert statuses(payout) == ["sent"]
    assert bank.executions() == {payout.end_to_end_id: 1}


def test_hold_mode_on_demand_forgets_nothing(platform, key, bank, bank_account):
    payout = create(platform, key, 1_100)
    enter_hold_mode(by=SYSTEM, reason="To be sure")
    pass_time(bank, 120)
    run_all_jobs()
    assert not Hold.objects.open().exists()
    let_days_pass(bank_account, days=2)
    lift_hold_mode()
    run_all_jobs()
    assert statuses(payout) == ["sent"]
    assert bank.executions() == {payout.end_to_end_id: 1}
    assert BankAccount.objects.count() == 1


def test_a_file_that_was_still_open_gets_the_bytes_that_left(platform, key, bank_account, operator):
    kept, left_out = (create(platform, key, amount, "sepa_credit_transfer") for amount in (1_300, 1_400))
    reach_cut_off(bank_account, [kept, left_out])
    start_due()
    notice_restore()
    database.back_up()
    stop_sending("recipient", left_out.recipient.public_id, by=operator, reason="Suspicious")
    run_all_jobs()
    assert in_files(bank_account) == {kept.end_to_end_id: 1}
    database.restore()
    assert statuses(kept, left_out) == ["submitting", "submitting"]

    notice_restore()
    run_all_jobs()
    assert statuses(kept, left_out) == ["sent", "scheduled"]
    assert PaymentFile.objects.get().transactions == 1
    assert dict(Attempt.objects.values_list("payout", "status")) == {kept.pk: "sent", left_out.pk: "abandoned"}
