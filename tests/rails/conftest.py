from datetime import UTC, datetime

import pytest

from apps.core.permissions import SYSTEM
from apps.rails.operations import open_bank_account, open_file, seal_file
from tests.rails.samples import SEPA, iban, instruction


@pytest.fixture
def bank_folder(settings, tmp_path):
    settings.BANK_FOLDER = tmp_path / "bank folder"
    return settings.BANK_FOLDER


@pytest.fixture
def bank_account(db, bank_folder):
    return new_bank_account()


@pytest.fixture
def sealed_file(bank_account):
    return new_sealed_file(bank_account)


def new_bank_account(**changes):
    values = {"mode": "sandbox", "folder_name": "first", "by": SYSTEM} | changes
    name, number = values.pop("name", "First"), values.pop("iban", iban())
    return open_bank_account(name, "Example Platform GmbH", number, **values)


def new_file(bank_account, now=None):
    plan = SEPA.plan(now or datetime(2099, 3, 2, 9, 0, tzinfo=UTC), bank_account)
    return open_file(bank_account.pk, SEPA.name, plan)


def new_sealed_file(bank_account, count=2):
    file = new_file(bank_account)
    return seal_file(file.pk, [instruction(number) for number in range(1, count + 1)])
