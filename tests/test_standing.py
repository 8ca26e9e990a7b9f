"""What stands is the same for every test that begins with it, whatever the one before did to it."""

import pytest
from django.db import connection

from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.rails.models import BankAccount
from tests import factories


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_no_test_finds_what_another_did(turn, platform, key, bank_account, bank_folder, approvers):
    assert (Payout.objects.count(), bank_account.clock_offset_seconds, approvers[0].name) == (0, 0, "Ann Approver")
    assert BankAccount.objects.get().clock_offset_seconds == 0
    assert not (bank_folder / "left").exists()
    create_payouts(platform.pk, [factories.payout_draft()], by=key)
    bank_account.clock_offset_seconds = 60
    bank_account.save(update_fields=["clock_offset_seconds"])
    approvers.clear()
    bank_folder.mkdir(exist_ok=True)
    (bank_folder / "left").touch()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_stood_in_a_session_that_was_lost_is_made_anew(turn, platform):
    platform.refresh_from_db()
    assert platform.name == "Quillmarket"
    connection.close()


def test_a_test_that_wants_none_of_it_finds_an_empty_database(db):
    assert not BankAccount.objects.exists()
