"""What the database refuses of splits and groups, whatever the code does, and what the invariants see of the rest."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.core.ids import uuid7
from apps.reconciliation.models import Expectation, Match, Proposal, Share, StatementLine
from apps.reconciliation.operations import Choice, confirm_proposal, propose_group, propose_split, propose_undo
from tests.reconciliation.bank import Ntry

WHY = "The bank booked it so"
END_SUSPENSE = "UPDATE reconciliation_match SET undone_at = now(), undone_reason = 'x' WHERE kind = 'suspense' AND undone_at IS NULL"


@pytest.fixture
def lines(stated):
    """Debits of 12.00, 18.00 and 30.00 EUR that say nothing."""
    stated.state(*[Ntry(-amount, reference=f"N-{amount}") for amount in (1200, 1800, 3000)])
    return list(StatementLine.objects.open().order_by("position"))


@pytest.fixture
def split(lines, sent, treasurer):
    """A proposal that the debit of 30.00 EUR is the payouts of 10.00 and 20.00."""
    choices = [Choice("payout", payout.pk) for payout in sent[:2]]
    return propose_split(lines[2].pk, choices, by=treasurer, reason=WHY)


@pytest.fixture
def group(lines, sent, treasurer):
    """A proposal that the other two are the payout of 30.00 EUR."""
    members = [(line.pk, None) for line in lines[:2]]
    return propose_group(members, Choice("payout", sent[2].pk), by=treasurer, reason=WHY)


def refused(reason, sql, *parameters):
    """Run a statement as the runtime role, to the end of its transaction, and see it refused."""
    with pytest.raises(IntegrityError, match=reason), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def confirmed(proposal, person, *also):
    """Return statements that confirm a proposal past the operations, and do something more."""
    yes = "UPDATE reconciliation_proposal SET status = 'confirmed', decided_at = now(), decided_by_id = '{}' WHERE id = '{}'"
    return "; ".join([END_SUSPENSE, yes.format(person.pk, proposal.pk), *also])


def match_row(proposal, part, payout, amount, place=1, piece=1):
    expectation = Expectation.objects.get(payout=payout)
    return (
        "INSERT INTO reconciliation_match (id, line_id, part_id, kind, amount, place, piece, expectation_id, payout_id,"  # noqa: S608
        " automatic, evidence, undone_reason, proposal_id)"
        f" VALUES ('{uuid7()}', '{part.line_id}', {part.pk}, 'payout', {amount}, {place}, {piece}, '{expectation.pk}',"
        f" '{payout.pk}', false, '', '', '{proposal.pk}')"
    )


def test_shares_are_what_their_proposal_says_and_never_change(split, group, sent, colleague):
    add = "INSERT INTO reconciliation_share (proposal_id, part_id, kind, target, amount) VALUES (%s, %s, %s, %s, %s)"
    for proposal, part, kind, target, amount in (
        (split, split.part_id, "fee", None, 1),
        (split, group.part_id, "payout", sent[2].pk, 3000),
        (group, split.part_id, "payout", sent[2].pk, 3000),
    ):
        refused("shares_are_the_proposal|are not what it proposes", add, proposal.pk, part, kind, target, amount)
    refused("share_of_something", add, split.pk, split.part_id, "writeoff", None, 1)
    refused("share_named_once", add, split.pk, split.part_id, "payout", sent[0].pk, 1)
    for statement in ("UPDATE reconciliation_share SET amount = 1", "DELETE FROM reconciliation_share"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    refused("never changed", "UPDATE reconciliation_proposal SET shape = 'one'")
    confirm_proposal(split.pk, by=colleague)
    refused("are not what it proposes", add, split.pk, split.part_id, "fee", None, 1)
    assert Share.objects.count() == 4


def test_a_split_is_matched_as_a_whole_and_as_it_was_said_or_not_at_all(split, group, sent, colleague):
    first = match_row(split, split.part, sent[0], 1000)
    refused("not matched as it says", confirmed(split, colleague))
    refused("not matched as it says", confirmed(split, colleague, first))
    other = match_row(split, split.part, sent[2], 3000)
    refused("neither evidence nor a second person", confirmed(split, colleague, other))
    less = match_row(split, split.part, sent[1], 1000, place=2)
    refused("not matched by exactly its amount", confirmed(split, colleague, first, less))
    second_piece = match_row(split, split.part, sent[1], 2000, place=2, piece=2)
    refused("not matched by exactly its amount", confirmed(split, colleague, first, second_piece))
    refused("neither evidence nor a second person", confirmed(group, colleague, first))
    assert not Match.objects.filter(kind="payout").exists()


def test_a_part_of_a_payout_settles_nothing(group, lines, sent, colleague):
    parts = [line.parts.get() for line in lines]
    some = match_row(group, parts[0], sent[2], 1200)
    rest = match_row(group, parts[1], sent[2], 1800, piece=2)
    refused("not matched by exactly its amount", confirmed(group, colleague, some))
    refused("not matched by exactly its amount", confirmed(group, colleague, some, rest))  # two statements
    alone = some.replace(f"'{group.pk}'", "NULL").replace("false", "true")
    refused("not matched by exactly its amount", confirmed(group, colleague, alone))
    refused("match_shared_by_two", confirmed(group, colleague, rest.replace(f"'{group.pk}'", "NULL")))
    assert not Match.objects.filter(kind="payout").exists()


def test_what_was_matched_together_ends_together(split, group, sent, treasurer, colleague):
    confirm_proposal(split.pk, by=colleague)
    confirm_proposal(group.pk, by=colleague)
    end = "UPDATE reconciliation_match SET undone_at = now(), undone_reason = 'x' WHERE id = %s"
    match = Match.objects.filter(proposal=split).order_by("pk").first()
    refused("undone without a second person", end, match.pk)
    undo = propose_undo(match.pk, by=treasurer, reason="Another")
    yes = "UPDATE reconciliation_proposal SET status = 'confirmed', decided_at = now(), decided_by_id = %s WHERE id = %s; "
    refused("ends with it", yes + end, colleague.pk, undo.pk, match.pk)
    confirm_proposal(undo.pk, by=colleague)
    again = match_row(split, split.part, sent[0], 1000)
    refused("neither evidence nor a second person", f"{END_SUSPENSE}; {again}")
    assert Match.objects.filter(proposal=split).exclude(undone_at=None).count() == 2
    assert Match.objects.filter(proposal=group, undone_at=None).count() == 2
    assert Proposal.objects.open().count() == 0
