"""Splitting a line and grouping lines at the bench: choose, add up, propose, confirm, undo."""

import pytest

from apps.payouts.models import Payout
from apps.reconciliation.models import Match, Proposal, StatementLine
from tests.doors.visits import Visitor
from tests.reconciliation.bank import Ntry, Tx

LINES = "/admin/reconciliation/statementline/"


def bench(line):
    return f"{LINES}{line.public_id}/"


@pytest.fixture
def lines(stated):
    """Debits of 30.50, 12.00 and 18.00 EUR that say nothing."""
    stated.state(*[Ntry(-amount, reference=f"N-{amount}") for amount in (3050, 1200, 1800)])
    return list(StatementLine.objects.open().order_by("position"))


def confirm_of(proposal):
    return f"/admin/reconciliation/proposal/{proposal.public_id}/confirm/"


def test_a_line_is_split_by_two_at_the_bench(lines, sent, treasurer, colleague):
    visitor, line = Visitor(treasurer), lines[0]
    assert f'href="{bench(line)}split/?part=1"' in visitor.open(bench(line))
    page = visitor.open(f"{bench(line)}split/?part=1")
    assert all(f'value="{payout.public_id}"' in page for payout in sent)
    assert "propose-split/" not in page

    chosen = f"name={sent[0].public_id}&more={sent[1].end_to_end_id.lower()}"
    page = visitor.open(f"{bench(line)}split/?part=1&{chosen}")
    assert "0.50 EUR are missing" in page and "propose-split/" not in page
    page = visitor.open(f"{bench(line)}split/?part=1&{chosen}&fee=0.50")
    assert "Exact" in page and f'action="{bench(line)}propose-split/"' in page
    assert "60.00" in page and "30.00" in page  # clearing, before and after

    what = {"name": [payout.public_id for payout in sent[:2]], "fee": "0.50", "part": "1"}
    page = visitor.press(f"{bench(line)}propose-split/", **what, reason=" ")
    assert "Say why, so that a second person can judge it." in page and "Exact" in page
    page = visitor.press(f"{bench(line)}propose-split/", **what, reason="The bank's desk named both")
    assert "Proposed: Split into several." in page
    assert "another treasurer confirms it" in page and "split/?part=1" not in page
    page = visitor.press(f"{bench(line)}propose-split/", **what, reason="Once more")
    assert Proposal.objects.count() == 1

    page = Visitor(colleague).open(bench(line))
    assert all(f"{payout.public_id}/" in page for payout in sent[:2])
    assert "Confirmed and done: Split into several." in Visitor(colleague).press(confirm_of(Proposal.objects.get()))
    assert [payout.status for payout in Payout.objects.order_by("pk")] == ["paid", "paid", "sent"]

    page = visitor.open(bench(line))
    assert "Undo these 3 matches" in page and page.count("All 2 payouts go back from Paid to Sent") == 1


def test_lines_are_grouped_by_two_at_the_bench(lines, sent, treasurer, colleague):
    visitor, line, other = Visitor(treasurer), lines[1], lines[2]
    page = visitor.open(f"{bench(line)}group/?part=1")
    assert f'value="{other.public_id}/1"' in page and f'value="{sent[2].public_id}"' in page
    page = visitor.open(f"{bench(line)}group/?part=1&name={sent[2].public_id}")
    assert "18.00 EUR are missing" in page and "propose-group/" not in page
    page = visitor.open(f"{bench(line)}group/?part=1&name={sent[2].public_id}&with={other.public_id}/1")
    assert "Exact" in page and "propose-group/" in page

    what = {"name": sent[2].public_id, "with": [f"{line.public_id}/1", f"{other.public_id}/1"], "part": "1"}
    page = visitor.press(f"{bench(line)}propose-group/", **what, reason="Booked in two parts")
    assert "Proposed: Match with other lines as payout." in page
    for each in (line, other):
        page = Visitor(colleague).open(bench(each))
        assert confirm_of(Proposal.objects.get()) in page and "of this line" in page
    assert Visitor(colleague).open(f"{LINES}?state=proposed").count("data-id=") == 2
    Visitor(colleague).press(confirm_of(Proposal.objects.get()))
    assert Payout.objects.get(pk=sent[2].pk).status == "paid"

    page = visitor.open(bench(other))
    assert "Undo these 2 matches of 2 lines" in page
    assert page.count(f'Together with <a class="pp-link" href="{bench(line)}">12.00 EUR of ') == 1
    undo = f"/admin/reconciliation/match/{Match.objects.get(line=other, undone_at=None).public_id}/undo/"
    visitor.press(undo, reason="Two fees")
    for each in (line, other):
        page = Visitor(colleague).open(bench(each))
        assert confirm_of(Proposal.objects.open().get()) in page
        assert "/undo/" not in page


def test_wrong_input_is_told_and_changes_nothing(lines, treasurer):
    visitor = Visitor(treasurer)
    for fields, why in (
        ("split/?name=po_nonsense", "names no payout"),
        ("split/?more=fil_nonsense", "names no payment file"),
        ("split/?fee=0,5", "Digits with a point"),
        ("split/?fee=-1.00", "greater than zero"),
        ("group/?name=cfl_nonsense", "names no conflict"),
        ("group/?part=99", "matched, or somebody has proposed"),
    ):
        assert why in visitor.client.get(f"{bench(lines[0])}{fields}", follow=True).content.decode(), fields
    assert not Proposal.objects.exists()


def test_what_a_line_names_is_ticked_first(stated, sent, treasurer):
    text = f"{sent[0].end_to_end_id} {sent[1].end_to_end_id}"
    stated.state(Ntry(-3000, txs=[Tx(3000, text=text)]))
    page = Visitor(treasurer).open(f"{bench(StatementLine.objects.open().get())}split/")
    assert page.count(" checked>") == 2 and "propose-split/" in page


def test_others_see_the_sum_and_no_button(lines, sent, auditor, administrator):
    line = lines[1]
    for name in ("split", "group"):
        page = Visitor(auditor).open(f"{bench(line)}{name}/?name={sent[2].public_id}&with={lines[2].public_id}/1")
        assert "Only treasurers match lines." in page and "/propose-" not in page
        Visitor(administrator).open(f"{bench(line)}{name}/", expect=403)
        Visitor(auditor).open(f"{bench(line)}propose-{name}/", expect=405)
    page = Visitor(auditor).press(f"{bench(line)}propose-split/", name=sent[2].public_id, fee="1.00", reason="x")
    assert "reconciliation.match_line" in page
    assert not Proposal.objects.exists()
