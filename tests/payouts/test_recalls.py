"""What is with a bank can be asked back: one request with one id for life, which changes nothing else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.database import database_now
from apps.core.errors import PermissionDenied
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.errors import CannotCancel, CannotRecall
from apps.payouts.explain import explain, waiting_on
from apps.payouts.jobs import submit_due
from apps.payouts.models import Payout, RecallRequest
from apps.payouts.operations import (
    ask_recalls,
    cancel_payouts,
    create_payouts,
    raise_recalls,
    recalls,
    request_recalls,
)
from apps.rails.contract import Answer
from apps.rails.registry import RAILS
from tests import factories
from tests.clocks import advance, reach_cut_off
from tests.payouts.called_bank import Bank, call, seen
from tests.payouts.test_conflicts import bank  # noqa: F401 - a fixture
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank as StatingBank
from tests.threads import at_once, refused

DENIED, GRANTED, IGNORED = 12_550, 70_781, 70_782


@pytest.fixture
def send(platform, key, bank):  # noqa: F811
    def send(amount=DENIED):
        [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=amount, rail="sepa_instant")], by=key)
        call()
        return payout

    return send


def ask(bank, wait=15):  # noqa: F811
    """Let time pass for portal and bank, and do what the job does."""
    bank.pass_time(wait)
    RecallRequest.objects.live().update(next_at=database_now())
    return ask_recalls()


def recall(payout, by):
    return request_recalls([payout.pk], by=by, reason="Paid to the wrong seller")


def status():
    return RecallRequest.objects.order_by("pk").values_list("status", flat=True).last()


def events():
    return list(Event.objects.filter(type__startswith="payout.recall").order_by("id").values_list("type", flat=True))


def faults(refusal):
    return [fault.code for fault in refusal.value.errors]


def test_a_granted_recall_moves_nothing_until_a_statement_shows_the_money(send, bank, key, platform, bank_account):  # noqa: F811
    payout = send(GRANTED)
    before = balances(platform.public_id)["EUR"]
    [shown] = recall(payout, key)
    assert explain(shown)["recall"]["status"] == "requested"
    assert ask_recalls() == 1
    assert status() == "asked"
    assert ask(bank) == 1
    assert (status(), seen(payout)) == ("granted", ("sent", "accepted", ""))
    assert balances(platform.public_id)["EUR"] == before
    assert events() == ["payout.recall_requested", "payout.recall_granted"]
    told = Event.objects.filter(type="payout.recall_granted").get()
    assert told.data["recall"]["answer"]["code"] == "FOCR"
    waits = [item["what"] for item in waiting_on(Payout.objects.with_facts().get())]
    assert waits == ["bank_statement", "returned_money"]

    stated = StatingBank(bank_account)
    stated.state_notified()
    reference = payout.end_to_end_id
    stated.state(
        Ntry(-GRANTED, [Tx(GRANTED, reference)], reference="R1"),
        Ntry(GRANTED, [Tx(GRANTED, reference, ret="FOCR")], reference="R2"),
    )
    assert Payout.objects.get().status == "returned"


def test_a_refused_recall_leaves_the_payout_and_may_be_asked_again(send, bank, key):  # noqa: F811
    payout = send(DENIED)
    recall(payout, key)
    ask_recalls()
    ask(bank)
    assert (status(), seen(payout)[0]) == ("refused", "sent")
    assert RecallRequest.objects.get().next_at is None
    recall(payout, key)
    assert RecallRequest.objects.count() == 2
    assert len(set(RecallRequest.objects.values_list("recall_id", flat=True))) == 2


def test_what_no_bank_answers_in_time_is_for_people_and_still_asked(send, bank, key, bank_account):  # noqa: F811
    payout = send(IGNORED)
    recall(payout, key)
    ask_recalls()
    assert raise_recalls() == 0
    [made] = RecallRequest.objects.all()
    terms = RAILS["sepa_instant"].capabilities.recall
    assert made.answer_due_on == terms.calendar.add(bank_account.business_today(), 15)
    bank_account.refresh_from_db()
    advance(bank_account, made.answer_due_on - bank_account.business_today() + timedelta(days=1))
    assert (raise_recalls(), raise_recalls()) == (1, 0)
    assert (status(), seen(payout)[0]) == ("unanswered", "sent")
    assert ask(bank) == 1
    assert events() == ["payout.recall_requested", "payout.recall_unanswered"]
    [_, item] = waiting_on(Payout.objects.with_facts().get())
    assert (item["what"], item["who"]) == ("recall", "treasurer")


def test_a_lost_answer_is_followed_by_a_question_and_the_same_id(send, bank, key, monkeypatch):  # noqa: F811
    """The first request is lost before the bank has it, the answer to the second one after."""
    payout = send(GRANTED)
    recall(payout, key)
    rail, told = RAILS["sepa_instant"], []
    real = type(rail).recall

    def lossy(self, account, recall_id, *args, **details):
        told.append(recall_id)
        if len(told) > 1:
            real(self, account, recall_id, *args, **details)
        return Answer(Answer.UNKNOWN, "timeout", "No answer came.")

    monkeypatch.setattr(type(rail), "recall", lossy)
    ask_recalls()
    assert (status(), RecallRequest.objects.get().step) == ("asked", "check")
    assert ask(bank) == 2, "a question, and since the bank knows no such recall, the request again"
    ask(bank)
    ask(bank)
    assert status() == "granted"
    assert len(told) == 2
    assert len(set(told)) == 1


def test_a_worker_that_died_while_it_asked_is_followed_by_a_question(send, bank, key, monkeypatch):  # noqa: F811
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    payout = send(GRANTED)
    recall(payout, key)
    monkeypatch.setattr(recalls, "_record", die)
    with pytest.raises(Killed):
        ask_recalls()
    monkeypatch.undo()
    assert ask_recalls() == 0, "its lease is not over"
    ask(bank)
    assert (status(), RecallRequest.objects.get().asks) == ("granted", 1)


def test_a_bank_that_cannot_be_reached_is_told_later(send, bank, key):  # noqa: F811
    payout = send(GRANTED)
    recall(payout, key)
    bank.stop()
    ask_recalls()
    made = RecallRequest.objects.get()
    assert (made.status, made.step, made.checks) == ("asked", "ask", 0)


def test_what_has_not_left_has_ended_or_travels_in_files_is_not_recalled(platform, key, bank_account):
    scheduled, filed = create_payouts(platform.pk, [factories.payout_draft() for _ in range(2)], by=key)
    with pytest.raises(CannotRecall, match="cancel it") as refusal:
        recall(scheduled, key)
    assert faults(refusal) == ["not-left"]
    cancel_payouts([scheduled.pk], by=key, reason="Withdrawn")
    reach_cut_off(bank_account, [filed])
    submit_due()
    for payout, code in ((scheduled, "ended"), (filed, "no-recalls")):
        with pytest.raises(CannotRecall) as refusal:
            recall(payout, key)
        assert faults(refusal) == [code]
    assert not RecallRequest.objects.exists()


def test_a_bank_that_takes_no_recalls_is_not_asked(send, bank, key):  # noqa: F811
    payout = send()
    bank.promise(can_recall=False)
    with pytest.raises(CannotRecall) as refusal:
        recall(payout, key)
    assert faults(refusal) == ["no-recalls"]


def test_it_needs_a_reason_and_the_permission_to_cancel(send, bank, key, auditor):  # noqa: F811
    payout = send()
    with pytest.raises(PermissionDenied):
        recall(payout, auditor)
    with pytest.raises(CannotRecall):
        request_recalls([payout.pk], by=key, reason=" ")
    assert not RecallRequest.objects.exists()


def test_a_refused_cancel_says_that_it_can_be_recalled(send, key, platform, bank_account):
    payout = send()
    with pytest.raises(CannotCancel, match="recall it"):
        cancel_payouts([payout.pk], by=key, reason="Too late")
    assert seen(payout) == ("sent", "accepted", "")
    [filed] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    reach_cut_off(bank_account, [filed])
    submit_due()
    with pytest.raises(CannotCancel) as refusal:
        cancel_payouts([filed.pk], by=key, reason="Too late")
    assert "recall" not in refusal.value.detail


def test_a_recall_of_a_doubt_waits_until_the_bank_shows_the_payment(bank, key, platform):  # noqa: F811
    bank.will("instant_request_lost")
    [payout] = create_payouts(platform.pk, [factories.payout_draft(rail="sepa_instant")], by=key)
    call()
    assert seen(payout)[0] == "in_doubt"
    recall(payout, key)
    ask_recalls()
    made = RecallRequest.objects.get()
    assert (made.status, made.step, made.code) == ("asked", "ask", "absent")


def test_it_is_over_when_the_payout_has_ended(send, bank, key, bank_account):  # noqa: F811
    payout = send(IGNORED)
    recall(payout, key)
    stated = StatingBank(bank_account)
    stated.state_notified()
    reference = payout.end_to_end_id
    stated.state(
        Ntry(-IGNORED, [Tx(IGNORED, reference)], reference="R1"),
        Ntry(IGNORED, [Tx(IGNORED, reference, ret="AC04")], reference="R2"),
    )
    assert (ask_recalls(), status()) == (0, "over")


def test_the_database_keeps_one_live_recall_per_payout(send, key):
    payout = send()
    recall(payout, key)
    [made] = RecallRequest.objects.all()
    again = RecallRequest(payout_id=payout.pk, attempt_id=made.attempt_id, reason="Again")
    again.next_at, again.answer_due_on = made.next_at, made.answer_due_on
    with pytest.raises(IntegrityError, match="recall_one_live_per_payout"), transaction.atomic():
        again.save(force_insert=True)


def test_two_who_recall_at_once_make_one_request(committed_db, platform, key, bank_account):
    there = Bank(bank_account)
    [payout] = create_payouts(platform.pk, [factories.payout_draft(rail="sepa_instant")], by=key)
    call()
    outcomes = at_once(lambda: recall(payout, key), lambda: recall(payout, key))
    there.stop()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotRecall", "list"]
    assert RecallRequest.objects.count() == 1


def test_a_recall_and_a_debit_that_meet_both_count(committed_db, platform, key, bank_account):
    there = Bank(bank_account)
    [payout] = create_payouts(platform.pk, [factories.payout_draft(rail="sepa_instant")], by=key)
    call()
    there.stop()
    stated = StatingBank(bank_account)
    stated.state_notified()
    debit = Ntry(-payout.amount, [Tx(payout.amount, payout.end_to_end_id)], reference="R1")
    outcomes = at_once(lambda: recall(payout, key), lambda: stated.state(debit))
    assert refused(outcomes) == []
    assert seen(payout)[:2] == ("paid", "settled")
    assert status() == "requested"
    assert Payout.objects.with_facts().get().recalls_made == [RecallRequest.objects.get()]
