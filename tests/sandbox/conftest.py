"""A sandbox account whose clock stands at Monday, 23 November 2026, 9:00 in Frankfurt."""

from datetime import datetime
from math import ceil
from types import SimpleNamespace
from unittest import mock

import pytest
from lxml import etree

from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.rails.models import BankAccount
from apps.rails.operations import open_bank_account
from apps.sandbox import day
from apps.sandbox.banking_days import ZONE
from apps.sandbox.models import SentFile
from apps.sandbox.operations import advance_clock
from tests.sandbox.payment_files import IBAN

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZONE)


@pytest.fixture
def account(db, settings, tmp_path):
    settings.BANK_FOLDER = tmp_path
    return open_account()


@pytest.fixture
def committed_account(committed_db, settings, tmp_path):
    settings.BANK_FOLDER = tmp_path
    return open_account()


def open_account():
    # The tests tell a story of fixed days; an offset below zero brings the account there from any day of the real clock.
    # It has to be there from the beginning, because no clock goes back.
    seconds = ceil((MONDAY - database_now()).total_seconds())
    clock = BankAccount._meta.get_field("clock_offset_seconds")
    with mock.patch.object(clock, "_get_default", lambda: seconds):
        account = open_bank_account(
            "Sandbox", "Portal", IBAN, by=SYSTEM, mode="sandbox", folder_name="sandbox", bic="SANDDEFFXXX"
        )
    day.work_through(account.pk)
    return BankAccount.objects.get(pk=account.pk)


@pytest.fixture
def bank(account):
    """What the tests look at: the files the bank has sent, and its clock."""

    def sent(kind):
        rows = SentFile.objects.filter(book=account.pk, file_name__contains=kind).order_by("number")
        return [etree.fromstring(row.read_content()) for row in rows]

    def go_to(month, number, hour=9):
        to = datetime(2026, month, number, hour, tzinfo=ZONE)
        advance_clock(account.pk, to=to, by=SYSTEM)
        day.work_through(account.pk)

    return SimpleNamespace(account=account, sent=sent, go_to=go_to)
