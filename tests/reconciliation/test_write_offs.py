"""A line that is not worth looking for any longer: small, by two roles, taken back exactly."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import PermissionDenied
from apps.events.models import Event
from apps.ledger.models import Journal
from apps.reconciliation.errors import CannotDecideProposal, CannotMatch
from apps.reconciliation.models import Match, Proposal, StatementLine
from apps.reconciliation.operations import (
    Choice,
    confirm_proposal,
    match_line,
    propose_match,
    propose_undo,
    refuse_proposal,
)
from tests import factories
from tests.reconciliation.bank import Ntry
from tests.reconciliation.test_matching import held
from tests.reconciliation.test_proposals import refused_by_database

WRITE_OFF = Choice("writeoff")
REASON = "Asked the bank twice; nobody knows"


@pytest.fixture
def limit(db):
    return factories.setting("write_off_limit", {"most": 500}, currency="EUR")


@pytest.fixture
def approver(db):
    return factories.person("approver", "Anton Approver")


@pytest.fixture
def lines(stated):
    """A debit of 3.00 EUR and a credit of 5.00 EUR that say nothing."""
    stated.state(Ntry(-300, text="what?"), Ntry(500, text="who?"))
    return [StatementLine.objects.open().get(sign=sign) for sign in ("DBIT", "CRDT")]


def test_a_debit_becomes_a_loss_and_a_credit_a_gain_of_the_house(limit, lines, treasurer, approver):
    for line in lines:
        proposal = propose_match(line.pk, WRITE_OFF, by=treasurer, reason=REASON)
        assert StatementLine.objects.get(pk=line.pk).state == "unmatched"
        confirm_proposal(proposal.pk, by=approver)
    assert (held("ops_loss"), held("ops_gain"), held("suspense")) == (300, 500, 0)
    assert not StatementLine.objects.open().exists()
    made = Match.objects.get(line=lines[0], undone_at=None)
    assert (made.kind, made.amount, made.automatic, made.matched_by) == ("writeoff", 300, False, approver)
    assert Event.objects.filter(type="line.matched", subject=lines[0].public_id).count() == 1


def test_what_it_would_do_is_shown_before(limit, lines, treasurer):
    proposal = propose_match(lines[0].pk, WRITE_OFF, by=treasurer, reason=REASON)
    moves = [(move["kind"], move["before"], move["after"]) for move in proposal.shown["moves"]]
    assert moves == [("suspense", 200, 500), ("ops_loss", 0, 300)]


def test_nothing_is_written_off_without_a_limit_or_above_it(lines, treasurer, approver):
    with pytest.raises(CannotMatch) as refusal:
        propose_match(lines[0].pk, WRITE_OFF, by=treasurer, reason=REASON)
    assert refusal.value.code == "above-write-off-limit"
    assert "nothing may be written off" in refusal.value.detail
    factories.setting("write_off_limit", {"most": 499}, currency="EUR")
    with pytest.raises(CannotMatch, match="at most 4.99 EUR"):
        propose_match(lines[1].pk, WRITE_OFF, by=treasurer, reason=REASON)
    assert not Proposal.objects.exists()


def test_a_limit_that_was_lowered_meanwhile_counts(limit, lines, treasurer, approver):
    proposal = propose_match(lines[1].pk, WRITE_OFF, by=treasurer, reason=REASON)
    factories.setting("write_off_limit", {"most": 100}, currency="EUR")
    with pytest.raises(CannotDecideProposal) as refusal:
        confirm_proposal(proposal.pk, by=approver)
    assert refusal.value.code == "changed-since"
    assert (held("ops_gain"), Proposal.objects.get().status) == (0, "proposed")
    refuse_proposal(proposal.pk, by=approver, reason="Too much now")


def test_one_role_is_not_enough(limit, lines, treasurer, approver):
    colleague = factories.person("treasurer", "Tove Treasurer")
    with pytest.raises(CannotMatch) as refusal:
        match_line(lines[0].pk, WRITE_OFF, by=treasurer)
    assert refusal.value.code == "takes-two-people"
    with pytest.raises(PermissionDenied):
        propose_match(lines[0].pk, WRITE_OFF, by=approver, reason=REASON)
    proposal = propose_match(lines[0].pk, WRITE_OFF, by=treasurer, reason=REASON)
    for person in (treasurer, colleague, factories.person("compliance_officer")):
        with pytest.raises(PermissionDenied):
            confirm_proposal(proposal.pk, by=person)
    fee = propose_match(lines[1].pk, Choice("fee"), by=treasurer, reason=REASON)
    with pytest.raises(PermissionDenied):
        confirm_proposal(fee.pk, by=approver)
    assert held("ops_loss") == 0


def test_it_is_taken_back_to_the_cent_by_the_same_two_roles(limit, lines, treasurer, approver):
    before = (held("suspense"), held("ops_loss"))
    confirm_proposal(propose_match(lines[0].pk, WRITE_OFF, by=treasurer, reason=REASON).pk, by=approver)
    match = Match.objects.get(kind="writeoff")
    proposal = propose_undo(match.pk, by=treasurer, reason="The bank has found it")
    assert proposal.shown["consequences"][0].startswith("It is no longer written off")
    with pytest.raises(PermissionDenied):
        confirm_proposal(proposal.pk, by=factories.person("treasurer"))
    confirm_proposal(proposal.pk, by=approver)
    assert (held("suspense"), held("ops_loss")) == before
    assert Journal.objects.filter(reverses__in=match.journals.all()).count() == 1
    assert StatementLine.objects.get(pk=lines[0].pk).state == "unmatched"


def test_the_database_wants_the_roles_and_the_limit_too(limit, lines, treasurer, approver):
    colleague = factories.person("treasurer", "Tove Treasurer")
    proposal = propose_match(lines[0].pk, WRITE_OFF, by=treasurer, reason=REASON)
    confirm = "UPDATE reconciliation_proposal SET status = 'confirmed', decided_at = now(), decided_by_id = %s"
    refused_by_database("a write-off is confirmed by an approver", confirm, colleague.pk)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(confirm, [approver.pk])
        Match.objects.filter(line=lines[0]).update(undone_at=proposal.proposed_at)  # suspense, which holds the place
        factories.setting("write_off_limit", {"most": 299}, currency="EUR")
        copy = (
            "INSERT INTO reconciliation_match (id, line_id, part_id, kind, amount, automatic, evidence, matched_by_id,"
            " undone_reason, proposal_id) SELECT gen_random_uuid(), line_id, part_id, 'writeoff', amount, {}, '', %s, '', {}"
            " FROM reconciliation_proposal"
        )
        refused_by_database("more than the setting", copy.format("false", "id"), approver.pk)
        refused_by_database("more than the setting", copy.format("true", "NULL"), approver.pk)
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.create(kind="writeoff", line=lines[0], part=lines[0].parts.get(), amount=300, automatic=False)
