"""A file that cannot be built waits, with its reason, for a person; the worker goes on with the others."""

import signal

import pytest

from apps.payouts.models import Payout
from apps.rails.models import BankAccount, PaymentFile
from tests.faults.processes import run

pytestmark = pytest.mark.slow


@pytest.fixture
def wrong_bic(road):
    """A BIC that no file can be built with; the call puts it right."""
    accounts = BankAccount.objects.filter(pk=road.bank_account.pk)
    right = accounts.get().bic
    accounts.update(bic="NO-BIC")
    return lambda: accounts.update(bic=right)


@pytest.mark.parametrize("capacity", [10_000, 4])
def test_it_is_left_and_built_once_its_cause_is_gone(road, wrong_bic, monkeypatch, capacity):
    monkeypatch.setattr(PaymentFile, "capacity", capacity)
    for _ in range(2):
        assert run(road.submit) == 0, f"killed by {signal.SIGALRM!r}: it never ends"
    [file] = PaymentFile.objects.all()
    assert (file.state, file.transactions) == ("open", 0)
    assert "no BIC" in file.problem
    assert list(PaymentFile.objects.stuck()) == [file]

    wrong_bic()
    assert run(road.submit) == 0
    assert set(PaymentFile.objects.values_list("state", "problem")) == {("handed_over", "")}
    assert sum(PaymentFile.objects.values_list("transactions", flat=True)) == Payout.objects.count()
    assert set(Payout.objects.values_list("status", flat=True)) == {"sent"}
