"""From the cut-off to the bank's answer, on the real rail and a real folder."""

import pytest

from apps.core.crypto import CannotDecrypt
from apps.ledger.queries import balances
from apps.payouts.jobs import submit_due
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import create_payouts, lift_holds, mark_handed_over, seal_files, start_due
from apps.rails.jobs import hand_over_files
from apps.rails.models import BankAccount, PaymentFile
from apps.recipients.models import PayoutMethodVersion
from tests import factories
from tests.clocks import reach_cut_off


@pytest.fixture
def due(platform, key, bank_account):
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=1000 + n) for n in range(3)], by=key)
    reach_cut_off(bank_account, payouts)
    return payouts


def test_before_the_cut_off_nothing_leaves(platform, key):
    create_payouts(platform.pk, [factories.payout_draft()], by=key)
    assert start_due() == 0
    assert not PaymentFile.objects.exists()


def test_at_the_cut_off_one_file_leaves(due, platform, bank_account):
    assert start_due() == 3
    assert set(Payout.objects.values_list("status", "funding")) == {("submitting", "submitted")}
    assert balances(platform.public_id)["EUR"]["reserved"] == 0
    assert seal_files() == 1
    hand_over_files()
    assert mark_handed_over() == 3

    [file] = PaymentFile.objects.all()
    assert (file.state, file.transactions, file.control_sum) == ("handed_over", 3, 3003)
    assert (bank_account.path / "to_bank" / file.file_name).read_bytes() == file.read_content()
    assert set(Payout.objects.values_list("status", flat=True)) == {"sent"}
    assert set(Attempt.objects.values_list("status", flat=True)) == {"sent"}
    assert balances(bank_account.public_id)["EUR"]["clearing"] == 3003


def test_every_step_twice_changes_nothing(due):
    for _ in range(2):
        start_due()
        seal_files()
        hand_over_files()
        mark_handed_over()
    assert PaymentFile.objects.count() == 1
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize("account", ["NO-IBAN", CannotDecrypt("damaged")])
def test_a_payment_that_no_file_can_hold_waits_alone(due, platform, bank_account, key, monkeypatch, account):
    wrong, in_clear = due[1], PayoutMethodVersion.open_account

    def open_account(version):
        if version.pk != wrong.method_version_id:
            return in_clear(version)
        if isinstance(account, Exception):
            raise account
        return account

    monkeypatch.setattr(PayoutMethodVersion, "open_account", open_account)
    submit_due()
    [file] = PaymentFile.objects.all()
    assert (file.state, file.transactions, file.problem) == ("handed_over", 2, "")
    wrong = Payout.objects.with_facts().get(pk=wrong.pk)
    assert (wrong.status, wrong.funding) == ("scheduled", "reserved")
    assert wrong.attempts.get().status == "abandoned"
    assert [hold.kind for hold in wrong.open_holds] == ["manual"]
    assert balances(platform.public_id)["EUR"]["reserved"] == wrong.amount
    assert balances(bank_account.public_id)["EUR"]["clearing"] == due[0].amount + due[2].amount

    submit_due()
    assert PaymentFile.objects.count() == 1, "it is held, so nothing tries it again"
    monkeypatch.undo()
    lift_holds([wrong.pk], by=factories.person("compliance_officer", "Olu Officer"), reason="It can be read again")
    reach_cut_off(bank_account, [Payout.objects.get(pk=wrong.pk)])
    submit_due()
    assert Payout.objects.get(pk=wrong.pk).status == "sent"
    assert [attempt.number for attempt in wrong.attempts.order_by("number")] == [1, 2]


def test_what_fails_on_one_bank_account_stops_no_other(due, platform, key, bank_account):
    broken = BankAccount.objects.filter(pk=bank_account.pk)
    broken.update(status="closed")
    other = factories.bank_account()
    reach_cut_off(other, create_payouts(platform.pk, [factories.payout_draft()], by=key))
    broken.update(status="active", iban_ciphertext=b"damaged")

    with pytest.raises(CannotDecrypt):
        submit_due()
    assert dict(Payout.objects.values_list("bank_account", "status")) == {
        bank_account.pk: "submitting",
        other.pk: "sent",
    }
    file = PaymentFile.objects.get(bank_account=bank_account)
    assert file.state == "open"
    assert file.problem == "CannotDecrypt while its bytes were made; the worker's log says more."
