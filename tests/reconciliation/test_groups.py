"""Several lines that are one thing: exact in the books, by two people, undone as a whole, and never otherwise."""

from datetime import timedelta

import pytest

from apps.core.errors import NotFound
from apps.core.ids import uuid7
from apps.events.models import Event
from apps.ledger.models import Journal, Transfer
from apps.payouts.models import Attempt, Payout
from apps.reconciliation.errors import CannotDecideProposal, CannotMatch, CannotUndo
from apps.reconciliation.models import Expectation, Match, Proposal, StatementLine
from apps.reconciliation.operations import (
    Choice,
    close_day,
    confirm_proposal,
    propose_close,
    propose_group,
    propose_match,
    propose_split,
    propose_undo,
    sign_close,
)
from tests import factories
from tests.clocks import advance
from tests.matching import group_lines, second, undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, send
from tests.reconciliation.test_matching import books, debit, held, statuses

WHY = "The bank booked it in two parts"


@pytest.fixture
def lines(stated):
    """Debits of 12.00 and 18.00 EUR that say nothing: together the payout of 30.00."""
    stated.state(Ntry(-1200, reference="PART-1"), Ntry(-1800, reference="PART-2"))
    return list(StatementLine.objects.open().order_by("position"))


def members(lines):
    return [(line.pk, None) for line in lines]


def rows(**about):
    live = Match.objects.filter(undone_at=None, **about).order_by("pk")
    return list(live.values_list("line__bank_reference", "payout", "amount", "place", "piece"))


def test_two_people_group_lines_and_each_takes_its_part(lines, sent, treasurer, colleague, bank_account):
    proposal = propose_group(members(lines[::-1]), Choice("payout", sent[2].pk), by=treasurer, reason=WHY)
    assert (proposal.shape, proposal.line, proposal.amount) == ("group", lines[0], 3000)
    assert list(proposal.shares.values_list("part__line", "kind", "target", "amount")) == [
        (lines[0].pk, "payout", sent[2].pk, 1200),
        (lines[1].pk, "payout", sent[2].pk, 1800),
    ]
    moves = [(move["kind"], move["before"], move["after"]) for move in proposal.shown["moves"]]
    assert moves == [("suspense", -3000, 0), ("clearing", 6000, 3000)]
    assert (statuses(sent), books(bank_account)) == (["sent"] * 3, (9_997_000, 6000, -3000))

    confirm_proposal(proposal.pk, by=colleague)
    assert (statuses(sent), books(bank_account)) == (["sent", "sent", "paid"], (9_997_000, 3000, 0))
    assert rows(kind="payout") == [("PART-1", sent[2].pk, 1200, 1, 1), ("PART-2", sent[2].pk, 1800, 1, 2)]
    assert {line.state for line in StatementLine.objects.filter(sign="DBIT")} == {"matched"}
    assert Expectation.objects.get(payout=sent[2]).state == "met"
    for line in lines:
        told = Event.objects.filter(subject=line.public_id, type__startswith="proposal.").order_by("id")
        assert [(event.type, event.data["line"]["id"]) for event in told] == [
            ("proposal.made", line.public_id),
            ("proposal.confirmed", line.public_id),
        ]
    close_day(bank_account.pk, bank_account.business_today(), by=treasurer)


def test_the_last_of_several_lines_earns_the_fee_once(platform, key, bank, bank_account, treasurer):
    factories.fees(platform=platform, fixed=20, basis_points=0)
    [payout] = send(platform, key, bank_account, [3000])
    bank.state_notified()
    bank.state(Ntry(-1200, reference="PART-1"), Ntry(-1800, reference="PART-2"))
    assert held("fee_pending", bank_account.public_id) == 20
    lines = list(StatementLine.objects.open().order_by("position"))
    group_lines(lines, Choice("payout", payout.pk), by=treasurer)
    posted = Transfer.objects.filter(journal__subject=payout.public_id, journal__moment="payout.settled")
    assert list(posted.order_by("id").values_list("debit__kind", "credit__kind", "amount")) == [
        ("clearing", "bank", 1200),
        ("clearing", "bank", 1800),
        ("fee_pending", "fee_income", 20),
    ]
    assert (held("fee_pending", bank_account.public_id), held("fee_income")) == (0, 20)
    undo_match(Match.objects.filter(kind="payout").first().pk, by=treasurer, reason="Another payout")
    assert (held("fee_pending", bank_account.public_id), held("fee_income")) == (20, 0)


