"""What the database refuses, whatever the code does."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from apps.reconciliation.models import Expectation, LinePart, Match, Statement, StatementFile, StatementLine
from tests.reconciliation.bank import Ntry
from tests.reconciliation.test_matching import debit


@pytest.fixture
def line(stated, sent):
    stated.state(debit(sent[0]), Ntry(-5, reference="R9"))
    return StatementLine.objects.get(matches__kind="payout")


def refused(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_what_a_bank_has_said_does_not_change(line):
    lines, parts = StatementLine.objects.filter(pk=line.pk), LinePart.objects.filter(line=line)
    refused(lambda: lines.update(amount=F("amount") + 1))
    refused(lambda: lines.update(sign="CRDT"))
    refused(lambda: lines.update(statement=Statement.objects.exclude(pk=line.statement_id).first()))
    refused(lambda: lines.update(state="lost"))
    refused(lambda: Statement.objects.update(closing=0))
    refused(lambda: StatementFile.objects.update(sha256="0" * 64))
    refused(lambda: StatementFile.objects.update(status="refused", code="x"))
    refused(lambda: parts.update(amount=F("amount") + 1))


@pytest.mark.parametrize("model", [StatementFile, Statement, StatementLine, LinePart, Match, Expectation])
def test_nothing_is_deleted(line, model):
    def delete():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")

    refused(delete)
    assert model.objects.exists()


def test_a_match_is_undone_once_and_never_changed(line):
    matches = Match.objects.filter(kind="payout")
    refused(lambda: matches.update(amount=1))
    refused(lambda: matches.update(payout=None))
    undone = Match.objects.filter(kind="suspense").first()
    Match.objects.filter(pk=undone.pk).update(undone_at=line.statement.imported_at, undone_reason="test")
    refused(lambda: Match.objects.filter(pk=undone.pk).update(undone_at=None))
    transaction.set_rollback(True)


def test_a_part_is_matched_once_and_never_beyond_its_amount(line, sent):
    part = LinePart.objects.get(line=line)
    expectation = Expectation.objects.get(payout=sent[1])
    more = {"line": line, "part": part, "payout": sent[1], "expectation": expectation, "amount": 2000}
    for kind in ("payout", "batch"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Match.objects.create(kind=kind, **more)
    taken = Expectation.objects.get(payout=sent[0])
    other = LinePart.objects.exclude(line=line).get(amount=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.create(kind="batch", line=other.line, part=other, payout=sent[0], expectation=taken, amount=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.create(kind="fee", line=line, part=other, amount=5)
    assert Match.objects.filter(kind__in=["payout", "batch", "fee"]).count() == 1


def test_lines_are_unique_by_fingerprint_and_occurrence(line):
    twin = StatementLine.objects.get(pk=line.pk)
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
