from datetime import date

import pytest

from apps.core.permissions import SYSTEM
from apps.sandbox.models import Book, Booking, Order, Statement
from apps.sandbox.operations import change_reporting, deposit
from apps.sandbox.receiving import take_file
from tests.sandbox.payment_files import payment_file, schema_errors, transfer


def many(*amounts, **facts):
    cents = sum(int(amount.replace(".", "")) for amount in amounts)
    return payment_file(
        [transfer(number, amount) for number, amount in enumerate(amounts, 1)],
        count=str(len(amounts)),
        control_sum=f"{cents // 100}.{cents % 100:02d}",
        **facts,
    )


def lines(statement):
    return [
        (entry.findtext("{*}CdtDbtInd"), entry.findtext("{*}Amt"), entry.findtext("{*}BkTxCd//{*}SubFmlyCd"))
        for entry in statement.iter("{*}Ntry")
    ]


def balances(statement):
    signs = {"CRDT": "", "DBIT": "-"}
    return [signs[bal.findtext("{*}CdtDbtInd")] + bal.findtext("{*}Amt") for bal in statement.iter("{*}Bal")]


def test_a_file_is_booked_as_one_line_with_its_payments(bank):
    take_file(bank.account.pk, "a.xml", many("100.00", "20.00", "707.21"))
    bank.go_to(11, 24)
    [statement] = bank.sent("camt.053")
    assert lines(statement) == [("DBIT", "120.00", "ESCT"), ("DBIT", "707.21", "ESCT"), ("DBIT", "0.56", "CHRG")]
    batch, single, _ = statement.iter("{*}Ntry")
    assert [e.text for e in batch.iter("{*}EndToEndId")] == ["E1", "E2"]
    assert (batch.findtext(".//{*}Btch/{*}MsgId"), batch.findtext(".//{*}Btch/{*}NbOfTxs")) == ("MSG-1", "2")
    assert [e.text for e in single.iter("{*}EndToEndId")] == ["E3"]
    assert balances(statement) == ["0.00", "-827.77"]


def test_without_details_the_line_names_its_file_only(bank):
    change_reporting(bank.account.pk, batch_details=False, statement_version="02", by=SYSTEM)
    take_file(bank.account.pk, "a.xml", many("100.00", "20.00"))
    bank.go_to(11, 24)
    [statement] = bank.sent("camt.053.001.02")
    assert statement.findtext(".//{*}Btch/{*}PmtInfId") == "MSG-1-1"
    assert list(statement.iter("{*}TxDtls")) == []


def test_without_batch_booking_every_payment_is_a_line(bank):
    take_file(bank.account.pk, "a.xml", many("100.00", "20.00", batch="false"))
    bank.go_to(11, 24)
    assert lines(bank.sent("camt.053")[0])[:2] == [("DBIT", "100.00", "ESCT"), ("DBIT", "20.00", "ESCT")]


def test_a_payment_comes_back_on_the_next_banking_day(bank):
    take_file(bank.account.pk, "a.xml", many("707.12", "20.00"))
    bank.go_to(11, 25)
    monday, tuesday = bank.sent("camt.053")
    assert lines(monday) == [("DBIT", "727.12", "ESCT"), ("DBIT", "0.54", "CHRG")]
    assert lines(tuesday) == [("CRDT", "707.12", "RRTN")]
    returned = next(tuesday.iter("{*}TxDtls"))
    assert returned.findtext("{*}Refs/{*}EndToEndId") == "E1"
    assert returned.findtext("{*}RtrInf/{*}Rsn/{*}Cd") == "MD07"
    assert balances(tuesday) == ["-727.66", "-20.54"]


def test_a_late_return_takes_five_banking_days(bank):
    take_file(bank.account.pk, "a.xml", many("707.14"))
    bank.go_to(12, 2)
    assert str(Order.objects.get().credit.booked_on) == "2026-11-30"


def test_a_return_of_the_same_day_stands_behind_its_payment(bank):
    take_file(bank.account.pk, "a.xml", many("707.16", "20.00"))
    bank.go_to(11, 24)
    [monday] = bank.sent("camt.053")
    assert lines(monday) == [("DBIT", "727.16", "ESCT"), ("CRDT", "707.16", "RRTN"), ("DBIT", "0.54", "CHRG")]


def test_a_return_may_lose_its_references(bank):
    take_file(bank.account.pk, "a.xml", many("707.15"))
    bank.go_to(11, 25)
    returned = next(bank.sent("camt.053")[1].iter("{*}TxDtls"))
    assert returned.findtext("{*}Refs/{*}EndToEndId") == "NOTPROVIDED"
    assert returned.findtext("{*}RtrInf/{*}Rsn/{*}Cd") == "MS03"


def test_every_banking_day_has_a_statement_and_they_follow_each_other(bank):
    deposit(bank.account.pk, 5000, "Hello", by=SYSTEM)
    bank.go_to(12, 1)
    statements = bank.sent("camt.053")
    days = [date(2026, 11, day) for day in (23, 24, 25, 26, 27, 30)]
    assert list(Statement.objects.order_by("day").values_list("day", flat=True)) == days
    assert [balances(statement) for statement in statements] == [["0.00", "50.00"], *[["50.00", "50.00"]] * 5]
    assert [s.findtext(".//{*}ElctrncSeqNb") for s in statements] == ["1", "2", "3", "4", "5", "6"]
    assert statements[5].findtext(".//{*}FrDtTm") == "2026-11-28T00:00:00"
    assert Book.objects.get().open_day == date(2026, 12, 1)


def test_a_payment_for_a_later_day_waits_for_it(bank):
    take_file(bank.account.pk, "a.xml", many("10.00", execute_on=date(2026, 11, 25)))
    bank.go_to(11, 25)
    assert str(Order.objects.get().debit.booked_on) == "2026-11-25"
    bank.go_to(11, 26)
    assert [lines(statement) for statement in bank.sent("camt.053")][:2] == [[], []]


def test_a_file_that_was_in_time_is_booked_before_its_day_is_closed(bank):
    from apps.sandbox.operations import advance_clock

    advance_clock(bank.account.pk, by_seconds=24 * 3600, by=SYSTEM)
    take_file(bank.account.pk, "a.xml", many("10.00"))
    bank.go_to(11, 25)
    assert str(Order.objects.get().debit.booked_on) == "2026-11-23"


def test_nothing_happens_twice(bank):
    take_file(bank.account.pk, "a.xml", many("707.11"))
    bank.go_to(11, 26)
    before = Booking.objects.count(), Statement.objects.count()
    bank.go_to(11, 26, hour=10)
    assert (Booking.objects.count(), Statement.objects.count()) == before == (3, 3)


@pytest.mark.parametrize("version", ["08", "02"])
def test_what_the_bank_sends_is_valid(bank, version):
    change_reporting(bank.account.pk, statement_version=version, by=SYSTEM)
    deposit(bank.account.pk, 500_000, "FU reference", by=SYSTEM)
    take_file(bank.account.pk, "a.xml", many("707.11", "707.01", "20.00", "707.21"))
    bank.go_to(11, 25)
    from lxml import etree

    for document in (*bank.sent("pain.002"), *bank.sent("camt.053"), *bank.sent("camt.054")):
        assert schema_errors(etree.tostring(document)) == []
