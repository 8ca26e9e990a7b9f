from datetime import timedelta

import pytest

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.reconciliation.errors import CannotCloseDay, CannotImport
from apps.reconciliation.models import DayClose, StatementLine
from apps.reconciliation.operations import Choice, close_day, import_bank_file
from tests.matching import match_line
from tests.reconciliation.bank import Ntry, statement


def codes(refusal):
    return [fault.code for fault in refusal.value.errors]


@pytest.fixture
def today(bank):
    return bank.account.business_today()


def test_a_day_closes_when_every_line_is_identified(bank, bank_account, treasurer, today):
    bank.state(Ntry(-300, code="PMNT/MDOP/CHRG"), Ntry(1000, text="who?"))
    with pytest.raises(CannotCloseDay) as refusal:
        close_day(bank_account.pk, today, by=treasurer)
    assert codes(refusal) == ["line-not-matched"]
    assert "a credit of 10.00 EUR" in refusal.value.errors[0].detail
    assert not DayClose.objects.exists()

    match_line(StatementLine.objects.open().get().pk, Choice("fee"), by=treasurer)
    closed = close_day(bank_account.pk, today, by=treasurer)
    assert (closed.balance, closed.lines_count, closed.closed_by) == (700, 2, treasurer)
    [event] = Event.objects.filter(type="day.closed")
    assert (event.subject, event.data["balance"]) == (bank_account.public_id, "7.00")


def test_a_day_without_a_statement_does_not_close(bank, bank_account, treasurer, today):
    bank.state(day=today - timedelta(days=1))
    with pytest.raises(CannotCloseDay) as refusal:
        close_day(bank_account.pk, today, by=treasurer)
    assert codes(refusal) == ["statement-missing"]


def test_what_only_a_notification_told_keeps_the_day_open(bank, bank_account, treasurer, today):
    notification = statement(bank.iban, [Ntry(-5, reference="R1", code="PMNT/MDOP/CHRG")], kind="camt.054", day=today)
    import_bank_file(notification, "n.xml", by=SYSTEM)
    bank.state()
    with pytest.raises(CannotCloseDay) as refusal:
        close_day(bank_account.pk, today, by=treasurer)
    assert codes(refusal) == ["line-not-on-statement"]


def test_a_day_closes_once(bank, bank_account, treasurer, today):
    bank.state()
    close_day(bank_account.pk, today, by=treasurer)
    with pytest.raises(CannotCloseDay) as refusal:
        close_day(bank_account.pk, today, by=treasurer)
    assert codes(refusal) == ["day-closed"]
    assert DayClose.objects.count() == 1


def test_nothing_is_imported_into_a_closed_day(bank, bank_account, treasurer, today):
    bank.state()
    close_day(bank_account.pk, today, by=treasurer)
    with pytest.raises(CannotImport) as refusal:
        bank.state(Ntry(500))
    assert codes(refusal) == ["day-closed"]
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(
            statement(bank.iban, [Ntry(500, reference="R1")], kind="camt.054", day=today), "n.xml", by=SYSTEM
        )
    assert codes(refusal) == ["day-closed"]
    assert not StatementLine.objects.exists()
    bank.state(day=today + timedelta(days=1))


def test_only_a_treasurer_closes(bank, bank_account, operator, today):
    bank.state()
    with pytest.raises(PermissionDenied):
        close_day(bank_account.pk, today, by=operator)
    assert not DayClose.objects.exists()
