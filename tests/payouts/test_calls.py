"""Payouts on a rail that is called, against the simulated bank over real HTTP on the loopback."""

import time
from types import SimpleNamespace

import pytest
from django_q.models import OrmQ

from apps.core.crypto import CannotDecrypt
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.explain import waiting_on
from apps.payouts.models import Attempt, Payout, RailCall
from apps.payouts.operations import ask_banks, calls, create_payouts, send_calls, start_due, stop_sending
from apps.rails.contract import Answer
from tests import factories
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
def payout(platform, key, bank):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=AMOUNT, rail="sepa_instant")], by=key)
    assert payout.status == "scheduled"
    return payout


def test_what_the_bank_pays_is_sent_and_waits_for_the_statement(payout, bank, bank_account):
    call()
    assert seen(payout) == ("sent", "accepted", "")
    assert bank.executions() == {payout.end_to_end_id: 1}
    assert balances(bank_account.public_id)["EUR"]["clearing"] == AMOUNT
    assert list(RailCall.objects.values_list("kind", "outcome")) == [("send", "executed")]
    call()
    assert RailCall.objects.count() == 1


def test_a_refusal_gives_the_money_back(payout, bank, platform):
    bank.will("instant_refused_closed_account")
    before = balances(platform.public_id)["EUR"]["funds"]
    call()
    assert seen(payout) == ("failed", "refused", "")
    assert Payout.objects.get().failure_code == "AC04"
    assert balances(platform.public_id)["EUR"]["funds"] == before + AMOUNT


@pytest.mark.parametrize(
    "trouble", ["instant_answer_lost", "instant_error_paid", "instant_garbage", "instant_cut_short"]
)
@pytest.mark.parametrize("check", ["none", "forever"])
def test_what_was_paid_without_an_answer_is_found_and_not_sent_again(payout, bank, trouble, check):
    bank.promise(duplicate_check=check, visibility_seconds=0)
    bank.will(trouble)
    call()
    assert seen(payout) == ("in_doubt", "in_doubt", "query")
    bank.pass_time(6)
    call()
    assert seen(payout) == ("sent", "accepted", "")
    assert bank.executions() == {payout.end_to_end_id: 1}


def test_a_request_that_was_lost_is_sent_again_when_the_bank_knows_duplicates(payout, bank):
    bank.will("instant_request_lost")
    call()
    for wait in (6, 31):
        bank.pass_time(wait)
        call()
        assert seen(payout) == ("in_doubt", "in_doubt", "query"), "it might still become visible"
        assert Attempt.objects.get().sends == 1
    bank.pass_time(121)
    call()
    send_calls()
    assert seen(payout) == ("sent", "accepted", "")
    assert (Attempt.objects.get().sends, bank.executions()) == (2, {payout.end_to_end_id: 1})


def test_a_request_that_was_lost_waits_for_people_when_the_bank_knows_no_duplicates(payout, bank):
    bank.promise(duplicate_check="none")
    bank.will("instant_request_lost")
    call()
    for wait in (6, 31, 121, 601, 3601, 50_000, 100_000):
        bank.pass_time(wait)
        call()
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.sends, attempt.next_step) == ("in_doubt", 1, "query")
    assert attempt.raised_at
    assert list(Attempt.objects.in_doubt()) == [attempt]
    assert bank.executions() == {}


def test_a_send_that_is_executed_late_is_not_paid_twice(payout, bank):
    """The bank takes it after the caller has given up, and shows it only later still."""
    bank.promise(duplicate_check="none")
    bank.will("instant_paid_late")
    call()
    for wait in (6, 31, 121, 601):
        bank.pass_time(wait)
        call()
    assert seen(payout) == ("sent", "accepted", "")
    assert bank.executions() == {payout.end_to_end_id: 1}


def test_a_bank_that_is_not_there_was_told_nothing(payout, bank):
    bank.stop()
    call()
    attempt = Attempt.objects.get()
    assert seen(payout) == ("submitting", "prepared", "send")
    assert (attempt.sends, attempt.first_sent_at) == (0, None)
    assert RailCall.objects.get().outcome == "not_sent"


def test_a_worker_that_died_while_it_called_leaves_a_doubt(payout, bank, monkeypatch):
    bank.promise(visibility_seconds=0)
    start_due()

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    monkeypatch.setattr("apps.payouts.operations.calls._record", die)
    with pytest.raises(Killed):
        send_calls()
    monkeypatch.undo()
    assert send_calls() == 0, "its lease is not over"
    bank.pass_time(10)
    assert send_calls() == 0, "who died while sending may have sent"
    call()
    assert seen(payout) == ("sent", "accepted", "")
    assert bank.executions() == {payout.end_to_end_id: 1}


def test_a_worker_that_stood_still_after_its_claim_does_not_call(payout, bank, monkeypatch):
    """Its lease may be over: somebody else may have sent the payment, or two people may have ended it."""
    claim, real, stood_still = calls._claim, time.monotonic, 0

    def claim_and_stand_still(step):
        nonlocal stood_still
        claimed = claim(step)
        stood_still += 60
        return claimed

    monkeypatch.setattr(calls, "_claim", claim_and_stand_still)
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=lambda: real() + stood_still))
    start_due()
    send_calls()
    assert bank.executions() == {}
    assert RailCall.objects.get().outcome == "not_sent"
    assert (seen(payout), Attempt.objects.get().sends) == (("submitting", "prepared", "send"), 0)


