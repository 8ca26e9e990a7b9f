"""What looks alike is proposed and confirmed together: all of it or none."""

import pytest

from apps.core.errors import PermissionDenied
from apps.reconciliation.alike import MOST_TOGETHER, lines_like, proposals_like
from apps.reconciliation.errors import CannotDecideProposal, CannotMatch
from apps.reconciliation.models import Proposal, StatementLine
from apps.reconciliation.operations import Choice, confirm_proposals, propose_match, propose_matches, refuse_proposal
from tests import factories
from tests.doors.visits import Visitor
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.test_matching import held

REASON = "Monthly fee for the account"


@pytest.fixture
def fees(stated):
    """Three debits that only their amounts tell apart, and three that are like them in part."""
    stated.state(
        *(Ntry(-units, txs=[Tx(-units, text=f"Fee {units}", name="House Bank")]) for units in (110, 120, 130)),
        Ntry(-140, txs=[Tx(-140, text="Fee", name="Another Bank")]),
        Ntry(150, txs=[Tx(150, text="Fee", role="Dbtr", name="House Bank")]),
        Ntry(-160, txs=[Tx(-70, text="Fee", name="House Bank"), Tx(-90, text="Fee", name="House Bank")]),
    )
    return list(StatementLine.objects.open().filter(amount__in=[110, 120, 130]).order_by("amount"))


def amounts(rows):
    return sorted(row.amount for row in rows)


def test_lines_are_alike_if_only_the_amount_tells_them_apart(fees):
    first = fees[0]
    assert amounts(lines_like(first, first.parts.get())) == [120, 130]
    several = StatementLine.objects.get(amount=160)
    assert lines_like(several, several.parts.first()) == []


def test_what_is_alike_is_proposed_and_confirmed_together(fees, treasurer, colleague):
    before = held("rail_fee")
    made = propose_matches([line.pk for line in fees], "fee", None, by=treasurer, reason=REASON)
    assert amounts(proposals_like(made[0])) == amounts(made[1:])
    assert lines_like(fees[0], fees[0].parts.get()) == []
    confirm_proposals([proposal.pk for proposal in made], by=colleague)
    assert {line.state for line in StatementLine.objects.filter(pk__in=[line.pk for line in fees])} == {"matched"}
    assert held("rail_fee") - before == 110 + 120 + 130


def test_one_that_is_decided_meanwhile_stops_them_all(fees, treasurer, colleague):
    made = propose_matches([line.pk for line in fees], "fee", None, by=treasurer, reason=REASON)
    refuse_proposal(made[1].pk, by=treasurer, reason="No")
    with pytest.raises(CannotDecideProposal, match="Refused by"):
        confirm_proposals([proposal.pk for proposal in made], by=colleague)
    assert Proposal.objects.open().count() == 2
    with pytest.raises(CannotMatch, match="has proposed"):
        propose_matches([line.pk for line in fees], "fee", None, by=colleague, reason="Me too")
    assert Proposal.objects.count() == 3


def test_who_proposed_them_confirms_none(fees, treasurer):
    made = propose_matches([line.pk for line in fees], "fee", None, by=treasurer, reason=REASON)
    with pytest.raises(CannotDecideProposal, match="Another person"):
        confirm_proposals([proposal.pk for proposal in made], by=treasurer)
    with pytest.raises(PermissionDenied):
        confirm_proposals([proposal.pk for proposal in made], by=factories.person("operator"))
    assert Proposal.objects.open().count() == 3


def test_what_names_a_payout_is_looked_at_one_by_one(fees, stated, sent, treasurer, colleague):
    stated.state(Ntry(-1000, txs=[Tx(1000, text="said nothing")]))
    line = StatementLine.objects.open().get(amount=1000)
    with pytest.raises(CannotMatch, match="one by one"):
        propose_matches([line.pk], "payout", sent[0].pk, by=treasurer, reason=REASON)
    with pytest.raises(CannotMatch, match=f"one and {MOST_TOGETHER}"):
        propose_matches([], "fee", None, by=treasurer, reason=REASON)
    said = propose_match(line.pk, Choice("payout", sent[0].pk), by=treasurer, reason=REASON)
    with pytest.raises(CannotDecideProposal, match="one by one"):
        confirm_proposals([said.pk], by=colleague)
    assert proposals_like(said) == []


def test_the_bench_offers_both(fees, treasurer, colleague):
    bench = f"/admin/reconciliation/statementline/{fees[0].public_id}/"
    maker, second = Visitor(treasurer), Visitor(colleague)
    page = maker.open(bench)
    assert "and the 2 others like it" in page and "2.50" in page
    others = [line.public_id for line in fees[1:]]
    one = {"kind": "fee", "part": "1", "reason": REASON}
    assert "Proposed for 3 lines: Match as bank fee." in maker.press(
        f"{bench}propose/", **one, **{"all": "1", "with": others}
    )
    page = second.open(bench)
    assert "and the 2 others like it" in page
    said = Proposal.objects.get(line=fees[0])
    like = [other.public_id for other in proposals_like(said)]
    doors = f"/admin/reconciliation/proposal/{said.public_id}/"
    assert "Confirmed and done, 3 times" in second.press(f"{doors}confirm/", **{"all": "1", "with": like})
    assert not Proposal.objects.open().exists()
