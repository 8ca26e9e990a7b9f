"""The commands with which whoever runs a portal sets it up."""

import pytest
from django.core.management import CommandError, call_command

from apps.approvals.models import SettingVersion
from apps.rails.models import BankAccount
from tests import factories


def test_a_policy_is_set_by_amounts(approvers, capsys):
    call_command("set_policy", "EUR", "1000.00=0", "10000.00=1", "rest=2")
    assert SettingVersion.objects.get().content["bands"] == [
        {"up_to": 100_000, "approvals": 0},
        {"up_to": 1_000_000, "approvals": 1},
        {"up_to": None, "approvals": 2},
    ]
    assert capsys.readouterr().out.splitlines()[-1] == "above EUR: 2 approvals"


@pytest.mark.parametrize("bands", [["rest"], ["1,000=1", "rest=2"], ["10.00=1"], ["rest=9"]])
def test_a_policy_that_cannot_be_meant_is_refused(approvers, bands):
    with pytest.raises(CommandError):
        call_command("set_policy", "EUR", *bands)
    assert not SettingVersion.objects.exists()


def test_a_bank_account_is_opened(db, bank_folder):
    call_command(
        "open_bank_account", "Main EUR", "Example Payments", factories.iban(), "--mode", "live", "--folder", "main-eur"
    )
    account = BankAccount.objects.get()
    assert (account.mode, account.folder, account.batch_booking) == ("live", "main-eur", True)


def test_a_wrong_account_is_refused(db, bank_folder):
    with pytest.raises(CommandError):
        call_command("open_bank_account", "Main EUR", "Example", "DE00", "--mode", "live", "--folder", "main-eur")
    assert not BankAccount.objects.exists()
