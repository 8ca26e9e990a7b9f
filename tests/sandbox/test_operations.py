from datetime import UTC, datetime, timedelta

import pytest

from apps.core.errors import Invalid, NotFound, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.authentication import key_for
from apps.rails.models import BankAccount
from apps.sandbox.models import Booking, SentFile
from apps.sandbox.operations import (
    CannotAdvanceClock,
    CannotDeposit,
    advance_clock,
    change_reporting,
    deposit,
    open_sandbox,
    sandbox_account,
)


class Nobody:
    is_active = True

    def has_perm(self, permission):
        return False


def offset(account):
    return BankAccount.objects.get(pk=account.pk).clock_offset_seconds


def test_the_clock_goes_forward(account):
    before = offset(account)
    advance_clock(account.pk, by_seconds=3600, by=SYSTEM)
    assert offset(account) == before + 3600
    event = Event.objects.get(type="sandbox.clock_advanced")
    assert (event.subject, event.data["banking_day"]) == (account.public_id, "2026-11-23")


def test_the_clock_goes_to_a_moment(account):
    to = datetime(2026, 11, 24, 14, tzinfo=UTC)
    now = advance_clock(account.pk, to=to, by=SYSTEM).business_now()
    assert to <= now < to + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"by_seconds": -1}, "clock-goes-forward"),
        ({"to": datetime(2026, 11, 23, tzinfo=UTC)}, "clock-goes-forward"),
        ({"by_seconds": 367 * 86400}, "clock-advance-too-far"),
        ({}, "clock-goes-forward"),
    ],
)
def test_the_clock_never_goes_back_nor_too_far(account, how, code):
    before = offset(account)
    with pytest.raises(CannotAdvanceClock) as refused:
        advance_clock(account.pk, by=SYSTEM, **how)
    assert (refused.value.code, offset(account)) == (code, before)


def test_live_clocks_are_out_of_reach(account):
    live = make_live(account)
    with pytest.raises(NotFound):
        advance_clock(live.pk, by_seconds=60, by=SYSTEM)
    with pytest.raises(NotFound):
        deposit(live.pk, 100, "Hello", by=SYSTEM)
    assert (offset(live), Booking.objects.count()) == (0, 0)


def make_live(account):
    from apps.rails.operations import open_bank_account

    return open_bank_account("Live", "Portal", "NL91ABNA0417164300", by=SYSTEM, mode="live", folder_name="live")


def test_who_may_not_control_the_sandbox_changes_nothing(account):
    before = offset(account)
    for act in (
        lambda: advance_clock(account.pk, by_seconds=60, by=Nobody()),
        lambda: deposit(account.pk, 100, "Hello", by=Nobody()),
        lambda: change_reporting(account.pk, batch_details=False, by=Nobody()),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (offset(account), Booking.objects.count()) == (before, 0)


def test_a_deposit_is_notified_at_once_and_stands_on_the_statement_under_the_same_reference(bank):
    booking = deposit(bank.account.pk, 250_000, "FU94 ABCD", debtor_name="Shop GmbH", by=SYSTEM)
    [notified] = bank.sent("camt.054")
    bank.go_to(11, 24)
    [statement] = bank.sent("camt.053")
    for document in (notified, statement):
        [entry] = document.iter("{*}Ntry")
        assert entry.findtext("{*}AcctSvcrRef") == booking.reference
        assert (entry.findtext("{*}Amt"), entry.findtext("{*}CdtDbtInd")) == ("2500.00", "CRDT")
        assert entry.findtext(".//{*}RmtInf/{*}Ustrd") == "FU94 ABCD"
        assert entry.findtext(".//{*}Dbtr//{*}Nm") == "Shop GmbH"


def test_a_deposit_on_a_weekend_is_booked_on_the_next_banking_day(bank):
    bank.go_to(11, 28)
    booking = deposit(bank.account.pk, 100, "Hello", by=SYSTEM)
    assert str(booking.booked_on) == "2026-11-30"


@pytest.mark.parametrize(
    ("amount", "reference", "pointers"),
    [(0, "Hello", ["/amount"]), (-5, "", ["/amount", "/reference"]), (10**16, "x" * 141, ["/amount", "/reference"])],
)
def test_a_deposit_with_faults_books_nothing(account, amount, reference, pointers):
    with pytest.raises(CannotDeposit) as refused:
        deposit(account.pk, amount, reference, by=SYSTEM)
    assert [fault.pointer for fault in refused.value.errors] == pointers
    assert (Booking.objects.count(), SentFile.objects.count()) == (0, 0)


def test_the_bank_writes_no_other_version(account):
    with pytest.raises(Invalid):
        change_reporting(account.pk, statement_version="99", by=SYSTEM)


def test_a_sandbox_is_opened_with_one_call(db, settings, tmp_path):
    settings.BANK_FOLDER = tmp_path
    first = open_sandbox("First", by=SYSTEM)
    second = open_sandbox("Second", by=SYSTEM)
    assert first.bank_account != second.bank_account
    assert first.bank_account.mode == "sandbox"
    assert (first.bank_account.partner, second.bank_account.partner) == (first.partner, second.partner)
    assert key_for(first.token).partner == first.partner
    assert key_for(second.token).partner == second.partner
    assert sandbox_account(first.partner) == first.bank_account
    with pytest.raises(NotFound):
        sandbox_account(first.partner, "USD")
