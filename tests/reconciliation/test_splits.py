"""One line that is several payouts: exact in the books, by two people, undone as a whole, and never otherwise."""

import pytest

from apps.core.errors import NotFound, PermissionDenied
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.ledger.models import Journal, Transfer
from apps.payouts.models import Attempt, Conflict
from apps.reconciliation.errors import CannotDecideProposal, CannotMatch, CannotUndo
from apps.reconciliation.models import Expectation, Match, Proposal, Share, StatementLine
from apps.reconciliation.operations import (
    Choice,
    close_day,
    confirm_proposal,
    import_bank_file,
    propose_match,
    propose_split,
    propose_undo,
)
from tests import factories
from tests.matching import second, split_line, undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import send
from tests.reconciliation.test_matching import books, debit, held, statuses

WHY = "The bank booked them as one"


@pytest.fixture
def line(stated):
    """A debit of 30.50 EUR that says nothing: the payouts of 10.00 and 20.00, and a fee."""
    stated.state(Ntry(-3050, reference="SUM-1"))
    return StatementLine.objects.open().get()


@pytest.fixture
def choices(sent):
    return [Choice("payout", sent[0].pk), Choice("payout", sent[1].pk), Choice("fee", amount=50)]


def legs(line):
    """Return what the live matches of a line have posted: (moment, debit, credit, amount) in order."""
    names = [match.public_id for match in line.matches.filter(undone_at=None).order_by("pk")]
    rows = Transfer.objects.filter(journal__reference__in=names).select_related("journal", "debit", "credit")
    return [(row.journal.moment, row.debit.kind, row.credit.kind, row.amount) for row in rows.order_by("id")]


def test_two_people_split_a_line_and_every_cent_is_explained(line, choices, sent, treasurer, colleague, bank_account):
    proposal = propose_split(line.pk, choices, by=treasurer, reason=WHY)
    assert (proposal.shape, proposal.kind, proposal.target, proposal.amount) == ("split", "payout", None, 3050)
    assert list(proposal.shares.values_list("kind", "target", "amount")) == [
        ("payout", sent[0].pk, 1000),
        ("payout", sent[1].pk, 2000),
        ("fee", None, 50),
    ]
    moves = [(move["kind"], move["before"], move["after"]) for move in proposal.shown["moves"]]
    assert moves == [("suspense", -3050, 0), ("clearing", 6000, 3000), ("rail_fee", 0, 50)]
    assert (statuses(sent), books(bank_account)) == (["sent"] * 3, (9_996_950, 6000, -3050))

    confirm_proposal(proposal.pk, by=colleague)
    assert (statuses(sent), books(bank_account)) == (["paid", "paid", "sent"], (9_996_950, 3000, 0))
    assert StatementLine.objects.get(pk=line.pk).state == "matched"
    live = Match.objects.filter(line=line, undone_at=None).order_by("pk")
    assert list(live.values_list("kind", "payout", "amount", "place", "piece", "automatic")) == [
        ("payout", sent[0].pk, 1000, 1, 1, False),
        ("payout", sent[1].pk, 2000, 2, 1, False),
        ("fee", None, 50, 3, 1, False),
    ]
    assert {match.proposal for match in live} == {proposal}
    assert sorted(legs(line)) == [
        ("bank.fee", "rail_fee", "bank", 50),
        ("payout.settled", "clearing", "bank", 1000),
        ("payout.settled", "clearing", "bank", 2000),
    ]
    assert list(Expectation.objects.order_by("payout_id").values_list("state", flat=True)) == ["met", "met", "open"]
    told = Event.objects.filter(type__in=["payout.paid", "line.matched", "proposal.confirmed"]).order_by("id")
    assert [(event.type, event.subject) for event in told if event.subject != sent[2].public_id][-4:] == [
        ("payout.paid", sent[0].public_id),
        ("payout.paid", sent[1].public_id),
        ("line.matched", line.public_id),
        ("proposal.confirmed", line.public_id),
    ]
    assert (told.last().data["shape"], told.last().data["shares"]) == (
        "split",
        [
            {"kind": "payout", "of": sent[0].public_id, "amount": "10.00"},
            {"kind": "payout", "of": sent[1].public_id, "amount": "20.00"},
            {"kind": "fee", "of": "", "amount": "0.50"},
        ],
    )


