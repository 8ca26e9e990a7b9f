"""Lines that contradict a payout open conflicts; two people close each, and the books stay true."""

import pytest
from django.db import IntegrityError, transaction

from apps.core.permissions import SYSTEM
from apps.ledger.queries import balances
from apps.payouts.errors import CannotResolve
from apps.payouts.models import Attempt, Conflict, Payout
from apps.payouts.operations import create_payouts
from apps.reconciliation import operations
from apps.reconciliation.errors import CannotMatch, CannotUndo
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import (
    Choice,
    confirm_resolution,
    match_waiting,
    people,
    propose_closing,
    propose_undo,
    refuse_resolution,
)
from tests import factories
from tests.matching import match_line, split_line, undo_match
from tests.payouts.test_conflicts import report
from tests.reconciliation.bank import Ntry, Tx

EVIDENCE = "Ms Example of the bank's desk wrote on Monday what became of it."


@pytest.fixture
def decide(treasurer, officer):
    """Let two people close a conflict."""

    def decide(verdict, conflict=None):
        conflict = conflict or Conflict.objects.open().get()
        resolution = propose_closing(conflict.pk, verdict, EVIDENCE, by=treasurer)
        assert Conflict.objects.get(pk=conflict.pk).is_open
        confirm_resolution(resolution.pk, by=officer)
        return Conflict.objects.get(pk=conflict.pk)

    return decide


@pytest.fixture
def failed(sent, stated, bank_account):
    """A payout of 10.00 that the bank refused."""
    report(refused={sent[0].end_to_end_id: "AC04"})
    return Payout.objects.get(pk=sent[0].pk, status="failed")


@pytest.fixture
def paid(sent, stated):
    """A payout of 10.00 that a line proves."""
    stated.state(debit(sent[0], "R1"))
    return Payout.objects.get(pk=sent[0].pk, status="paid")


def debit(payout, reference, amount=None):
    amount = amount or payout.amount
    return Ntry(-amount, [Tx(amount, payout.end_to_end_id)], reference=reference)


def credit(payout, reference):
    return Ntry(payout.amount, [Tx(payout.amount, payout.end_to_end_id, ret="AC04")], reference=reference)


def money(platform, account):
    house = balances("").get("EUR", {})
    return {
        "funds": balances(platform.public_id)["EUR"]["funds"],
        "clearing": balances(account.public_id)["EUR"]["clearing"],
        **{kind: house.get(kind, 0) for kind in ("suspense", "ops_loss", "bank_dispute")},
    }


def faults(refusal):
    return [fault.code for fault in refusal.value.errors]


def test_a_debit_of_a_failed_payout_opens_a_conflict_once(failed, stated, bank_account):
    stated.state(debit(failed, "R1"))
    conflict = Conflict.objects.get()
    assert (conflict.kind, conflict.payout, conflict.amount) == ("money_left", failed, 1000)
    assert conflict.evidence[0]["source"] == "line"
    match_waiting(bank_account.pk)
    assert len(Conflict.objects.get().evidence) == 1
    assert Payout.objects.get(pk=failed.pk).status == "failed"


def test_money_that_left_is_charged_to_the_platform(failed, stated, decide, platform, bank_account):
    before = money(platform, bank_account)
    stated.state(debit(failed, "R1"))
    assert money(platform, bank_account) == before | {"suspense": -1000}
    assert decide("paid_after_all").charged_to == "funds"
    assert money(platform, bank_account) == before | {
        "funds": before["funds"] - 1000, "clearing": before["clearing"] + 1000, "suspense": -1000,
    }  # fmt: skip
    match_waiting(bank_account.pk)
    assert money(platform, bank_account) == before | {"funds": before["funds"] - 1000}
    assert Match.objects.get(kind="extra").conflict == Conflict.objects.get()
    assert Payout.objects.get(pk=failed.pk).status == "failed"


def test_it_is_charged_before_its_line_comes_as_well(failed, stated, decide, platform, bank_account):
    report(group="ACSC")
    before = money(platform, bank_account)
    decide("paid_after_all")
    assert money(platform, bank_account)["clearing"] == before["clearing"] + 1000
    stated.state(debit(failed, "R1"))
    assert money(platform, bank_account) == before | {"funds": before["funds"] - 1000}
    assert not Conflict.objects.open().exists(), "the line is what was decided"


def test_the_house_bears_what_the_platform_has_not(failed, stated, decide, platform, key, bank_account):
    report(group="ACSC")
    free = balances(platform.public_id)["EUR"]["funds"]
    factories.policy((None, 0), platform=platform)
    create_payouts(platform.pk, [factories.payout_draft(amount=free - 999)], by=key)
    assert decide("paid_after_all").charged_to == "ops_loss"
    assert money(platform, bank_account)["funds"] == 999
    assert balances("")["EUR"]["ops_loss"] == 1000


