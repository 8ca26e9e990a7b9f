from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.rails.models import BankAccount
from apps.rails.operations import CannotOpenBankAccount, open_bank_account
from apps.users.models import User
from tests.rails.conftest import new_bank_account
from tests.rails.samples import iban

pytestmark = pytest.mark.django_db


def test_account_number_is_kept_encrypted_and_shown_masked(bank_account):
    stored = BankAccount.objects.get()

    assert stored.read_iban() == iban()
    assert iban().encode() not in bytes(stored.iban_ciphertext)
    assert stored.iban_masked == "DE…0001"
    assert (stored.country, stored.currency, stored.mode, stored.status) == ("DE", "EUR", "sandbox", "active")
    assert Event.objects.get().type == "bank_account.opened"
    assert iban() not in str(Event.objects.get().data)


def test_exchange_folders_are_made_once_committed(bank_folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        account = new_bank_account()

    assert account.path == bank_folder / "first"
    for part in ("to_bank/archive", "from_bank/read"):
        assert (account.path / part).is_dir()


def test_person_without_the_permission_opens_none(bank_folder):
    person = User.objects.create(email="nobody@example.com", name="No Body")
    with pytest.raises(PermissionDenied):
        new_bank_account(by=person)

    assert not BankAccount.objects.exists()


def test_every_fault_is_named_and_nothing_is_stored(bank_folder):
    with pytest.raises(CannotOpenBankAccount) as refusal:
        open_bank_account(
            "",
            "A\nB",
            "DE00100000000000000001",
            by=SYSTEM,
            mode="test",
            folder_name="../etc",
            bic="X",
            currency="EUX",
            pain_version="pain.001.001.02",
        )

    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/name", "blank"),
        ("/holder_name", "forbidden-character"),
        ("/iban", "invalid"),
        ("/bic", "invalid"),
        ("/mode", "invalid"),
        ("/currency", "unknown-currency"),
        ("/folder", "invalid"),
        ("/pain_version", "invalid"),
    ]
    assert not BankAccount.objects.exists()


def test_name_account_and_folder_are_taken_once(bank_account):
    with pytest.raises(CannotOpenBankAccount) as refusal:
        new_bank_account()

    assert [fault.pointer for fault in refusal.value.errors] == ["/name", "/iban", "/folder"]
    assert BankAccount.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "live"},
        {"folder": "other"},
        {"currency": "USD"},
        {"iban_index": b"x"},
        {"clock_offset_seconds": -1},
    ],
)
def test_what_identifies_a_bank_account_never_changes_and_its_clock_only_moves_forward(bank_account, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.update(**change)


def test_clock_of_a_live_account_is_the_real_one(bank_folder):
    new_bank_account(mode="live")
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.update(clock_offset_seconds=60)


def test_business_clock_of_a_sandbox_account_runs_ahead(bank_account):
    bank_account.clock_offset_seconds = 2 * 86400
    now = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)

    assert bank_account.business_now(now) == datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert bank_account.business_today(now) == date(2026, 11, 22)
    assert bank_account.business_today(now.replace(hour=23)) == date(2026, 11, 23)


def test_bank_account_is_never_deleted(bank_account):
    with pytest.raises(DatabaseError), transaction.atomic():
        bank_account.delete()
