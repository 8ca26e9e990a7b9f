"""What takes two people at the bench, and that neither one person nor the tables let it happen otherwise."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import PermissionDenied
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.models import Attempt
from apps.reconciliation.errors import CannotCloseDay, CannotDecideProposal, CannotMatch, CannotUndo
from apps.reconciliation.models import Match, Proposal, StatementLine
from apps.reconciliation.operations import (
    Choice,
    close_day,
    confirm_proposal,
    match_line,
    propose_match,
    propose_undo,
    refuse_proposal,
    undoing,
)
from apps.reconciliation.operations.matching import Find, record_matches
from apps.users.roles import ROLES
from tests import factories
from tests.matching import undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.test_matching import books, debit, held, statuses


@pytest.fixture
def credit(stated):
    """A credit of 10.00 EUR that says nothing."""
    stated.state(Ntry(1000, txs=[Tx(1000, text="???", role="Dbtr", name="Ada Quill")]))
    return StatementLine.objects.open().get(sign="CRDT")


@pytest.fixture
def proposal(credit, platform, treasurer):
    return propose_match(credit.pk, Choice("funding", platform.pk), by=treasurer, reason="They told us on the phone")


def told(line):
    return [event.type for event in Event.objects.filter(subject=line.public_id, type__startswith="proposal.")]


def test_nothing_happens_before_a_second_person_confirms(proposal, credit, platform, colleague):
    funds = held("funds", platform.public_id)
    assert StatementLine.objects.get(pk=credit.pk).state == "unmatched"
    assert (held("suspense"), Match.objects.filter(line=credit).get().kind) == (1000, "suspense")
    moves = proposal.shown["moves"]
    assert [(move["kind"], move["before"], move["after"]) for move in moves] == [
        ("suspense", 1000, 0),
        ("funds", funds, funds + 1000),
    ]
    confirm_proposal(proposal.pk, by=colleague)
    assert (held("suspense"), held("funds", platform.public_id)) == (0, funds + 1000)
    live = Match.objects.get(line=credit, undone_at=None)
    assert (live.kind, live.proposal, live.matched_by) == ("funding", proposal, colleague)
    assert told(credit) == ["proposal.made", "proposal.confirmed"]


def test_what_nothing_proves_takes_two(credit, platform, stated, sent, treasurer):
    stated.state(Ntry(-1000, txs=[Tx(1000, text="???")]))
    nameless = StatementLine.objects.open().get(sign="DBIT")
    for line, choice in (
        (credit, Choice("funding", platform.pk)),
        (credit, Choice("fee")),
        (nameless, Choice("fee")),
        (nameless, Choice("payout", sent[0].pk)),
    ):
        with pytest.raises(CannotMatch) as refusal:
            match_line(line.pk, choice, by=treasurer)
        assert refusal.value.code == "takes-two-people"
    assert held("suspense") == 0
    assert statuses(sent) == ["sent", "sent", "sent"]


def test_one_person_matches_what_a_reference_proves_until_two_have_taken_it_apart(stated, sent, treasurer):
    stated.state(debit(sent[0]))
    stated.state(Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, role="Dbtr")]))
    back = StatementLine.objects.open().get()  # the bank does not call it a return
    match_line(back.pk, Choice("return", sent[0].pk), by=treasurer)
    assert statuses(sent) == ["returned", "sent", "sent"]
    live = Match.objects.get(line=back, undone_at=None)
    assert (live.automatic, live.proposal, live.matched_by) == (False, None, treasurer)

    undo_match(live.pk, by=treasurer, reason="It was a gift")
    with pytest.raises(CannotMatch) as refusal:
        match_line(back.pk, Choice("return", sent[0].pk), by=treasurer)
    assert refusal.value.code == "takes-two-people"
    assert statuses(sent) == ["paid", "sent", "sent"]


@pytest.mark.parametrize("role", ["operator", "approver", "compliance_officer", "auditor", "administrator"])
def test_only_another_treasurer_confirms_or_refuses(proposal, role, treasurer):
    for person in (factories.person(role), SYSTEM):
        for attempt in (
            lambda person=person: confirm_proposal(proposal.pk, by=person),
            lambda person=person: refuse_proposal(proposal.pk, by=person, reason="No"),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=treasurer)
    assert refusal.value.code == "own-proposal"
    assert Proposal.objects.get().is_open
    assert held("suspense") == 1000


def test_either_refuses_with_a_reason_and_it_can_be_proposed_again(proposal, credit, platform, treasurer, colleague):
    choice = Choice("funding", platform.pk)
    for attempt in (
        lambda: propose_match(credit.pk, choice, by=colleague, reason="Me too"),
        lambda: refuse_proposal(proposal.pk, by=colleague, reason=" "),
    ):
        with pytest.raises((CannotMatch, CannotDecideProposal)):
            attempt()
    refuse_proposal(proposal.pk, by=colleague, reason="It is a return")
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "decided-already"
    again = propose_match(credit.pk, choice, by=treasurer, reason="It is not")
    refuse_proposal(again.pk, by=treasurer, reason="It is after all")
    assert held("suspense") == 1000
    assert told(credit) == ["proposal.made", "proposal.refused"] * 2


def test_whoever_made_it_takes_it_back_also_without_the_permission_to_make_another(
    proposal, credit, platform, treasurer, colleague, monkeypatch
):
    with pytest.raises(CannotMatch, match="refuse it with a reason"):
        propose_match(credit.pk, Choice("funding", platform.pk), by=colleague, reason="Me too")
    role = ROLES["treasurer"]
    monkeypatch.setitem(ROLES, "treasurer", role._replace(permissions=role.permissions - {"reconciliation.match_line"}))
    maker = type(treasurer).objects.get(pk=treasurer.pk)
    refuse_proposal(proposal.pk, by=maker, reason="I was wrong")
    assert Proposal.objects.get().status == "refused"


def test_an_undo_shows_what_follows_and_keeps_its_day_open(stated, sent, treasurer, colleague, bank_account):
    stated.state(debit(sent[0]))
    match = Match.objects.get(kind="payout")
    proposal = propose_undo(match.pk, by=treasurer, reason="Another payout")
    assert proposal.shown["consequences"][0] == "The payout goes back from Paid to Sent, and its platform is told."
    clearing = next(move for move in proposal.shown["moves"] if move["kind"] == "clearing")
    assert (clearing["before"], clearing["after"]) == (5000, 6000)
    with pytest.raises(CannotCloseDay) as refusal:
        close_day(bank_account.pk, stated.account.business_today(), by=treasurer)
    assert "undo-proposed" in {fault.code for fault in refusal.value.errors}
    assert statuses(sent) == ["paid", "sent", "sent"]
    confirm_proposal(proposal.pk, by=colleague)
    assert statuses(sent) == ["sent", "sent", "sent"]
    assert books(bank_account) == (9_999_000, 6000, -1000)


def test_what_changed_meanwhile_is_not_confirmed(stated, sent, treasurer, colleague):
    stated.state(debit(sent[0]))
    proposal = propose_undo(Match.objects.get(kind="payout").pk, by=treasurer, reason="Another payout")
    stated.state(Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, ret="AC04", role="Dbtr")]))
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "changed-since"
    assert refusal.value.detail.startswith("Changed by system at 20")
    assert f"({sent[0].public_id}: payout.returned)" in refusal.value.detail
    assert statuses(sent) == ["returned", "sent", "sent"]
    with pytest.raises(CannotUndo):
        propose_undo(proposal.undoes_id, by=colleague, reason="After all")


def test_a_debit_of_another_attempt_is_judged_anew(stated, sent, treasurer, colleague):
    stated.state(Ntry(-1000, txs=[Tx(1000, text="???")]))
    line = StatementLine.objects.open().get()
    proposal = propose_match(line.pk, Choice("payout", sent[0].pk), by=treasurer, reason="The bank said so")
    attempt = Attempt.objects.get(payout=sent[0])
    Attempt.objects.filter(pk=attempt.pk).update(status="abandoned")
    attempt.pk, attempt.number, attempt.instruction_id, attempt._state.adding = uuid7(), 2, "AGAIN", True
    attempt.save()
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=colleague)
    assert refusal.value.code == "changed-since"
    assert statuses(sent) == ["sent", "sent", "sent"]
    transaction.set_rollback(True)  # a second attempt that no file has is no state of the books


def test_a_batch_is_not_undone_while_one_of_its_payouts_came_back(stated, sent, treasurer):
    file = Attempt.objects.get(payout=sent[0]).file
    stated.state(Ntry(-6000, batch={"MsgId": file.message_id, "NbOfTxs": 3}))
    stated.state(Ntry(2000, txs=[Tx(2000, sent[1].end_to_end_id, ret="AC04", role="Dbtr")]))
    assert statuses(sent) == ["paid", "returned", "paid"]
    match = Match.objects.filter(kind="batch").first()
    with pytest.raises(CannotUndo) as refusal:
        propose_undo(match.pk, by=treasurer, reason="Another file")
    assert refusal.value.detail == f"{sent[1].public_id} came back since: undo the match of its return first."
    with pytest.raises(CannotUndo, match=f"{sent[1].public_id} is returned"), transaction.atomic():
        undoing.take_back(undoing.lock_to_undo(match.pk), "Another file", by=treasurer)
    assert not Proposal.objects.exists()
    undo_match(Match.objects.get(kind="return").pk, by=treasurer, reason="It was another one")
    undo_match(match.pk, by=treasurer, reason="Another file")
    assert statuses(sent) == ["sent", "sent", "sent"]


def test_a_rule_that_explains_the_part_overtakes_a_proposal(proposal, credit, platform, colleague):
    part = credit.parts.get()
    found = Find(part.pk, credit.pk, 1000, "funding", "The partner's funding reference", partner=platform.pk)
    record_matches(credit.bank_account, [found], by=SYSTEM)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("lapsed", None)
    assert told(credit) == ["proposal.made", "proposal.lapsed"]
    [event] = Event.objects.filter(type="proposal.lapsed")
    assert (event.data["id"], event.data["state"], event.data["line"]["state"]) == (
        proposal.public_id,
        "lapsed",
        "matched",
    )
    with pytest.raises(CannotDecideProposal):
        confirm_proposal(proposal.pk, by=colleague)


def refused_by_database(constraint, sql, *parameters):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_the_database_wants_two_people_too(proposal, credit, platform, treasurer, colleague):
    own = "UPDATE reconciliation_proposal SET status = 'confirmed', decided_at = now(), decided_by_id = %s"
    refused_by_database("proposal_takes_two_people", own, treasurer.pk)
    refused_by_database("never changed", "UPDATE reconciliation_proposal SET target = NULL")
    copy = (
        "INSERT INTO reconciliation_match (id, line_id, part_id, kind, amount, partner_id, automatic, evidence,"
        " matched_by_id, undone_reason, proposal_id)"
        " SELECT gen_random_uuid(), line_id, part_id, 'funding', amount, %s, false, '', %s, '', {} FROM"
        " reconciliation_proposal"
    )
    alone, unconfirmed = copy.format("NULL"), copy.format("id")
    Match.objects.filter(line=credit).update(undone_at=proposal.proposed_at)  # suspense, which holds the place
    refused_by_database("neither evidence nor a second", alone, platform.pk, treasurer.pk)
    refused_by_database("neither evidence nor a second", unconfirmed, platform.pk, treasurer.pk)
    end = "UPDATE reconciliation_match SET undone_at = now() WHERE kind = 'funding'"
    refused_by_database("without a second person", end)
    transaction.set_rollback(True)  # what the road above left half done is no state of the books