def test_what_is_not_exact_is_refused_and_nothing_happens(line, choices, sent, treasurer):
    one, two, fee = choices
    file = Attempt.objects.get(payout=sent[0]).file_id
    missing = "These are 30.00 EUR together, the line is 30.50 EUR: 0.50 EUR are missing."
    for wrong, code, says in (
        ([one, two], "sum-differs", missing),
        ([*choices, Choice("payout", sent[2].pk)], "sum-differs", "30.00 EUR too much"),
        ([*choices, one], "named-twice", "twice"),
        ([one, Choice("batch", file)], "named-twice", "by its file"),
        ([one, two, Choice("fee")], "amount-missing", "how much"),
        ([one, two, Choice("fee", amount=-50)], "amount-missing", "how much"),
        ([one, two, Choice("writeoff", amount=50)], "unknown-kind", "writeoff"),
        ([one], "not-together", "between two"),
        ([], "not-together", "between two"),
        ([one, two, Choice("return", sent[2].pk)], "does-not-fit", "debit"),
        ([one, two, Choice("payout", uuid7())], "not-found", "no such payout"),
    ):
        with pytest.raises((CannotMatch, NotFound)) as refusal:
            propose_split(line.pk, wrong, by=treasurer, reason=WHY)
        assert (refusal.value.code, says in refusal.value.detail) == (code, True), refusal.value.detail
    assert not Proposal.objects.exists() and not Share.objects.exists()
    assert (statuses(sent), held("suspense")) == (["sent"] * 3, -3050)


def test_only_treasurers_split_and_not_twice(line, choices, treasurer, colleague):
    for person in (factories.person("approver"), SYSTEM):
        with pytest.raises(PermissionDenied):
            propose_split(line.pk, choices, by=person, reason=WHY)
    with pytest.raises(CannotMatch, match="Say why"):
        propose_split(line.pk, choices, by=treasurer, reason=" ")
    proposal = propose_split(line.pk, choices, by=treasurer, reason=WHY)
    for again in (
        lambda: propose_split(line.pk, choices, by=treasurer, reason=WHY),
        lambda: propose_match(line.pk, Choice("fee"), by=colleague, reason=WHY),
    ):
        with pytest.raises(CannotMatch) as refusal:
            again()
        assert refusal.value.code == "proposed-already"
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=treasurer)
    assert refusal.value.code == "own-proposal"
    confirm_proposal(proposal.pk, by=colleague)
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "decided-already"
    assert Match.objects.filter(proposal=proposal).count() == 3


def test_what_somebody_matched_meanwhile_is_not_paid_again(line, choices, stated, sent, treasurer, colleague):
    proposal = propose_split(line.pk, choices, by=treasurer, reason=WHY)
    stated.state(debit(sent[1], reference="ITS-OWN"))
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "changed-since"
    assert f"{sent[1].public_id}: payout.paid" in refusal.value.detail or "No debit is expected" in refusal.value.detail
    assert (statuses(sent), held("suspense")) == (["sent", "paid", "sent"], -3050)
    assert Proposal.objects.get().is_open


def test_the_rest_of_a_batch_and_another_payout_are_one_line(stated, sent, platform, key, treasurer, bank_account):
    [later] = send(platform, key, bank_account, [700])
    file = Attempt.objects.get(payout=sent[0]).file_id
    stated.state(debit(sent[0], reference="FIRST"), Ntry(-5700, reference="REST"))
    line = StatementLine.objects.open().get()
    split_line(line.pk, [Choice("batch", file), Choice("payout", later.pk)], by=treasurer)
    assert statuses([*sent, later]) == ["paid"] * 4
    assert books(bank_account)[1:] == (0, 0)
    live = Match.objects.filter(line=line, undone_at=None).order_by("pk")
    assert list(live.values_list("kind", "amount", "place")) == [
        ("batch", 2000, 1),
        ("batch", 3000, 2),
        ("payout", 700, 3),
    ]


def test_two_returns_in_one_credit_give_both_back(stated, sent, platform, treasurer, bank_account):
    stated.state(debit(sent[0], reference="R1"), debit(sent[1], reference="R2"))
    funds = held("funds", platform.public_id)
    stated.state(Ntry(3000, reference="BACK"))
    line = StatementLine.objects.open().get()
    split_line(line.pk, [Choice("return", sent[0].pk), Choice("return", sent[1].pk)], by=treasurer)
    assert statuses(sent) == ["returned", "returned", "sent"]
    assert held("funds", platform.public_id) == funds + 3000
    assert books(bank_account) == (10_000_000, 3000, 0)
    proposal = propose_undo(Match.objects.filter(kind="return").last().pk, by=treasurer, reason="Other ones")
    assert [text for text in proposal.shown["consequences"] if "Returned" in text] == [
        f"{payout.public_id} goes back from Returned to Paid, and its platform is told." for payout in sent[:2]
    ]
    confirm_proposal(proposal.pk, by=second(treasurer))
    assert (statuses(sent), held("funds", platform.public_id)) == (["paid", "paid", "sent"], funds)
    assert books(bank_account) == (10_000_000, 3000, 3000)