def test_a_second_debit_is_disputed_with_the_bank(paid, stated, decide, platform, bank_account, treasurer):
    before = money(platform, bank_account)
    stated.state(debit(paid, "R2"))
    assert Conflict.objects.get().kind == "paid_twice"
    assert decide("paid_after_all").charged_to == "bank_dispute"
    match_waiting(bank_account.pk)
    assert money(platform, bank_account) == before | {"bank_dispute": 1000}

    stated.state(credit(paid, "R3"))
    assert Payout.objects.get(pk=paid.pk).status == "paid", "which of the two came back is for people"
    line = StatementLine.objects.get(bank_reference="R3")
    match_line(line.pk, Choice("repaid", Conflict.objects.get().pk), by=treasurer)
    assert money(platform, bank_account) == before
    with_undone = Match.objects.get(kind="repaid")
    undo_match(with_undone.pk, by=treasurer, reason="It was another one")
    assert money(platform, bank_account) == before | {"bank_dispute": 1000, "suspense": 1000}
    match_line(line.pk, Choice("return", paid.pk), by=treasurer)
    assert Payout.objects.get(pk=paid.pk).status == "returned"


def test_what_was_charged_may_be_a_share_of_a_line_and_so_may_what_came_back(
    failed, sent, stated, decide, platform, bank_account, treasurer
):
    report(group="ACSC")
    before, conflict = money(platform, bank_account), decide("paid_after_all")
    stated.state(Ntry(-3000, reference="R1"))
    out = StatementLine.objects.get(bank_reference="R1")
    split_line(out.pk, [Choice("extra", conflict.pk), Choice("payout", sent[1].pk)], by=treasurer)
    assert money(platform, bank_account) == before | {
        "funds": before["funds"] - 1000, "clearing": before["clearing"] - 2000,
    }  # fmt: skip
    stated.state(Ntry(3000, reference="R2"))
    back = StatementLine.objects.get(bank_reference="R2")
    split_line(back.pk, [Choice("repaid", conflict.pk), Choice("return", sent[1].pk)], by=treasurer)
    assert money(platform, bank_account) == before | {
        "funds": before["funds"] + 2000, "clearing": before["clearing"] - 2000,
    }  # fmt: skip
    with pytest.raises(CannotUndo, match="The money came back since"):
        propose_undo(Match.objects.filter(line=out, undone_at=None).last().pk, by=treasurer, reason="Other ones")
    undo_match(Match.objects.filter(line=back, undone_at=None).first().pk, by=treasurer, reason="Other ones")
    undo_match(Match.objects.filter(line=out, undone_at=None).first().pk, by=treasurer, reason="Other ones")
    assert money(platform, bank_account) == before | {
        "funds": before["funds"] - 1000, "clearing": before["clearing"] + 1000,
    }  # fmt: skip


def test_while_it_is_open_no_return_is_applied_by_itself(paid, stated, decide, bank_account):
    stated.state(debit(paid, "R2"))
    stated.state(credit(paid, "R3"))
    assert Payout.objects.get(pk=paid.pk).status == "paid"
    decide("stands")
    match_waiting(bank_account.pk)
    assert Payout.objects.get(pk=paid.pk).status == "returned"


def takes_two(line, choice, person):
    """Assert that neither the operation nor the tables let one person match the line."""
    with pytest.raises(CannotMatch) as refusal:
        operations.match_line(line.pk, choice, by=person)
    assert refusal.value.code == "takes-two-people"
    with pytest.raises(IntegrityError, match="neither evidence nor a second"), transaction.atomic():
        locked = people.lock_line(line.pk)
        people.record(locked, people.find(locked, locked.parts.get(), choice), by=person)


def test_what_came_back_of_a_contradicted_payout_takes_two(paid, sent, stated, decide, treasurer):
    stated.state(Ntry(2000, [Tx(2000, sent[1].end_to_end_id, role="Dbtr")], reference="B1"))
    operations.match_line(StatementLine.objects.get(bank_reference="B1").pk, Choice("return", sent[1].pk), by=treasurer)
    stated.state(debit(sent[1], "B2"), debit(sent[1], "B3"))
    of_returned = Conflict.objects.get(payout=sent[1])  # opened after one person has matched what was proven then
    decide("stands", of_returned)

    stated.state(debit(paid, "R2"))
    stated.state(credit(paid, "R3"))
    back = StatementLine.objects.get(bank_reference="R3")
    takes_two(back, Choice("return", paid.pk), treasurer)
    conflict = decide("paid_after_all")
    match_waiting(back.bank_account_id)
    for choice in (Choice("return", paid.pk), Choice("repaid", conflict.pk)):
        takes_two(back, choice, treasurer)
    match_line(back.pk, Choice("return", paid.pk), by=treasurer)
    assert Payout.objects.get(pk=paid.pk).status == "returned"


