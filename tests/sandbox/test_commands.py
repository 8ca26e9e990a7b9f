from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.rails.models import BankAccount
from apps.sandbox.models import Book


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_clock_is_shown_and_advanced(account):
    assert "Monday 2026-11-23 09:00" in run("sandbox_clock")
    assert "Tuesday 2026-11-24 09:00" in run("sandbox_clock", "--advance", "1d")
    assert "Wednesday 2026-11-25 15:00" in run("sandbox_clock", "--to", "2026-11-25T15:00")


def test_the_clock_does_not_go_back(account):
    before = BankAccount.objects.get(pk=account.pk).clock_offset_seconds
    with pytest.raises(CommandError, match="never goes back"):
        run("sandbox_clock", "--to", "2026-11-20")
    assert BankAccount.objects.get(pk=account.pk).clock_offset_seconds == before


@pytest.mark.parametrize("wrong", ["1", "d", "-1d", "1y"])
def test_a_duration_has_a_unit(account, wrong):
    with pytest.raises(CommandError):
        run("sandbox_clock", f"--advance={wrong}")


def test_reporting_is_shown_and_changed(account):
    assert "camt.053.001.08, batch lines with" in run("sandbox_reporting")
    shown = run("sandbox_reporting", "--statement-version=02", "--batch-details=no")
    assert "camt.053.001.02, batch lines without" in shown
    book = Book.objects.get(pk=account.pk)
    assert (book.statement_version, book.batch_details) == ("02", False)


def test_an_unknown_account_is_refused(account):
    with pytest.raises(CommandError, match="not an id"):
        run("sandbox_clock", "--bank-account", "ba_nothing")


def test_a_sandbox_is_opened_and_its_token_shown(db, settings, tmp_path):
    from apps.partners.authentication import key_for

    settings.BANK_FOLDER = tmp_path
    shown = run("open_sandbox", "Test Shop")
    token = shown.split("API key")[1].split()[0]
    assert key_for(token).partner.name == "Test Shop"