def test_undo_takes_all_of_a_split_back(line, choices, stated, sent, treasurer, bank_account):
    split_line(line.pk, choices, by=treasurer)
    before = Journal.objects.count()
    [*matches] = Match.objects.filter(line=line, undone_at=None).order_by("pk")
    proposal = propose_undo(matches[2].pk, by=treasurer, reason="Other payouts")
    assert proposal.shown["consequences"] == [
        "All 2 payouts go back from Paid to Sent, and their platforms are told.",
        "It no longer counts as a fee of the bank.",
        "Its journals are reversed to the cent, and the line waits in suspense again.",
        "No rule will propose the same pair again; a person still may.",
    ]
    moves = [(move["kind"], move["before"], move["after"]) for move in proposal.shown["moves"]]
    assert moves == [("suspense", 0, -3050), ("clearing", 3000, 6000), ("rail_fee", 50, 0)]
    confirm_proposal(proposal.pk, by=second(treasurer))
    assert (statuses(sent), books(bank_account)) == (["sent"] * 3, (9_996_950, 6000, -3050))
    assert held("rail_fee") == 0
    assert Journal.objects.count() == before + 4  # three contras and the suspense
    assert StatementLine.objects.get(pk=line.pk).state == "unmatched"
    split_line(line.pk, choices, by=treasurer)  # a person still may
    assert statuses(sent) == ["paid", "paid", "sent"]


def test_a_split_is_not_undone_while_one_of_its_payouts_came_back(line, choices, stated, sent, platform, treasurer):
    split_line(line.pk, choices, by=treasurer)
    funds = held("funds", platform.public_id)
    stated.state(Ntry(2000, txs=[Tx(2000, sent[1].end_to_end_id, ret="AC04", role="Dbtr")]))
    assert statuses(sent) == ["paid", "returned", "sent"]
    assert held("funds", platform.public_id) == funds + 2000
    with pytest.raises(CannotUndo) as refusal:
        propose_undo(Match.objects.get(kind="fee").pk, by=treasurer, reason="No fee")
    assert refusal.value.detail == f"{sent[1].public_id} came back since: undo the match of its return first."
    undo_match(Match.objects.get(kind="return").pk, by=treasurer, reason="Another one's")
    undo_match(Match.objects.get(kind="fee").pk, by=treasurer, reason="No fee")
    assert statuses(sent) == ["sent", "sent", "sent"]


def test_a_split_day_closes_and_is_not_undone_then(line, choices, sent, treasurer, bank_account):
    split_line(line.pk, choices, by=treasurer)
    close_day(bank_account.pk, bank_account.business_today(), by=treasurer)
    with pytest.raises(CannotUndo) as refusal:
        propose_undo(Match.objects.get(kind="fee").pk, by=treasurer, reason="No fee")
    assert refusal.value.code == "day-closed"


def test_the_banks_own_detail_that_comes_late_pays_nobody_twice(stated, sent, treasurer, bank_account):
    told = stated.write([Ntry(-3000, reference="SUM-1")], kind="camt.054", id="NTF-9")
    import_bank_file(told, "notification.xml", by=SYSTEM)
    line = StatementLine.objects.open().get()
    split_line(line.pk, [Choice("payout", payout.pk) for payout in sent[:2]], by=treasurer)
    detail = [Tx(payout.amount, payout.end_to_end_id) for payout in sent[:2]]
    stated.state(Ntry(-3000, txs=detail, reference="SUM-1"))
    assert (statuses(sent), books(bank_account)[1:]) == (["paid", "paid", "sent"], (3000, 0))
    assert StatementLine.objects.get(bank_reference="SUM-1").statement is not None
    stated.state(Ntry(-3000, txs=detail, reference="DETAIL-1"))
    assert (statuses(sent), books(bank_account)[1:]) == (["paid", "paid", "sent"], (3000, -3000))
    assert Conflict.objects.open().filter(kind="paid_twice").count() == 2
