from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.reconciliation import queries
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import close_day
from tests.matching import match_line, undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.test_matching import debit, statuses


def open_part():
    [part] = queries.open_parts(queries.open_lines().get())
    return part


def test_a_nameless_debit_is_shown_with_payouts_of_its_amount(stated, sent, treasurer):
    stated.state(Ntry(-2000, txs=[Tx(2000, text="rent", name="ADA QUILL")]))
    found = open_part()
    assert found.explanation == "It carries no reference of ours whose check digits are right."
    [candidate] = found.candidates
    assert (candidate.choice.kind, candidate.choice.target, candidate.fits) == ("payout", sent[1].pk, True)
    assert candidate.evidence == ["the amount", "the name is alike (100 %)"]
    match_line(found.line.pk, candidate.choice, by=treasurer)
    assert statuses(sent) == ["sent", "paid", "sent"]


def test_another_amount_is_explained_and_does_not_fit(stated, sent):
    stated.state(Ntry(-1001, txs=[Tx(1001, sent[0].end_to_end_id)]))
    found = open_part()
    assert found.explanation == f"Another amount: 10.01, while {sent[0].public_id} is 10.00 EUR."
    assert [(candidate.fits, candidate.evidence[0]) for candidate in found.candidates] == [(False, "our reference")]


def test_a_double_debit_is_explained(stated, sent):
    stated.state(debit(sent[0], reference="R1"), debit(sent[0], reference="R2"))
    before = f"{sent[0].public_id} was debited before: possibly a double debit."
    assert open_part().explanation == f"{before} Two people decide under In doubt."


def test_a_partial_return_is_explained(stated, sent):
    stated.state(debit(sent[0]))
    stated.state(Ntry(990, txs=[Tx(990, sent[0].end_to_end_id, role="Dbtr", ret="AC04")]))
    found = open_part()
    assert found.explanation.startswith("A partial return, or one less the bank's fee: 9.90")
    [candidate] = found.candidates
    assert (candidate.choice.kind, candidate.fits) == ("return", False)
    assert candidate.evidence == ["our reference", "the name is alike (100 %)", "the bank calls it a return"]


def test_a_credit_is_shown_with_partners_of_its_name(stated, platform):
    stated.state(Ntry(7000, txs=[Tx(7000, text="top up", name="Quillmarket Ltd", role="Dbtr")]))
    [candidate] = open_part().candidates
    assert (candidate.choice.kind, candidate.choice.target) == ("funding", platform.pk)


def test_a_file_is_proposed_where_its_sum_fits(stated, sent):
    stated.state(Ntry(-6000), Ntry(-6000))
    for line in queries.open_lines():
        [part] = queries.open_parts(line)
        assert [candidate.choice.kind for candidate in part.candidates] == ["batch"]


def test_a_rejected_pair_comes_last(stated, sent, treasurer):
    stated.state(debit(sent[0]))
    undo_match(Match.objects.get(kind="payout").pk, by=treasurer, reason="not this one")
    [candidate] = open_part().candidates
    assert candidate.rejected


def test_totals_and_days(stated, sent, bank_account, treasurer):
    stated.state(debit(sent[0]), Ntry(-50, text="odd"), Ntry(5, status="PDNG"))
    today = bank_account.business_today()
    last = StatementLine.objects.filter(text="odd").get().statement
    assert queries.statement_totals(last) == {
        "matched": 1,
        "partly": 0,
        "unmatched": 1,
        "noted": 1,
        "suspense": -50,
        "credits": 0,
        "debits": 1050,
    }
    [day] = queries.days(bank_account)
    assert (day.day, day.open_lines, day.closed, day.statement) == (today, 1, None, last)
    assert [fault.code for fault in queries.why_not_closed(bank_account, today)] == ["line-not-matched"]


def test_closed_days_are_shown_as_closed(bank, bank_account, treasurer):
    today = bank_account.business_today()
    bank.state()
    bank.state(day=today + timedelta(days=1))
    closed = close_day(bank_account.pk, today, by=treasurer)
    assert [day.closed for day in queries.days(bank_account)] == [None, closed]


def test_the_list_of_open_lines_costs_the_same_for_many(stated):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            for line in queries.open_lines():
                assert line.live_matches
                assert line.parts.all()
                assert str(line.bank_account)
        return len(captured)

    stated.state(Ntry(-1))
    one = cost()
    stated.state(*[Ntry(-1, reference=str(number)) for number in range(20)])
    assert cost() == one


@pytest.mark.parametrize("amount", [-5, 5])
def test_lines_about_nothing_we_know_have_no_candidates(stated, amount):
    stated.state(Ntry(amount))
    assert open_part().candidates == []
