"""What contradicts an end, a statement line or a bank's own word opens a conflict, changes nothing, and alarms."""

import pytest
from django.db import IntegrityError, transaction

from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.contradictions import Contradiction
from apps.payouts.jobs import stop_contradicted, submit_due
from apps.payouts.models import Attempt, Conflict, Payout
from apps.payouts.operations import apply_reports, calls, create_payouts, open_conflicts, start_due
from apps.payouts.operations.submit import _take_out
from apps.rails.contract import Answer
from apps.rails.models import PaymentFile, StatusReport, Stop
from apps.rails.operations import CannotSeal, receive_report
from tests import bank_files, factories
from tests.clocks import reach_cut_off
from tests.payouts.called_bank import Bank, call, seen
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank as StatingBank

AMOUNT = 12_550


@pytest.fixture
def bank(bank_account):
    bank = Bank(bank_account)
    yield bank
    bank.stop()


@pytest.fixture
def instant(platform, key, bank):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=AMOUNT, rail="sepa_instant")], by=key)
    return payout


@pytest.fixture
def sent(platform, key, bank_account):
    """Two payouts that the bank has in one file."""
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=AMOUNT) for _ in range(2)], by=key)
    reach_cut_off(bank_account, payouts)
    submit_due()
    return payouts


def report(**answer):
    """Let the bank answer the oldest file, and apply that."""
    file = PaymentFile.objects.order_by("pk").first()
    receive_report(bank_files.status_report(file.message_id, **answer), "report.xml", file.bank_account_id)
    apply_reports()


def answered_late(payout, answer):
    """Let an answer to the only send come that nobody waited for any more."""
    attempt = Attempt.objects.select_related("bank_account", "payout").get(payout=payout)
    calls._record("send", attempt.first_sent_at or attempt.created_at, [(attempt, answer)])


def held(payout):
    payout = Payout.objects.get(pk=payout.pk)
    return payout.status, payout.funding


def conflicts():
    return list(Conflict.objects.order_by("pk").values_list("kind", "amount", "outcome"))


def test_an_execution_after_a_refusal_is_no_payment_and_stops_the_bank_account(instant, bank, bank_account, platform):
    bank.will("instant_refused_closed_account")
    call()
    before = balances(platform.public_id)["EUR"]
    answered_late(instant, Answer(Answer.EXECUTED, bank_reference="B1"))
    assert (held(instant), conflicts()) == (("failed", "released"), [("money_left", AMOUNT, "")])
    assert balances(platform.public_id)["EUR"] == before
    conflict = Conflict.objects.get()
    assert conflict.said_before.startswith("Failed. AC04")
    assert conflict.evidence[0]["source"] == "call"
    assert Event.objects.filter(subject=instant.public_id, type="payout.conflict_opened").count() == 1

    stop_contradicted()
    stop = Stop.objects.open().get()
    assert (stop.kind, stop.scope, stop.value, stop.opened_by) == (
        "invariant",
        "bank_account",
        str(bank_account.pk),
        None,
    )
    assert Conflict.objects.get().stop == stop
    stop_contradicted()
    assert Stop.objects.count() == 1


def test_what_says_the_same_is_added_and_opens_no_other(instant, bank):
    bank.will("instant_refused_closed_account")
    call()
    for _ in range(2):
        answered_late(instant, Answer(Answer.EXECUTED))
    assert len(conflicts()) == 1
    assert len(Conflict.objects.get().evidence) == 2
    assert Event.objects.filter(type="payout.conflict_opened").count() == 1


def test_a_lifted_stop_does_not_come_back_for_the_same_conflict(instant, bank, treasurer):
    bank.will("instant_refused_closed_account")
    call()
    answered_late(instant, Answer(Answer.EXECUTED))
    stop_contradicted()
    lifted = {"lift_reason": "The bank has said sorry", "lift_proposed_by": treasurer}
    lifted |= {"lifted_by": factories.person("approver"), "lift_proposed_at": "2026-01-01T00:00Z"}
    Stop.objects.update(lifted_at="2026-01-01T00:00Z", **lifted)
    stop_contradicted()
    assert not Stop.objects.open().exists()


def test_a_second_execution_is_seen_by_the_query(instant, bank):
    bank.promise(visibility_seconds=0)
    bank.will("instant_answer_lost")
    call()
    bank.pass_time(6)
    issued_at, [attempt] = calls._claim("query")
    calls._record("query", issued_at, [(attempt, Answer(Answer.EXECUTED, executions=2))])
    assert seen(instant) == ("sent", "accepted", "")
    assert conflicts() == [("paid_twice", AMOUNT, "")]


