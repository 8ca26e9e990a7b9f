"""The bench at which a person matches a line: list, evidence, one button per choice, undo."""

import pytest

from apps.payouts.models import Payout
from apps.reconciliation.models import Match, Proposal, StatementLine
from apps.reconciliation.operations.people import Choice
from tests import factories
from tests.doors.visits import Visitor
from tests.matching import match_line
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.test_matching import debit as debit_of

LINES = "/admin/reconciliation/statementline/"


def bench(line):
    return f"{LINES}{line.public_id}/"


def open_line(sign):
    return StatementLine.objects.open().get(sign=sign)


@pytest.fixture
def debit(stated, sent):
    """A debit of 10.00 EUR without a reference; the bank has a payout of that amount."""
    stated.state(Ntry(-1000, txs=[Tx(1000, text="said nothing")]))
    return open_line("DBIT")


@pytest.fixture
def credit(stated):
    stated.state(Ntry(70_000, txs=[Tx(70_000, text="for our account", role="Dbtr", name="Brisk Traders")]))
    return open_line("CRDT")


def test_the_list_shows_what_waits_and_leads_to_the_bench(debit, treasurer):
    page = Visitor(treasurer).open(LINES)
    assert f'data-id="{debit.public_id}"' in page
    assert f'href="{bench(debit)}"' in page
    assert "said nothing" in page
    assert StatementLine.objects.filter(state="matched").exists()
    assert page.count("data-id=") == 1
    assert Visitor(treasurer).open(f"{LINES}?state=all").count("data-id=") > 1


@pytest.mark.parametrize("term", ["10.00", "{0.public_id}", "{0.bank_reference}"])
def test_a_line_is_found_by_what_is_quoted(stated, sent, treasurer, term):
    stated.state(Ntry(-1000, reference="BANK-77"), Ntry(-4321, reference="BANK-78"))
    line = StatementLine.objects.get(bank_reference="BANK-77")
    page = Visitor(treasurer).open(f"{LINES}?q={term.format(line)}")
    assert f'data-id="{line.public_id}"' in page
    assert page.count("data-id=") == 1


def test_the_bench_shows_evidence_and_what_the_books_would_say(debit, sent, treasurer):
    page = Visitor(treasurer).open(bench(debit))
    assert "It carries no reference of ours" in page
    assert sent[0].public_id in page
    assert "the amount" in page
    # Clearing holds the three payouts, 60.00; the match takes 10.00 of it out of suspense.
    assert "60.00" in page and "50.00" in page


def test_one_press_matches_what_the_line_proves_and_leads_on(sent, stated, treasurer):
    stated.state(debit_of(sent[0]), Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, role="Dbtr")]), Ntry(-4321))
    back = open_line("CRDT")
    page = Visitor(treasurer).open(bench(back))
    assert f'action="{bench(back)}match/"' in page
    page = Visitor(treasurer).press(f"{bench(back)}match/", kind="return", target=sent[0].public_id, part="1")
    assert "is matched: return of a payout" in page
    assert "1 more line waits" in page
    assert "\N{MINUS SIGN}43.21" in page
    assert Payout.objects.get(pk=sent[0].pk).status == "returned"
    match = Match.objects.get(line=back, undone_at=None)
    assert (match.kind, match.matched_by) == ("return", treasurer)


def test_one_press_is_not_enough_for_what_the_line_does_not_prove(debit, sent, treasurer):
    page = Visitor(treasurer).press(f"{bench(debit)}match/", kind="payout", target=sent[0].public_id, part="1")
    assert "it takes two people" in page
    assert Payout.objects.get(pk=sent[0].pk).status == "sent"


def test_two_treasurers_meet_at_the_line(debit, sent, treasurer, colleague, auditor):
    visitor, address = Visitor(treasurer), bench(debit)
    assert f'action="{address}match/"' not in visitor.open(address)
    what = {"kind": "payout", "target": sent[0].public_id, "part": "1"}
    assert "Say why, so that a second person can judge it." in visitor.press(f"{address}propose/", **what, reason=" ")
    page = visitor.press(f"{address}propose/", **what, reason="The bank named it on the phone")
    proposal = Proposal.objects.get()
    doors = f"/admin/reconciliation/proposal/{proposal.public_id}/"
    assert "You have proposed it, so another treasurer confirms it." in page
    assert f"{doors}confirm/" not in page and f"{doors}refuse/" in page
    assert f"{address}propose/" not in page

    page = Visitor(auditor).open(address)
    assert "A treasurer who has not proposed it confirms it." in page
    assert doors not in page
    for listed in (LINES, f"{LINES}?state=proposed", "/admin/reconciliation/proposal/"):
        assert "Waits for a second person" in Visitor(auditor).open(listed)
    today = "proposal waiting for you as the second person"
    assert today in Visitor(colleague).open("/admin/")
    assert today not in visitor.open("/admin/")

    other = Visitor(colleague)
    page = other.open(address)
    assert "The bank named it on the phone" in page
    assert "60.00" in page and "50.00" in page
    assert "Confirmed and done: Match as payout." in other.press(f"{doors}confirm/")
    assert "Tor Treasurer and Tove Treasurer" in other.open(address)
    assert Payout.objects.get(pk=sent[0].pk).status == "paid"
    assert "Confirmed by Tove Treasurer at" in other.press(f"{doors}confirm/")