def test_a_refusal_of_the_second_send_is_no_proof(payout, bank):
    """The first send is refused unheard; the bank forgets refusals, so the second one is paid."""
    bank.promise(duplicate_check="forever", remembers_refusals=False, visibility_seconds=0)
    bank.will("instant_request_lost", "instant_refused_closed_account")
    call()
    bank.pass_time(6)
    call()
    send_calls()
    assert seen(payout)[0] == "in_doubt"
    assert Attempt.objects.get().sends == 2


def test_platforms_see_why_it_waits(payout, bank):
    bank.will("instant_request_lost")
    call()
    [item] = waiting_on(Payout.objects.with_facts().get())
    assert (item["what"], item["who"]) == ("evidence", "treasurer")
    assert "asked" in item["unblocked_by"]


def test_what_is_stopped_before_its_call_is_not_called(payout, bank, treasurer):
    start_due()
    stop_sending("rail", "sepa_instant", by=treasurer, reason="The bank reports trouble")
    call()
    assert seen(payout) == ("submitting", "prepared", "send")
    assert not RailCall.objects.exists()
    assert bank.executions() == {}


def test_what_could_not_be_sent_again_in_time_is_not_sent_again(payout, bank):
    """It was stopped, or no worker was there, until the bank would have taken a second send for a new payment."""
    bank.promise(duplicate_check="window", duplicate_window_seconds=600, visibility_seconds=0)
    bank.will("instant_request_lost")
    call()
    bank.pass_time(6)
    ask_banks()
    assert seen(payout) == ("in_doubt", "in_doubt", "send")
    bank.pass_time(700)
    call()
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.sends, attempt.next_step) == ("in_doubt", 1, "query")
    assert "two people decide" in attempt.raised_because
    assert bank.executions() == {}


def test_a_stop_does_not_keep_a_late_second_send_from_being_looked_at(payout, bank, treasurer):
    bank.promise(duplicate_check="window", duplicate_window_seconds=600, visibility_seconds=0)
    bank.will("instant_request_lost")
    call()
    bank.pass_time(6)
    ask_banks()
    stop_sending("rail", "sepa_instant", by=treasurer, reason="The bank reports trouble")
    send_calls()
    assert seen(payout) == ("in_doubt", "in_doubt", "send"), "it may still be sent, once the stop is lifted"
    bank.pass_time(700)
    send_calls()
    assert seen(payout) == ("in_doubt", "in_doubt", "query")


def test_stopped_payouts_do_not_keep_others_waiting(platform, key, bank, treasurer, monkeypatch):
    monkeypatch.setattr(calls, "AT_ONCE", 1)
    drafts = [factories.payout_draft(amount=AMOUNT, rail="sepa_instant") for _ in range(2)]
    first, second = create_payouts(platform.pk, drafts, by=key)
    start_due()
    stop_sending("recipient", first.payee["recipient"]["id"], by=treasurer, reason="Asked for by the police")
    send_calls()
    assert bank.executions() == {second.end_to_end_id: 1}


def test_a_job_ends_before_it_is_killed_and_asks_for_another(platform, key, bank, monkeypatch, settings):
    monkeypatch.setattr(calls, "AT_ONCE", 1)
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"timeout": 0}
    drafts = [factories.payout_draft(amount=AMOUNT, rail="sepa_instant") for _ in range(2)]
    create_payouts(platform.pk, drafts, by=key)
    start_due()
    OrmQ.objects.all().delete()
    assert (send_calls(), send_calls(), send_calls()) == (1, 1, 0)
    assert {nudged.task["args"] for nudged in OrmQ.objects.all()} == {("apps.payouts.jobs.call_banks",)}


def test_what_cannot_be_said_to_the_bank_waits_for_a_person(payout, bank, monkeypatch, platform):
    def damaged(_):
        raise CannotDecrypt("damaged")

    monkeypatch.setattr("apps.recipients.models.PayoutMethodVersion.open_account", damaged)
    call()
    waiting = Payout.objects.with_facts().get()
    assert (waiting.status, waiting.funding) == ("scheduled", "reserved")
    assert [hold.kind for hold in waiting.open_holds] == ["manual"]
    assert (Attempt.objects.get().status, Attempt.objects.get().sends) == ("abandoned", 0)
    assert balances(platform.public_id)["EUR"]["reserved"] == AMOUNT
    assert bank.executions() == {}


@pytest.mark.parametrize(("late", "is_told"), [("accepted", False), ("absent", False), ("refused", True)])
def test_an_answer_after_the_end_changes_nothing(payout, bank, bank_account, late, is_told):
    """The statement proves the payment while the bank is being asked."""
    bank.will("instant_answer_lost")
    call()
    bank.pass_time(6)
    issued_at, attempts = calls._claim("query")
    stated = StatingBank(bank_account)
    stated.state_notified()
    stated.state(Ntry(-AMOUNT, [Tx(AMOUNT, payout.end_to_end_id)], reference="R1"))
    assert seen(payout) == ("paid", "settled", "")
    calls._record("query", issued_at, [(attempts[0], Answer(late))])
    assert seen(payout) == ("paid", "settled", "")
    assert Event.objects.filter(type="payout.conflict_opened").exists() is is_told