def test_a_refusal_after_the_bank_has_executed_changes_nothing(instant, bank):
    call()
    assert seen(instant) == ("sent", "accepted", "")
    answered_late(instant, Answer(Answer.REFUSED, code="AC04"))
    assert (held(instant), conflicts()) == (("sent", "submitted"), [("refused", AMOUNT, "")])
    stop_contradicted()
    assert not Stop.objects.exists(), "no money is gone by it"


def test_a_refusal_of_what_a_report_called_settled_changes_nothing(sent):
    report(group="ACSC")
    report(refused={sent[0].end_to_end_id: "AC04"})
    assert (held(sent[0]), conflicts()) == (("sent", "submitted"), [("refused", AMOUNT, "")])
    assert held(sent[1]) == ("sent", "submitted")


def test_a_settlement_stays_known_when_an_earlier_word_comes_after_it(sent):
    report(group="ACSC")
    report(group="ACCP")
    assert set(Payout.objects.values_list("tracking", flat=True)) == {"ACSC"}


def test_a_refusal_of_what_a_line_proves_changes_nothing(sent, bank_account):
    bank = StatingBank(bank_account)
    bank.state_notified()
    bank.state(Ntry(-AMOUNT, [Tx(AMOUNT, sent[0].end_to_end_id)], reference="R1"))
    for _ in range(2):
        report(refused={sent[0].end_to_end_id: "AC04"})
    assert (held(sent[0]), conflicts()) == (("paid", "settled"), [("refused", AMOUNT, "")])


@pytest.mark.parametrize("refusal", [{"group": "RJCT", "reason": "FF01"}, {"refused": "first"}])
def test_a_report_that_settles_what_was_refused_changes_nothing(sent, refusal):
    if "refused" in refusal:
        refusal = {"refused": {sent[0].end_to_end_id: "AC04"}}
    report(**refusal)
    report(group="ACSC")
    failed = Payout.objects.filter(status="failed").count()
    assert conflicts() == [("money_left", AMOUNT, "")] * failed
    assert failed == (1 if "refused" in refusal else 2)
    assert not StatusReport.objects.parked().exists()


def test_an_acceptance_that_comes_late_is_no_contradiction(sent):
    report(refused={sent[0].end_to_end_id: "AC04"})
    report(group="ACCP")
    assert conflicts() == []


def test_a_report_says_nothing_of_what_was_taken_out_of_its_file(platform, key, bank_account, approvers):
    """The payout leaves with another file later; the first bank answer is about the others."""
    first, second = create_payouts(platform.pk, [factories.payout_draft() for _ in range(2)], by=key)
    reach_cut_off(bank_account, [first, second])
    start_due()
    attempt = Attempt.objects.get(payout=second)
    _take_out(attempt.file, CannotSeal("It may not stand in a file.", attempt.instruction_id))
    submit_due()
    report(group="RJCT", reason="FF01")
    assert (held(first)[0], held(second)[0]) == ("failed", "scheduled")
    second.holds.update(lifted_at="2026-01-01T00:00Z")
    reach_cut_off(bank_account, [Payout.objects.get(pk=second.pk)])
    submit_due()
    report(group="ACSC")
    assert (held(second)[0], Payout.objects.get(pk=second.pk).tracking) == ("sent", "handed_over")
    assert [row.payout_id for row in Conflict.objects.all()] == [first.pk]
    report(group="RJCT", reason="FF02")
    assert held(second)[0] == "sent"


def test_what_is_contradicted_before_it_leaves_does_not_leave(platform, key, bank_account):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    [locked] = Payout.objects.lock([payout.pk])
    says = Contradiction(locked, None, Conflict.Kind.MONEY_LEFT, "report", "rpt_1", "It was paid already.")
    assert len(open_conflicts([says])) == 1
    assert open_conflicts([says]) == []
    reach_cut_off(bank_account, [payout])
    assert start_due() == 0
    assert held(payout) == ("scheduled", "reserved")


def test_the_database_keeps_conflicts_as_they_were_said(instant, bank):
    bank.will("instant_refused_closed_account")
    call()
    answered_late(instant, Answer(Answer.EXECUTED))
    for change in ({"amount": 1}, {"evidence": []}, {"kind": "refused"}, {"outcome": "stands"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Conflict.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.all().delete()
    assert conflicts() == [("money_left", AMOUNT, "")]