def test_a_refused_proposal_stays_on_the_page_with_both_reasons(debit, treasurer, colleague):
    Visitor(treasurer).press(f"{bench(debit)}propose/", kind="fee", part="1", reason="Looks like one")
    doors = f"/admin/reconciliation/proposal/{Proposal.objects.get().public_id}/"
    page = Visitor(colleague).press(f"{doors}refuse/", reason="No fee is so large")
    assert "Looks like one" in page and "No fee is so large" in page
    assert f"{bench(debit)}propose/" in page


def test_a_payout_is_named_by_its_end_to_end_id_too(debit, sent, treasurer):
    what = {"kind": "payout", "target": sent[0].end_to_end_id.lower(), "part": "1"}
    Visitor(treasurer).press(f"{bench(debit)}propose/", **what, reason="The bank said so")
    assert Proposal.objects.get().target == sent[0].pk


def test_a_credit_is_given_to_a_platform(credit, platform, treasurer):
    page = Visitor(treasurer).open(bench(credit))
    assert f'<option value="{platform.public_id}">' in page
    assert "Propose as funding" in page
    what = {"kind": "funding", "target": platform.public_id, "part": "1"}
    Visitor(treasurer).press(f"{bench(credit)}propose/", **what, reason="Their name")
    assert "Propose as funding" not in Visitor(treasurer).open(bench(credit))
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.target) == ("funding", platform.pk)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "payout", "target": "po_nonsense"}, "names no payout"),
        ({"kind": "funding", "target": ""}, "names no partner"),
        ({"kind": "gift"}, "cannot be matched as gift"),
        ({}, "cannot be matched as"),
        ({"kind": "fee", "part": "99"}, "matched already"),
    ],
)
def test_a_refusal_is_shown_and_changes_nothing(debit, treasurer, fields, why):
    page = Visitor(treasurer).press(f"{bench(debit)}match/", **fields)
    assert why in page
    assert StatementLine.objects.get(pk=debit.pk).state == "unmatched"


def test_another_amount_is_refused_with_both(debit, sent, treasurer):
    page = Visitor(treasurer).press(f"{bench(debit)}match/", kind="payout", target=sent[1].public_id, part="1")
    assert "The line is 10.00 EUR, expected are 20.00 EUR." in page
    assert StatementLine.objects.get(pk=debit.pk).state == "unmatched"


def test_others_see_the_bench_without_buttons_and_are_refused(debit, sent, auditor, operator):
    for person in (auditor, operator):
        page = Visitor(person).open(bench(debit))
        assert "Only treasurers match lines." in page
        assert "/match/" not in page and "/propose/" not in page
        page = Visitor(person).press(f"{bench(debit)}match/", kind="fee", part="1")
        assert "reconciliation.match_line" in page
    assert StatementLine.objects.get(pk=debit.pk).state == "unmatched"


def test_an_administrator_sees_no_statements(debit, administrator):
    Visitor(administrator).open(LINES, expect=403)
    Visitor(administrator).open(bench(debit), expect=403)


def test_a_get_matches_nothing(debit, treasurer):
    Visitor(treasurer).open(f"{bench(debit)}match/?kind=fee", expect=405)
    assert StatementLine.objects.get(pk=debit.pk).state == "unmatched"


def test_undo_lists_what_follows_and_waits_for_a_second_person(debit, sent, treasurer, colleague):
    match_line(debit.pk, Choice("payout", sent[0].pk), by=treasurer)
    match = Match.objects.get(line=debit, undone_at=None)
    visitor, undo = Visitor(treasurer), f"/admin/reconciliation/match/{match.public_id}/undo/"
    assert "The payout goes back from Paid to Sent" in visitor.open(bench(debit))
    assert "Say why the match is undone." in visitor.press(undo, reason=" ")
    page = visitor.press(undo, reason="another payout")
    assert "Proposed to undo the match." in page
    assert undo not in page
    assert Payout.objects.get(pk=sent[0].pk).status == "paid"
    page = Visitor(colleague).open(bench(debit))
    assert "The payout goes back from Paid to Sent" in page
    Visitor(colleague).press(f"/admin/reconciliation/proposal/{Proposal.objects.open().get().public_id}/confirm/")
    assert Payout.objects.get(pk=sent[0].pk).status == "sent"


def test_undo_of_funding_says_when_the_money_is_gone(credit, platform, treasurer):
    match_line(credit.pk, Choice("funding", platform.pk), by=treasurer)
    page = Visitor(treasurer).open(bench(credit))
    assert "Quillmarket loses 700.00 EUR of its balance" in page
    assert "used meanwhile" not in page


def test_matches_are_listed_with_who_made_them(debit, sent, treasurer, auditor):
    match_line(debit.pk, Choice("payout", sent[0].pk), by=treasurer)
    page = Visitor(auditor).open("/admin/reconciliation/match/")
    assert "Two people decided" in page


def test_pages_cost_the_same_however_many_lines_wait(debit, stated, treasurer):
    visitor = Visitor(treasurer)
    visitor.open(LINES)
    few = visitor.count_queries(LINES), visitor.count_queries(bench(debit))
    stated.state(*[Ntry(-5000 - number, txs=[Tx(5000 + number, text="x")]) for number in range(12)])
    many = visitor.count_queries(LINES), visitor.count_queries(bench(debit))
    assert many == few


def test_a_platform_of_the_other_mode_is_not_offered(credit, treasurer):
    live = factories.partner("Realmarket", mode="live")
    assert live.public_id not in Visitor(treasurer).open(bench(credit))
