"""What the log tells is booked once, notified, and stands on the statement of its day."""

from datetime import timedelta

import pytest

from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.sandbox import bank as sandbox_bank
from apps.sandbox import day
from apps.sandbox.instant import booking
from apps.sandbox.instant.customers import Customer, folder_of
from apps.sandbox.models import Book, Booking, InstantMovement
from apps.sandbox.operations import advance_clock
from tests.instant_bank import Bank, bank_account
from tests.rails.samples import instruction
from tests.sandbox.payment_files import IBAN


@pytest.fixture
def instant(account):
    """The bank's API for the sandbox account: its clock is the account's, its log in the account's folder."""

    class AccountBank(Bank):
        def customer(self, number):
            assert number == IBAN
            return Customer(self.folder, "EUR", self.terms, self.ahead)

        @property
        def account(self):
            shown = bank_account(self.server.url, self.terms)
            shown.write_iban(IBAN)
            return shown

        def look_at_the_clock(self):
            seconds = BankAccount.objects.get(pk=account.pk).clock_offset_seconds
            self.ahead = timedelta(seconds=seconds)

    folder_of(account).mkdir(parents=True)
    opened = AccountBank(folder_of(account))
    opened.look_at_the_clock()
    yield opened
    opened.close()


def work(account):
    booking.take_over(account)
    day.work_through(account.pk)


def facts(document):
    """Return sign, amount, reference, end-to-end id, code and return reason of each line of a message."""
    return [
        (
            entry.findtext("{*}CdtDbtInd"),
            entry.findtext("{*}Amt"),
            entry.findtext("{*}AcctSvcrRef"),
            entry.findtext(".//{*}EndToEndId"),
            entry.findtext("{*}BkTxCd//{*}SubFmlyCd"),
            entry.findtext(".//{*}RtrInf/{*}Rsn/{*}Cd"),
        )
        for entry in document.iterfind(".//{*}Ntry")
    ]


def test_executed_payment_is_booked_once_and_notified(instant, bank):
    told = instant.submit(1250)
    line = ("DBIT", "12.50", told.bank_reference, "PO00TEST00000001", "ESCT", None)
    for _ in range(3):
        work(bank.account)

    [movement] = InstantMovement.objects.all()
    assert (movement.position, movement.kind, movement.amount) == (0, "executed", 1250)
    assert movement.read_iban() == instruction(1).creditor_account
    [notification] = bank.sent("camt.054")
    assert facts(notification) == [line]

    bank.go_to(11, 24)
    [statement] = bank.sent("camt.053")
    assert facts(statement) == [line]
    assert len(bank.sent("camt.054")) == 1


def test_log_is_taken_over_where_it_was_left(instant, bank):
    for number in range(1, 4):
        instant.submit(1000 + number, number=number)
        work(bank.account)
        work(bank.account)

    assert list(Booking.objects.filter(kind="instant").order_by("reference").values_list("amount", flat=True)) == [
        1001,
        1002,
        1003,
    ]
    assert Book.objects.get().instant_log_read == (folder_of(bank.account) / "facts.jsonl").stat().st_size


def test_torn_line_is_taken_over_when_it_is_whole(instant, bank):
    instant.submit()
    path = folder_of(bank.account) / "facts.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    booking.take_over(bank.account)
    assert not InstantMovement.objects.exists()
    path.write_bytes(whole)
    booking.take_over(bank.account)
    assert InstantMovement.objects.count() == 1


def test_payment_of_a_sunday_is_on_mondays_statement(instant, bank):
    bank.go_to(11, 29)
    instant.look_at_the_clock()
    told = instant.submit()
    work(bank.account)
    assert [facts(notification)[0][2] for notification in bank.sent("camt.054")] == [told.bank_reference]

    bank.go_to(12, 1)
    statements = {s.findtext(".//{*}Bal//{*}Dt/{*}Dt"): facts(s) for s in bank.sent("camt.053")}
    assert [line[2] for line in statements["2026-11-30"]] == [told.bank_reference]
    assert all(not lines for on, lines in statements.items() if on != "2026-11-30")


