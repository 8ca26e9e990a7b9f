from uuid import uuid4

import pytest

from apps.core.errors import NotFound, PermissionDenied
from apps.ledger.models import Journal
from apps.payouts.models import Attempt
from apps.reconciliation.errors import CannotMatch, CannotUndo
from apps.reconciliation.models import Expectation, Match, StatementLine
from apps.reconciliation.operations import Choice, close_day, match_waiting
from tests import factories
from tests.matching import REASON, match_line, second, undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import send
from tests.reconciliation.test_matching import books, debit, held, statuses


def line_of(entry_sign="DBIT"):
    return StatementLine.objects.open().get(sign=entry_sign)


@pytest.fixture
def nameless(stated):
    """A debit of 10.00 EUR that says nothing."""
    stated.state(Ntry(-1000, txs=[Tx(1000, text="???")]))
    return line_of()


@pytest.fixture
def credit(stated):
    """A credit of 10.00 EUR that says nothing."""
    stated.state(Ntry(1000, txs=[Tx(1000, text="???", role="Dbtr", name="Ada Quill")]))
    return line_of("CRDT")


def test_a_person_says_which_payout_a_debit_is(nameless, sent, treasurer, bank_account):
    assert held("suspense") == -1000
    line = match_line(nameless.pk, Choice("payout", sent[0].pk), by=treasurer)
    assert line.state == "matched"
    assert statuses(sent) == ["paid", "sent", "sent"]
    assert books(bank_account) == (9_999_000, 5000, 0)
    live = Match.objects.get(line=line, undone_at=None)
    assert (live.kind, live.automatic, live.matched_by) == ("payout", False, second(treasurer))
    assert (live.proposal.proposed_by, live.evidence) == (treasurer, f"Two people decided: {REASON}")
    suspended = Match.objects.get(line=line, kind="suspense")
    assert suspended.undone_reason == "identified"
    assert [journal.moment for journal in suspended.journals] == ["line.suspended"]
    assert Journal.objects.filter(moment="line.suspended.reversed", reference=suspended.public_id).exists()


def test_a_person_says_which_file_a_debit_is(stated, sent, treasurer, bank_account):
    stated.state(Ntry(-6000, batch={"MsgId": "OTHER"}))
    file = Attempt.objects.get(payout=sent[0]).file
    match_line(line_of().pk, Choice("batch", file.pk), by=treasurer)
    assert statuses(sent) == ["paid", "paid", "paid"]
    assert books(bank_account) == (9_994_000, 0, 0)


def test_a_person_says_whose_money_a_credit_is(credit, platform, treasurer):
    funds = held("funds", platform.public_id)
    match_line(credit.pk, Choice("funding", platform.pk), by=treasurer)
    assert held("funds", platform.public_id) == funds + 1000
    assert held("suspense") == 0


def test_a_person_says_that_a_credit_is_a_return(stated, sent, treasurer, platform):
    stated.state(debit(sent[0]))
    stated.state(Ntry(1000, txs=[Tx(1000, text="money back", role="Dbtr")]))
    funds = held("funds", platform.public_id)
    match_line(line_of("CRDT").pk, Choice("return", sent[0].pk), by=treasurer)
    assert statuses(sent) == ["returned", "sent", "sent"]
    assert held("funds", platform.public_id) == funds + 1000


@pytest.mark.parametrize("sign", [1, -1])
def test_a_person_says_that_a_line_is_a_fee(stated, treasurer, sign):
    stated.state(Ntry(sign * 77))
    match_line(StatementLine.objects.open().get().pk, Choice("fee"), by=treasurer)
    assert held("rail_fee") == -sign * 77
    assert held("suspense") == 0


def test_parts_are_matched_one_by_one(stated, sent, treasurer):
    stated.state(Ntry(-3000, txs=[Tx(1000, text="a"), Tx(2000, text="b")]))
    line = line_of()
    with pytest.raises(CannotMatch) as refusal:
        match_line(line.pk, Choice("payout", sent[1].pk), by=treasurer)
    assert refusal.value.code == "part-missing"
    assert match_line(line.pk, Choice("payout", sent[1].pk, part=2), by=treasurer).state == "partly"
    assert match_line(line.pk, Choice("payout", sent[0].pk), by=treasurer).state == "matched"
    assert statuses(sent) == ["paid", "paid", "sent"]


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (lambda sent, platform: Choice("payout", sent[1].pk), "amount-differs"),
        (lambda sent, platform: Choice("return", sent[0].pk), "does-not-fit"),
        (lambda sent, platform: Choice("funding", platform.pk), "does-not-fit"),
        (lambda sent, platform: Choice("batch", Attempt.objects.get(payout=sent[0]).file_id), "amount-differs"),
        (lambda sent, platform: Choice("suspense"), "unknown-kind"),
        (lambda sent, platform: Choice("fee", part=7), "already-matched"),
    ],
)
def test_what_does_not_fit_is_refused_to_a_person_too(nameless, sent, platform, treasurer, choice, code):
    with pytest.raises(CannotMatch) as refusal:
        match_line(nameless.pk, choice(sent, platform), by=treasurer)
    assert refusal.value.code == code
    assert StatementLine.objects.get(pk=nameless.pk).state == "unmatched"
    assert held("suspense") == -1000


def test_a_credit_is_no_payout(credit, sent, treasurer):
    with pytest.raises(CannotMatch):
        match_line(credit.pk, Choice("payout", sent[0].pk), by=treasurer)
    assert statuses(sent) == ["sent", "sent", "sent"]


