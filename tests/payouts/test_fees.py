"""The life of a fee in the books, from the reservation to what a statement line proves. Invariants are checked after each."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import Invalid
from apps.ledger.models import Transfer
from apps.ledger.queries import balances
from apps.payouts.jobs import apply_reports
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import cancel_payouts, create_payouts, fund_waiting, start_due, stop_sending
from apps.payouts.operations.stops import put_back_stopped
from apps.rails.models import PaymentFile
from apps.rails.operations import receive_report
from apps.reconciliation.models import Match
from tests import bank_files, factories
from tests.clocks import reach_cut_off
from tests.matching import undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, bring_to_bank

FUNDED = 10_000_000
PAYERS = pytest.mark.parametrize("paid_by", ["platform", "recipient"])
"""A fee of 0.50 + 1.25 % of 100.00: 1.75, on top of it or out of it."""


@pytest.fixture
def create(platform, key):
    """Create payouts of 100.00 under a schedule of 0.50 + 1.25 %."""

    def create(paid_by="platform", amount=100_00, count=1, **terms):
        factories.fees(**{"platform": platform, "fixed": 50, "basis_points": 125, "paid_by": paid_by} | terms)
        return create_payouts(platform.pk, [factories.payout_draft(amount=amount) for _ in range(count)], by=key)

    return create


@pytest.fixture
def held(platform, bank_account):
    """Return what is on the accounts that a fee passes: funds, reserved, clearing, pending and earned."""

    def held():
        of_platform = balances(platform.public_id)["EUR"]
        of_bank = balances(bank_account.public_id).get("EUR", {})
        return (
            of_platform["funds"] - FUNDED,
            of_platform.get("reserved", 0),
            of_bank.get("clearing", 0),
            of_bank.get("fee_pending", 0),
            balances("").get("EUR", {}).get("fee_income", 0),
        )

    return held


def charged(paid_by):
    """Return what the platform is charged for 100.00, and what the bank pays."""
    return (101_75, 100_00) if paid_by == "platform" else (100_00, 98_25)


def debit(bank, payout):
    bank.state(Ntry(-payout.net, [Tx(payout.net, payout.end_to_end_id)]))


def credit(bank, payout):
    bank.state(Ntry(payout.net, [Tx(payout.net, payout.end_to_end_id, role="Dbtr", ret="AC04")]))


@pytest.fixture
def bank(platform, bank_account):
    bank = Bank(bank_account)
    bank.state_notified()
    return bank


@PAYERS
def test_fee_is_reserved_waits_with_the_bank_and_is_earned_by_a_statement_line(
    create, held, bank, bank_account, paid_by
):
    total, net = charged(paid_by)
    [payout] = create(paid_by)
    assert (payout.fee, payout.total, payout.net, payout.fee_paid_by) == (175, total, net, paid_by)
    assert held() == (-total, total, 0, 0, 0)

    bring_to_bank([payout], bank_account)
    assert held() == (-total, 0, net, 175, 0)
    assert Attempt.objects.get().amount == PaymentFile.objects.get().control_sum == net
    assert f">{net // 100}.{net % 100:02d}<".encode() in PaymentFile.objects.get().read_content()

    debit(bank, payout)
    assert Payout.objects.get().status == "paid"
    assert held() == (-total, 0, 0, 0, 175)
    legs = Transfer.objects.filter(journal__moment="payout.settled").values_list(
        "debit__kind", "credit__kind", "amount"
    )
    assert list(legs.order_by("leg")) == [("clearing", "bank", net), ("fee_pending", "fee_income", 175)]


@PAYERS
def test_undone_match_takes_the_fee_back_until_another_line(create, held, bank, bank_account, treasurer, paid_by):
    total, net = charged(paid_by)
    [payout] = create(paid_by)
    bring_to_bank([payout], bank_account)
    debit(bank, payout)
    undo_match(Match.objects.get(kind="payout").pk, by=treasurer, reason="Not ours")
    assert held() == (-total, 0, net, 175, 0)
    assert Payout.objects.get().status == "sent"


@PAYERS
@pytest.mark.parametrize(("refunded", "kept"), [(True, 0), (False, 175)])
def test_return_gives_the_fee_back_by_the_terms_of_its_schedule(
    create, held, bank, bank_account, treasurer, paid_by, refunded, kept
):
    total, net = charged(paid_by)
    [payout] = create(paid_by, refunded_on_return=refunded)
    factories.fees(platform=None, fixed=1, refunded_on_return=not refunded)
    bring_to_bank([payout], bank_account)
    debit(bank, payout)
    credit(bank, payout)
    assert Payout.objects.get().status == "returned"
    assert held() == (-kept, 0, 0, 0, kept)

    undo_match(Match.objects.get(kind="return").pk, by=treasurer, reason="Another one's")
    assert Payout.objects.get().status == "paid"
    assert held() == (-total, 0, 0, 0, 175)


@PAYERS
@pytest.mark.parametrize(("refunded", "kept"), [(True, 0), (False, 175)])
def test_return_before_its_debit_comes_to_the_same(
    create, held, bank, bank_account, treasurer, paid_by, refunded, kept
):
    total, net = charged(paid_by)
    [payout] = create(paid_by, refunded_on_return=refunded)
    bring_to_bank([payout], bank_account)
    credit(bank, payout)
    assert Payout.objects.get().returned_from == "sent"
    assert held() == (-kept, 0, net, 175, kept - 175)

    debit(bank, payout)
    assert Payout.objects.get().returned_from == "paid"
    assert held() == (-kept, 0, 0, 0, kept)

    undo_match(Match.objects.get(kind="return").pk, by=treasurer, reason="Another one's")
    assert Payout.objects.get().status == "paid"
    assert held() == (-total, 0, 0, 0, 175)


@PAYERS
def test_refused_payout_costs_nothing(create, held, bank_account, paid_by):
    [payout] = create(paid_by)
    bring_to_bank([payout], bank_account)
    content = bank_files.status_report(PaymentFile.objects.get().message_id, refused={payout.end_to_end_id: "AC04"})
    receive_report(content, "report.xml", bank_account.pk)
    apply_reports()
    assert Payout.objects.get().status == "failed"
    assert held() == (0, 0, 0, 0, 0)


@PAYERS
def test_cancelled_payout_costs_nothing(create, held, key, paid_by):
    [payout] = create(paid_by)
    cancel_payouts([payout.pk], by=key, reason="Withdrawn")
    assert held() == (0, 0, 0, 0, 0)


@PAYERS
def test_what_is_put_back_waits_reserved_with_its_fee(create, held, bank_account, approvers, paid_by):
    total, net = charged(paid_by)
    [payout] = create(paid_by)
    reach_cut_off(bank_account, [payout])
    start_due()
    assert held() == (-total, 0, net, 175, 0)
    stop_sending("everything", by=approvers[0], reason="Odd amounts")
    put_back_stopped(PaymentFile.objects.get().pk)
    assert Payout.objects.get().status == "scheduled"
    assert held() == (-total, total, 0, 0, 0)


def test_balance_that_covers_the_amount_and_not_the_fee_is_short(create, platform, bank_account):
    [payout] = create("platform", amount=FUNDED, maximum=10_00, count=1)
    assert payout.status in ("awaiting_approval", "awaiting_funds") and payout.funding == "none"
    [within] = create("recipient", amount=FUNDED, maximum=10_00)
    assert (within.funding, within.net) == ("reserved", FUNDED - 10_00)
    assert fund_waiting() == 0


def test_fee_that_leaves_nothing_is_refused(create):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        create("recipient", amount=50)
    [fault] = refusal.value.errors
    assert (fault.pointer, fault.code) == ("/0/amount", "fee-takes-all")
    assert not Payout.objects.exists()
    [payout] = create("recipient", amount=52, basis_points=0)
    assert payout.net == 2


def test_price_stays_when_the_schedule_changes(create, platform, key):
    [before] = create()
    factories.fees(platform=platform, fixed=99)
    [after] = create_payouts(platform.pk, [factories.payout_draft(amount=100_00)], by=key)
    assert [Payout.objects.get(pk=one.pk).fee for one in (before, after)] == [175, 99]
    assert [one.fee_terms["setting"]["version"] for one in (before, after)] == [1, 2]


def test_approval_is_bound_to_the_fee(create, platform, key):
    [payout] = create(amount=200_000)
    [same] = Payout.objects.filter(pk=payout.pk)
    assert same.digest == payout.approval.digest
    for name, other in (("fee", 1), ("fee_paid_by", "recipient"), ("fee_terms", {"setting": {"id": "set_other"}})):
        [changed] = Payout.objects.filter(pk=payout.pk)
        setattr(changed, name, other)
        assert changed.digest != payout.approval.digest, name


def test_database_keeps_the_fee_to_its_terms(create):
    [payout] = create()
    wrong = [
        ("UPDATE payouts_payout SET fee = 174", []),
        ("UPDATE payouts_payout SET fee_terms = %s", [json.dumps(payout.fee_terms | {"fixed": 49})]),
        ("UPDATE payouts_payout SET fee = 0, fee_paid_by = '', fee_terms = '{}'", []),
    ]
    for statement, values in wrong:
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    for name, other in (("fee", 174), ("fee_paid_by", "recipient"), ("fee_terms", {})):
        copy = Payout.objects.get(pk=payout.pk)
        copy.pk, copy.reference, copy.end_to_end_id = None, "COPY", "COPY"
        copy.pk = type(copy)._meta.pk.default()
        copy._state.adding = True
        setattr(copy, name, other)
        with pytest.raises(IntegrityError, match="payout_fee_is_of_its_terms"), transaction.atomic():
            copy.save(force_insert=True)
    assert Payout.objects.get().fee == 175