def test_a_debit_by_which_the_bank_takes_back_takes_two(sent, stated, treasurer):
    file = Attempt.objects.get(payout=sent[0]).file
    stated.state(
        Ntry(-1000, [Tx(1000, sent[0].end_to_end_id)], reference="R1", reversal=True),
        Ntry(-2000, [Tx(2000, sent[1].end_to_end_id, ret="AC04")], reference="R2"),
        Ntry(-6000, reference="R3", batch={"MsgId": file.message_id, "NbOfTxs": 3}, reversal=True),
    )
    choices = Choice("payout", sent[0].pk), Choice("payout", sent[1].pk), Choice("batch", file.pk)
    for reference, choice in zip(("R1", "R2", "R3"), choices, strict=True):
        takes_two(StatementLine.objects.get(bank_reference=reference), choice, treasurer)


def test_what_stands_changes_nothing_and_is_not_asked_again(failed, stated, decide, platform, bank_account):
    stated.state(debit(failed, "R1"))
    before = money(platform, bank_account)
    decide("stands")
    assert match_waiting(bank_account.pk) == 0
    assert not Conflict.objects.open().exists()
    assert money(platform, bank_account) == before
    stated.state(debit(failed, "R2"))
    assert Conflict.objects.open().count() == 1, "another line says it again"


def test_what_the_bank_never_paid_fails_after_its_match_is_undone(
    paid, decide, treasurer, platform, bank_account, stated
):
    report(refused={paid.end_to_end_id: "AC04"})
    with pytest.raises(CannotResolve) as refusal:
        decide("refused_after_all")
    assert faults(refusal) == ["undo-first"]
    match = Match.objects.get(payout=paid, kind="payout")
    undo_match(match.pk, by=treasurer, reason="The bank says it was another payment")
    with pytest.raises(CannotResolve) as refusal:
        decide("refused_after_all")
    assert faults(refusal) == ["statement-first"], "the line may still be this payment"
    match_line(match.line_id, Choice("fee"), by=treasurer)
    before = money(platform, bank_account)
    decide("refused_after_all")
    assert Payout.objects.get(pk=paid.pk).status == "failed"
    after = money(platform, bank_account)
    assert (after["funds"], after["clearing"]) == (before["funds"] + 1000, before["clearing"] - 1000)


def test_a_settlement_that_was_refused_is_paid_by_its_line_while_people_look(sent, stated, decide):
    report(group="ACSC")
    report(refused={sent[0].end_to_end_id: "AC04"})
    stated.state(debit(sent[0], "R1"))
    assert Payout.objects.get(pk=sent[0].pk).status == "paid"
    assert Conflict.objects.open().get().kind == "refused"
    decide("stands")


def test_a_conflict_is_closed_once_and_only_as_its_kind_allows(failed, stated, decide, treasurer, officer):
    stated.state(debit(failed, "R1"))
    conflict = Conflict.objects.get()
    with pytest.raises(CannotResolve) as refusal:
        propose_closing(conflict.pk, "refused_after_all", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["unknown-verdict"]
    resolution = propose_closing(conflict.pk, "stands", EVIDENCE, by=treasurer)
    with pytest.raises(CannotResolve) as refusal:
        propose_closing(conflict.pk, "stands", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["proposed-already"]
    refuse_resolution(resolution.pk, by=officer, reason="The letter names another payment")
    assert Conflict.objects.get().is_open
    decide("stands")
    with pytest.raises(CannotResolve) as refusal:
        propose_closing(conflict.pk, "paid_after_all", EVIDENCE, by=treasurer)
    assert faults(refusal) == ["closed"]


def test_a_pair_that_a_person_rejected_contradicts_nothing(paid, treasurer, bank_account, stated, decide):
    report(refused={paid.end_to_end_id: "AC04"})
    match = Match.objects.get(payout=paid, kind="payout")
    undo_match(match.pk, by=treasurer, reason="Not ours")
    match_waiting(bank_account.pk)
    assert list(Conflict.objects.values_list("kind", flat=True)) == ["refused"]


def test_a_debit_of_a_cancelled_payout_is_one_too(platform, key, stated, bank_account):
    from apps.payouts.operations import cancel_payouts

    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1000)], by=key)
    cancel_payouts([payout.pk], by=SYSTEM, reason="Not any more")
    stated.state(debit(payout, "R1", amount=700))
    conflict = Conflict.objects.get()
    assert (conflict.kind, conflict.attempt, conflict.amount) == ("money_left", None, 700)