def test_a_file_that_was_booked_in_two_lines_pays_each_payout_once(stated, sent, treasurer, bank_account):
    stated.state(Ntry(-1500, reference="HALF-1"), Ntry(-4500, reference="HALF-2"))
    lines = list(StatementLine.objects.open().order_by("position"))
    group_lines(lines, Choice("batch", Attempt.objects.get(payout=sent[0]).file_id), by=treasurer)
    assert (statuses(sent), books(bank_account)) == (["paid"] * 3, (9_994_000, 0, 0))
    assert rows(kind="batch") == [
        ("HALF-1", sent[0].pk, 1000, 1, 1),
        ("HALF-1", sent[1].pk, 500, 2, 1),
        ("HALF-2", sent[1].pk, 1500, 1, 2),
        ("HALF-2", sent[2].pk, 3000, 2, 1),
    ]


def test_a_return_in_two_credits_gives_the_money_back_once(stated, sent, platform, treasurer, bank_account):
    stated.state(debit(sent[2], reference="OUT"))
    funds = held("funds", platform.public_id)
    stated.state(Ntry(1200, reference="BACK-1"), Ntry(1800, reference="BACK-2"))
    assert Payout.objects.get(pk=sent[2].pk).status == "paid"
    lines = list(StatementLine.objects.open().order_by("position"))
    group_lines(lines, Choice("return", sent[2].pk), by=treasurer)
    assert (statuses(sent), books(bank_account)) == (["sent", "sent", "returned"], (10_000_000, 3000, 0))
    assert held("funds", platform.public_id) == funds + 3000
    proposal = propose_undo(Match.objects.filter(kind="return").last().pk, by=treasurer, reason="Another one's")
    assert proposal.shown["consequences"][:2] == [
        "The payout goes back from Returned to Paid, and its platform is told.",
        f"Quillmarket loses 30.00 EUR of its balance, which is {(funds + 3000) / 100:.2f} EUR now.",
    ]
    confirm_proposal(proposal.pk, by=second(treasurer))
    assert (statuses(sent), books(bank_account)) == (["sent", "sent", "paid"], (10_000_000, 3000, 3000))
    assert held("funds", platform.public_id) == funds


def test_what_is_not_exact_is_refused_and_nothing_happens(lines, stated, sent, treasurer):
    stated.state(Ntry(1800, reference="IN"))
    Bank(factories.bank_account("Other")).state(Ntry(-1800, reference="ELSEWHERE"))
    credit, elsewhere = (StatementLine.objects.get(bank_reference=reference) for reference in ("IN", "ELSEWHERE"))
    whole, first = Choice("payout", sent[2].pk), lines[0]
    too_much = "The lines are 30.00 EUR together, expected are 20.00 EUR: 10.00 EUR too much."
    for chosen, choice, code, says in (
        (lines, Choice("payout", sent[1].pk), "sum-differs", too_much),
        ([first], whole, "not-together", "between two"),
        ([], whole, "not-together", "between two"),
        ([first, first], whole, "named-twice", "twice"),
        ([first, credit], whole, "does-not-fit", "one direction"),
        ([first, elsewhere], whole, "does-not-fit", "one bank account"),
        (lines, Choice("fee"), "unknown-kind", "fee"),
        (lines, Choice("payout", uuid7()), "not-found", "no such payout"),
    ):
        with pytest.raises((CannotMatch, NotFound)) as refusal:
            propose_group(members(chosen), choice, by=treasurer, reason=WHY)
        assert (refusal.value.code, says in refusal.value.detail) == (code, True), refusal.value.detail
    assert not Proposal.objects.exists()
    assert statuses(sent) == ["sent"] * 3


