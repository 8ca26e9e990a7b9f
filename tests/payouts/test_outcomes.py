"""What status reports and statement lines make of payouts; the rows behind them are the real ones."""

import pytest

from apps.ledger.queries import balances
from apps.payouts.errors import CannotHold
from apps.payouts.explain import waiting_on
from apps.payouts.jobs import submit_due
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import (
    apply_reports,
    create_payouts,
    fund_waiting,
    hold_payouts,
    lift_holds,
    mark_handed_over,
    seal_files,
    start_due,
)
from apps.rails.jobs import hand_over_files
from apps.rails.models import PaymentFile, StatusReport
from apps.rails.operations import receive_report
from tests import bank_files, factories
from tests.clocks import reach_cut_off


@pytest.fixture
def sent(platform, key, bank_account):
    """Three payouts that the bank has."""
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=1000 + n) for n in range(3)], by=key)
    reach_cut_off(bank_account, payouts)
    submit_due()
    return [Payout.objects.with_facts().get(pk=payout.pk) for payout in payouts]


def report(account, **answer):
    file = PaymentFile.objects.get()
    content = bank_files.status_report(file.message_id, **answer)
    return receive_report(content, "report.xml", account.pk)


def statuses():
    return list(Payout.objects.order_by("id").values_list("status", flat=True))


def test_a_refused_payment_fails_with_its_reason_and_the_money_is_free(sent, bank_account, platform):
    report(bank_account, refused={sent[1].end_to_end_id: "AC04"})
    assert apply_reports() == 1

    assert statuses() == ["sent", "failed", "sent"]
    payout = Payout.objects.get(pk=sent[1].pk)
    assert (payout.failure_code, payout.funding, payout.tracking) == ("AC04", "released", "RJCT")
    assert "closed" in payout.failure_reason.lower()
    assert [a.status for a in Attempt.objects.order_by("id")] == ["accepted", "refused", "accepted"]
    assert balances(platform.public_id)["EUR"]["funds"] == 10_000_000 - 1000 - 1002
    assert balances(bank_account.public_id)["EUR"]["clearing"] == 2002


def test_a_refused_file_fails_all_of_it(sent, bank_account, platform):
    report(bank_account, group="RJCT", reason="FF01")
    apply_reports()
    assert statuses() == ["failed"] * 3
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}


def test_an_accepted_file_moves_the_tracking_only(sent, bank_account):
    report(bank_account, group="ACCP")
    apply_reports()
    assert statuses() == ["sent"] * 3
    assert set(Payout.objects.values_list("tracking", flat=True)) == {"ACCP"}


def test_the_same_report_twice_changes_nothing(sent, bank_account):
    for _ in range(2):
        report(bank_account, refused={sent[1].end_to_end_id: "AC04"})
        apply_reports()
    assert StatusReport.objects.count() == 1
    assert statuses() == ["sent", "failed", "sent"]


def test_a_report_waits_until_the_payouts_know_of_the_hand_over(platform, key, bank_account):
    payouts = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    reach_cut_off(bank_account, payouts)
    start_due()
    seal_files()
    hand_over_files()
    report(bank_account, group="RJCT", reason="FF01")
    assert apply_reports() == 0
    assert statuses() == ["submitting"]

    mark_handed_over()
    assert apply_reports() == 1
    assert statuses() == ["failed"]


def test_a_held_payout_stays_when_others_leave(platform, key, bank_account):
    operator, officer = factories.person("operator"), factories.person("compliance_officer")
    payouts = create_payouts(platform.pk, [factories.payout_draft(), factories.payout_draft()], by=key)
    hold_payouts([payouts[0].pk], by=operator, reason="The recipient called")
    reach_cut_off(bank_account, payouts)
    submit_due()
    assert statuses() == ["scheduled", "sent"]

    with pytest.raises(CannotHold):
        lift_holds([payouts[1].pk], by=officer, reason="There is none")
    [lifted] = lift_holds([payouts[0].pk], by=officer, reason="Clarified")
    assert lifted.cut_off_at > bank_account.business_now()
    reach_cut_off(bank_account, [lifted])
    submit_due()
    assert statuses() == ["sent", "sent"]


def test_money_that_arrives_goes_to_the_oldest_first(platform, key, bank_account):
    create_payouts(platform.pk, [factories.payout_draft(amount=90_000) for _ in range(111)], by=key)
    waiting = create_payouts(platform.pk, [factories.payout_draft(amount=60_000) for _ in range(3)], by=key)
    assert [payout.status for payout in waiting] == ["awaiting_funds"] * 3
    factories.fund(platform, bank_account, 110_000)
    assert fund_waiting() == 2
    assert [Payout.objects.get(pk=payout.pk).status for payout in waiting] == [
        "scheduled", "scheduled", "awaiting_funds",
    ]  # fmt: skip


def test_a_new_list_holds_what_was_approved_before(platform, key, bank_account, tmp_path):
    [payout] = create_payouts(
        platform.pk, [factories.payout_draft(recipient=factories.recipient_draft("Bela Norvik"))], by=key
    )
    assert payout.status == "scheduled"
    factories.watchlist(
        tmp_path,
        sdn='9003,"NORVIK, Bela","individual","TESTPROG",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n',
        alt="",
        add="",
    )
    reach_cut_off(bank_account, [payout])
    start_due()
    payout = Payout.objects.with_facts().get()
    assert payout.status == "scheduled"
    assert payout.review.status == "open"
    assert payout.holds.get().kind == "compliance"
    assert waiting_on(payout)[0]["rule"] == "compliance hold", "a platform is not told what was found"