def test_late_execution_is_booked_when_its_time_comes(instant, bank):
    instant.submit(70753)
    work(bank.account)
    assert not Booking.objects.filter(kind="instant").exists()

    advance_clock(bank.account.pk, by_seconds=60, by=SYSTEM)
    work(bank.account)
    assert Booking.objects.get(kind="instant").amount == 70753


def test_return_comes_as_a_credit_with_the_ids_of_the_payment(instant, bank):
    instant.submit(70774)
    advance_clock(bank.account.pk, by_seconds=5, by=SYSTEM)
    work(bank.account)

    [notification] = bank.sent("camt.054")
    executed, returned = facts(notification)
    assert executed[:2] == ("DBIT", "707.74")
    assert (*returned[:2], *returned[3:]) == ("CRDT", "702.74", "PO00TEST00000001", "RRTN", "AC04")


def test_return_sixty_days_later_is_on_its_own_days_statement(instant, bank):
    instant.submit(70773)
    work(bank.account)
    advance_clock(bank.account.pk, by_seconds=61 * 86_400, by=SYSTEM)
    day.work_through(bank.account.pk)

    credits = [line for statement in bank.sent("camt.053") for line in facts(statement) if line[0] == "CRDT"]
    assert [(amount, end_to_end_id, reason) for _, amount, _, end_to_end_id, _, reason in credits] == [
        ("707.73", "PO00TEST00000001", "MS03")
    ]
    assert Booking.objects.get(kind="instant_return").booked_on.isoformat() == "2027-01-22"


def test_payment_returned_twice_is_credited_twice(instant, bank):
    instant.submit(70775)
    advance_clock(bank.account.pk, by_seconds=10, by=SYSTEM)
    work(bank.account)

    credits = Booking.objects.filter(kind="instant_return")
    assert [credit.amount for credit in credits] == [70775, 70775]
    assert len({credit.reference for credit in credits}) == 2


@pytest.mark.parametrize(("amount", "notifications"), [(70761, 2), (70763, 0)])
def test_notification_comes_as_often_as_the_amount_says(instant, bank, amount, notifications):
    told = instant.submit(amount)
    work(bank.account)

    sent = bank.sent("camt.054")
    assert [facts(one)[0][2] for one in sent] == [told.bank_reference] * notifications
    assert len({one.findtext(".//{*}MsgId") for one in sent}) == notifications
    bank.go_to(11, 24)
    assert [facts(statement)[0][2] for statement in bank.sent("camt.053")] == [told.bank_reference]


def test_notification_of_the_return_can_come_first(instant, bank):
    instant.submit(70762)
    work(bank.account)
    advance_clock(bank.account.pk, by_seconds=5, by=SYSTEM)
    sandbox_bank.work()
    outbox = bank.account.path / "from_bank"
    first = sorted(path.name for path in outbox.glob("*camt.054*"))
    advance_clock(bank.account.pk, by_seconds=60, by=SYSTEM)
    sandbox_bank.work()
    second = sorted(path.name for path in outbox.glob("*camt.054*") if path.name not in first)

    assert [len(first), len(second)] == [1, 1]
    signs = [(outbox / name).read_text().split("<CdtDbtInd>")[1][:4] for name in (first[0], second[0])]
    assert signs == ["CRDT", "DBIT"]


def test_granted_recall_comes_as_a_credit(instant, bank):
    instant.submit(70781)
    instant.recall()
    advance_clock(bank.account.pk, by_seconds=10, by=SYSTEM)
    work(bank.account)

    assert facts(bank.sent("camt.054")[0])[1][4:] == ("RRTN", "FOCR")


def test_double_payment_is_booked_twice(instant, bank):
    """The bank's book shows what the bank did, also what nobody wanted."""
    instant.promise(duplicate_check="none")
    instant.submit()
    instant.submit(attempt=2)
    work(bank.account)

    assert [line[3] for line in facts(bank.sent("camt.054")[0])] == ["PO00TEST00000001"] * 2