def test_a_partner_of_the_other_mode_is_not_funded(credit, treasurer):
    live = factories.partner("Real", mode="live")
    with pytest.raises(CannotMatch):
        match_line(credit.pk, Choice("funding", live.pk), by=treasurer)
    assert held("funds", live.public_id) == 0


def test_unknown_ids_are_not_found(nameless, treasurer):
    for call in (
        lambda: match_line(uuid4(), Choice("fee"), by=treasurer),
        lambda: match_line(nameless.pk, Choice("payout", uuid4()), by=treasurer),
        lambda: undo_match(uuid4(), by=treasurer, reason="x"),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_line_is_matched_once(nameless, sent, treasurer):
    match_line(nameless.pk, Choice("payout", sent[0].pk), by=treasurer)
    with pytest.raises(CannotMatch) as refusal:
        match_line(nameless.pk, Choice("fee"), by=treasurer)
    assert refusal.value.code == "already-matched"


def test_only_a_treasurer_matches_and_undoes(nameless, sent, operator, auditor, treasurer):
    with pytest.raises(PermissionDenied):
        match_line(nameless.pk, Choice("payout", sent[0].pk), by=operator)
    match_line(nameless.pk, Choice("payout", sent[0].pk), by=treasurer)
    with pytest.raises(PermissionDenied):
        undo_match(Match.objects.get(kind="payout").pk, by=auditor, reason="no")
    assert statuses(sent) == ["paid", "sent", "sent"]


def test_undo_reverses_the_books_and_remembers_the_pair(stated, sent, treasurer, bank_account):
    stated.state(debit(sent[0]))
    match = Match.objects.get(kind="payout")
    line = undo_match(match.pk, by=treasurer, reason="wrong payout")
    assert line.state == "unmatched"
    assert statuses(sent) == ["sent", "sent", "sent"]
    assert books(bank_account) == (9_999_000, 6000, -1000)
    match.refresh_from_db()
    assert (match.undone_by, match.undone_reason) == (second(treasurer), "wrong payout")
    assert match.expectation.state == "open"

    assert match_waiting(bank_account.pk) == 0
    assert statuses(sent) == ["sent", "sent", "sent"]
    match_line(line.pk, Choice("payout", sent[0].pk), by=treasurer)
    assert statuses(sent) == ["paid", "sent", "sent"]


def test_undo_of_a_batch_takes_back_all_of_it(stated, sent, treasurer, bank_account):
    stated.state(Ntry(-6000))
    match = Match.objects.filter(kind="batch").first()
    undo_match(match.pk, by=treasurer, reason="two files mixed up")
    assert statuses(sent) == ["sent", "sent", "sent"]
    assert not Match.objects.filter(kind="batch", undone_at=None).exists()
    assert Expectation.objects.filter(state="open").count() == 3
    assert books(bank_account) == (9_994_000, 6000, -6000)


def test_undo_of_a_return_makes_the_payout_paid_again(stated, sent, treasurer, platform):
    stated.state(debit(sent[0]))
    stated.state(Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, ret="AC04", role="Dbtr")]))
    funds = held("funds", platform.public_id)
    match = Match.objects.get(kind="return")
    with pytest.raises(CannotUndo):
        undo_match(Match.objects.get(kind="payout").pk, by=treasurer, reason="first the return")
    undo_match(match.pk, by=treasurer, reason="not ours")
    assert statuses(sent) == ["paid", "sent", "sent"]
    assert held("funds", platform.public_id) == funds - 1000
    assert held("suspense") == 1000


def test_undo_of_fee_and_funding(stated, treasurer, platform):
    stated.state(Ntry(-77, code="PMNT/MDOP/CHRG"), Ntry(500, txs=[Tx(500, text=platform.funding_reference)]))
    funds = held("funds", platform.public_id)
    undo_match(Match.objects.get(kind="fee").pk, by=treasurer, reason="no fee")
    undo_match(Match.objects.filter(kind="funding").first().pk, by=treasurer, reason="not theirs")
    assert (held("rail_fee"), held("funds", platform.public_id)) == (0, funds - 500)
    assert held("suspense") == 500 - 77


def test_funding_that_was_spent_is_not_taken_back(stated, sent, platform, key, bank_account, treasurer):
    first = Match.objects.get(kind="funding")
    send(platform, key, bank_account, [90_000] * 100)
    with pytest.raises(CannotUndo) as refusal:
        undo_match(first.pk, by=treasurer, reason="not theirs")
    assert "used meanwhile" in refusal.value.detail


def test_an_undone_match_and_suspense_are_not_undone(stated, sent, treasurer, nameless):
    for match in Match.objects.filter(kind="suspense"):
        with pytest.raises(CannotUndo):
            undo_match(match.pk, by=treasurer, reason="x")
    match_line(nameless.pk, Choice("payout", sent[0].pk), by=treasurer)
    match = Match.objects.get(kind="payout")
    with pytest.raises(CannotUndo):
        undo_match(match.pk, by=treasurer, reason="  ")
    undo_match(match.pk, by=treasurer, reason="x")
    with pytest.raises(CannotUndo):
        undo_match(match.pk, by=treasurer, reason="x")


def test_nothing_changes_in_a_closed_day(stated, sent, treasurer, bank_account, day):
    stated.state(debit(sent[0]))
    close_day(bank_account.pk, stated.account.business_today(), by=treasurer)
    with pytest.raises(CannotUndo) as refusal:
        undo_match(Match.objects.get(kind="payout").pk, by=treasurer, reason="late")
    assert refusal.value.code == "day-closed"
    assert statuses(sent) == ["paid", "sent", "sent"]
