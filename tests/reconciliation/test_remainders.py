"""A day that closes with lines unidentified: two people sign for exactly these, and they are matched later."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.ledger.models import Journal
from apps.reconciliation.errors import CannotCloseDay, CannotImport, CannotUndo
from apps.reconciliation.models import CloseProposal, DayClose, Match, Remainder, StatementLine
from apps.reconciliation.operations import (
    CannotDecideClose,
    Choice,
    close_day,
    propose_close,
    propose_undo,
    refuse_close,
    sign_close,
)
from tests import factories
from tests.clocks import advance
from tests.matching import match_line, undo_match
from tests.reconciliation.bank import Ntry
from tests.reconciliation.test_matching import held

REASON = "The month ends; the bank has been asked"


@pytest.fixture
def today(bank):
    return bank.account.business_today()


@pytest.fixture
def line(bank, today):
    bank.state(Ntry(1000, text="who?"), Ntry(-300, code="PMNT/MDOP/CHRG"))
    return StatementLine.objects.open().get()


@pytest.fixture
def proposal(line, bank_account, today, treasurer):
    return propose_close(bank_account.pk, today, by=treasurer, reason=REASON)


def test_a_day_closes_with_a_remainder_that_two_have_signed(proposal, line, bank, bank_account, today, treasurer):
    assert (proposal.lines, proposal.remainder, proposal.status) == ([str(line.pk)], 1000, "proposed")
    assert not DayClose.objects.exists()
    approver = factories.person("approver")
    closed = sign_close(proposal.pk, by=approver)
    assert (closed.day, closed.balance, closed.closed_by) == (today, 700, approver)
    left = Remainder.objects.get()
    assert (left.line, left.close, left.amount) == (line, closed, 1000)
    event = Event.objects.get(type="day.closed")
    assert (event.data["remainder"], event.data["open_lines"], event.data["reason"]) == ("10.00", 1, REASON)
    with pytest.raises(CannotImport):
        bank.state(Ntry(5))


def test_what_was_left_open_is_matched_on_an_open_day(proposal, line, bank, bank_account, today, treasurer, colleague):
    platform = factories.partner()
    sign_close(proposal.pk, by=colleague)
    booked = Journal.objects.filter(booked_on__lte=today).count()
    match_line(line.pk, Choice("funding", platform.pk), by=treasurer)
    assert (held("suspense"), held("funds", platform.public_id)) == (0, 1000)
    assert Journal.objects.filter(booked_on__lte=today).count() == booked, "nothing is booked into the closed day"
    assert Journal.objects.filter(booked_on=today + timedelta(days=1)).count() == 2
    undo_match(Match.objects.get(kind="funding").pk, by=treasurer, reason="Another platform's")
    assert (held("suspense"), StatementLine.objects.get(pk=line.pk).state) == (1000, "unmatched")
    assert Journal.objects.filter(booked_on__lte=today).count() == booked
    with pytest.raises(CannotUndo):
        propose_undo(Match.objects.get(kind="fee").pk, by=treasurer, reason="No fee")


def test_the_next_day_closes_without_signing_again(proposal, line, bank, bank_account, today, treasurer, colleague):
    sign_close(proposal.pk, by=colleague)
    advance(bank_account, timedelta(days=1))
    bank.state(day=today + timedelta(days=1))
    close_day(bank_account.pk, today + timedelta(days=1), by=treasurer)
    assert (DayClose.objects.count(), Remainder.objects.count()) == (2, 1)


def test_two_people_are_needed(proposal, line, bank_account, today, treasurer):
    with pytest.raises(CannotDecideClose) as refusal:
        sign_close(proposal.pk, by=treasurer)
    assert refusal.value.code == "own-proposal"
    for person in (factories.person("operator"), factories.person("compliance_officer"), SYSTEM):
        for attempt in (
            lambda person=person: sign_close(proposal.pk, by=person),
            lambda person=person: refuse_close(proposal.pk, by=person, reason="No"),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
    with pytest.raises(PermissionDenied):
        propose_close(bank_account.pk, today, by=factories.person("approver"), reason=REASON)
    with pytest.raises(CannotCloseDay):
        close_day(bank_account.pk, today, by=treasurer)
    assert not DayClose.objects.exists()


def test_other_lines_than_were_proposed_are_not_signed_for(proposal, line, bank, bank_account, treasurer, colleague):
    bank.state(Ntry(50, text="another"))
    with pytest.raises(CannotDecideClose) as refusal:
        sign_close(proposal.pk, by=colleague)
    assert refusal.value.code == "changed-since"
    with pytest.raises(CannotDecideClose):
        refuse_close(proposal.pk, by=colleague, reason=" ")
    refuse_close(proposal.pk, by=treasurer, reason="One more has come")
    with pytest.raises(CannotDecideClose) as refusal:
        sign_close(proposal.pk, by=colleague)
    assert refusal.value.code == "decided-already"
    assert (CloseProposal.objects.get().status, DayClose.objects.count()) == ("refused", 0)


def test_nobody_signs_for_anything_else(bank, bank_account, line, today, treasurer):
    for day, reason, code in (
        (today + timedelta(days=1), REASON, "cannot-close-day"),
        (today, " ", "cannot-close-day"),
    ):
        with pytest.raises(CannotCloseDay) as refusal:
            propose_close(bank_account.pk, day, by=treasurer, reason=reason)
        assert refusal.value.code == code
    match_line(line.pk, Choice("fee"), by=treasurer)
    with pytest.raises(CannotCloseDay) as refusal:
        propose_close(bank_account.pk, today, by=treasurer, reason=REASON)
    assert refusal.value.code == "no-remainder"
    assert not CloseProposal.objects.exists()


def test_the_database_wants_two_people_too(proposal, line, bank_account, today, treasurer, colleague):
    def refused(statement, *parameters):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    confirm = "UPDATE reconciliation_closeproposal SET status = 'confirmed', decided_at = now(), decided_by_id = %s"
    refused(confirm, treasurer.pk)
    refused("UPDATE reconciliation_closeproposal SET lines = '[]'")
    refused("DELETE FROM reconciliation_closeproposal")
    with transaction.atomic():
        closed = DayClose.objects.create(
            bank_account=bank_account, day=today, statement=line.statement, balance=700, currency="EUR", lines_count=2
        )
        refused(
            "INSERT INTO reconciliation_remainder (line_id, close_id, proposal_id, amount) VALUES (%s, %s, %s, 1000)",
            line.pk, closed.pk, proposal.pk,
        )  # fmt: skip
        transaction.set_rollback(True)