def test_a_line_of_a_group_is_proposed_once_and_a_rule_overtakes_it(lines, stated, sent, treasurer, colleague):
    stated.state(Ntry(-1700, reference="WHOLE"))
    whole = StatementLine.objects.get(bank_reference="WHOLE")
    proposal = propose_group(members(lines), Choice("payout", sent[2].pk), by=treasurer, reason=WHY)
    for again in (
        lambda: propose_match(lines[1].pk, Choice("fee"), by=colleague, reason=WHY),
        lambda: propose_group(members([lines[1], whole]), Choice("payout", sent[2].pk), by=colleague, reason=WHY),
        lambda: propose_split(lines[1].pk, [Choice("fee", amount=1)] * 2, by=colleague, reason=WHY),
    ):
        with pytest.raises(CannotMatch) as refusal:
            again()
        assert refusal.value.code == "proposed-already"
    stated.state(debit(sent[2], reference="ITS-OWN"))
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "changed-since"
    assert statuses(sent) == ["sent", "sent", "paid"]
    assert held("suspense") == -4700


def test_undo_at_one_line_takes_the_group_back(lines, stated, sent, treasurer, colleague, bank_account):
    group_lines(lines, Choice("payout", sent[2].pk), by=treasurer)
    proposal = propose_undo(Match.objects.get(line=lines[1], undone_at=None).pk, by=treasurer, reason="Two fees")
    assert proposal.line == lines[0]
    assert proposal.shown["consequences"] == [
        "The payout goes back from Paid to Sent, and its platform is told.",
        "Its journals are reversed to the cent, and all 2 lines wait in suspense again.",
        "No rule will propose the same pair again; a person still may.",
    ]
    with pytest.raises(CannotUndo) as refusal:
        propose_undo(Match.objects.get(line=lines[1], undone_at=None).pk, by=colleague, reason="Me too")
    assert refusal.value.code == "proposed-already"
    confirm_proposal(proposal.pk, by=colleague)
    assert (statuses(sent), books(bank_account)) == (["sent"] * 3, (9_997_000, 6000, -3000))
    assert {line.state for line in StatementLine.objects.filter(sign="DBIT")} == {"unmatched"}


def test_a_payout_of_a_group_comes_back_and_then_the_group_stays(lines, stated, sent, platform, treasurer):
    group_lines(lines, Choice("payout", sent[2].pk), by=treasurer)
    funds = held("funds", platform.public_id)
    stated.state(Ntry(3000, txs=[Tx(3000, sent[2].end_to_end_id, ret="AC04", role="Dbtr")]))
    assert statuses(sent) == ["sent", "sent", "returned"]
    assert held("funds", platform.public_id) == funds + 3000
    with pytest.raises(CannotUndo) as refusal:
        propose_undo(Match.objects.get(line=lines[0], kind="payout").pk, by=treasurer, reason="Two fees")
    assert refusal.value.detail == f"{sent[2].public_id} came back since: undo the match of its return first."


def test_a_line_that_a_closed_day_left_open_is_grouped_on_the_next(stated, sent, treasurer, bank_account):
    stated.state(Ntry(-1200, reference="PART-1"))
    today = stated.account.business_today()
    left = propose_close(bank_account.pk, today, by=treasurer, reason="The month ends")
    sign_close(left.pk, by=second(treasurer))
    advance(stated.account, timedelta(days=1))
    stated.state(Ntry(-1800, reference="PART-2"))
    lines = list(StatementLine.objects.open().order_by("booked_on"))
    before = Journal.objects.filter(booked_on__lte=today).count()
    group_lines(lines, Choice("payout", sent[2].pk), by=treasurer)
    settled = Journal.objects.filter(moment="payout.settled", subject=sent[2].public_id)
    assert set(settled.values_list("booked_on", flat=True)) == {today + timedelta(days=1)}
    undo_match(Match.objects.filter(kind="payout").last().pk, by=treasurer, reason="Two fees")
    group_lines(lines, Choice("payout", sent[2].pk), by=treasurer)
    assert Journal.objects.filter(booked_on__lte=today).count() == before
    assert (statuses(sent), books(bank_account)) == (["sent", "sent", "paid"], (9_997_000, 3000, 0))
    close_day(bank_account.pk, today + timedelta(days=1), by=treasurer)
