"""The kill switch: what a stop covers does not leave, whichever gate it stands before; nothing else is touched."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.errors import CannotStop
from apps.payouts.explain import waiting_on
from apps.payouts.jobs import submit_due
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import create_payouts, seal_files, start_due, stop_sending
from apps.payouts.queries import effect_of_stop
from apps.payouts.states import State
from apps.rails.jobs import hand_over_files
from apps.rails.models import PaymentFile, Stop
from apps.rails.operations import CannotHandOver, hand_over
from tests import factories
from tests.clocks import reach_cut_off

RAIL = "sepa_credit_transfer"


@pytest.fixture
def two(platform, key, bank_account):
    """Payouts of 2.50 and 10.00 by one platform to two recipients, whose cut-off has come."""
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=amount) for amount in (250, 1000)], by=key)
    reach_cut_off(bank_account, payouts)
    return payouts


def statuses():
    return list(Payout.objects.order_by("amount").values_list("status", flat=True))


def value_of(scope, payout):
    return {
        "everything": "",
        "partner": payout.partner.public_id,
        "rail": RAIL,
        "bank_account": payout.bank_account.public_id,
        "country": "DE",
        "recipient": payout.recipient.public_id,
    }[scope]


def lift(stop):
    """Lift a stop behind the operations' back: they are of an app above."""
    one, other = factories.person("approver"), factories.person("treasurer")
    Stop.objects.filter(pk=stop.pk).update(
        lift_proposed_by=one, lift_proposed_at=stop.opened_at, lift_reason="Looked into",
        lifted_by=other, lifted_at=stop.opened_at,
    )  # fmt: skip


@pytest.mark.parametrize("scope", Stop.Scope.values)
def test_what_is_stopped_is_not_started_until_it_is_lifted(two, operator, scope):
    stop = stop_sending(scope, value_of(scope, two[0]), by=operator, reason="Suspicious")
    submit_due()
    assert statuses() == ["scheduled", "sent" if scope == "recipient" else "scheduled"]
    lift(stop)
    submit_due()
    assert statuses() == ["sent", "sent"]


@pytest.mark.parametrize(("scope", "value"), [("country", "FR"), ("rail", RAIL)])
def test_a_stop_of_something_else_changes_nothing(two, operator, scope, value, platform):
    other = factories.bank_account()
    if scope == "rail":
        scope, value = "bank_account", other.public_id
    stop_sending(scope, value, by=operator, reason="Suspicious")
    submit_due()
    assert statuses() == ["sent", "sent"]


def test_what_stands_in_an_open_file_goes_back(two, operator):
    start_due()
    stop_sending("recipient", two[0].recipient.public_id, by=operator, reason="Suspicious")
    assert seal_files() == 1
    assert statuses() == ["scheduled", "submitting"]
    [given_up] = Attempt.objects.filter(payout=two[0])
    assert (given_up.status, given_up.reason) == ("abandoned", "Sending was stopped before the file was sealed.")
    file = PaymentFile.objects.get()
    assert (file.transactions, file.control_sum, file.problem) == (1, 1000, "")


def test_nothing_is_left_of_a_file_all_of_which_is_stopped(two, operator):
    start_due()
    stop = stop_sending("everything", by=operator, reason="Suspicious")
    assert seal_files() == 0
    assert statuses() == ["scheduled", "scheduled"]
    assert (PaymentFile.objects.get().state, PaymentFile.objects.get().problem) == ("open", "")
    lift(stop)
    submit_due()
    assert statuses() == ["sent", "sent"]
    assert PaymentFile.objects.get().transactions == 2


@pytest.mark.parametrize("scope", ["everything", "rail", "bank_account"])
def test_a_sealed_file_is_kept_back(two, operator, bank_account, scope):
    start_due()
    seal_files()
    stop = stop_sending(scope, value_of(scope, two[0]), by=operator, reason="Suspicious")
    hand_over_files()
    file = PaymentFile.objects.get()
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(file.pk)
    assert refusal.value.code == "sending-is-stopped"
    assert list(bank_account.path.glob("to_bank/*")) == []
    assert PaymentFile.objects.get().state == "sealed"
    lift(stop)
    submit_due()
    assert statuses() == ["sent", "sent"]


@pytest.mark.parametrize("scope", ["partner", "country", "recipient"])
def test_a_narrow_stop_does_not_keep_back_a_sealed_file_and_says_so(two, operator, scope):
    start_due()
    seal_files()
    stop = stop_sending(scope, value_of(scope, two[0]), by=operator, reason="Suspicious")
    count, amount = (1, 250) if scope == "recipient" else (2, 1250)
    assert effect_of_stop(stop)["beyond_recall"] == [
        {"status": "submitting", "currency": "EUR", "count": count, "amount": amount}
    ]
    submit_due()
    assert statuses() == ["sent", "sent"]


def test_effect_is_told_before_the_stop_is_made(two, platform, key, operator):
    create_payouts(platform.pk, [factories.payout_draft(amount=5000)], by=key)
    stop = Stop(scope="partner", value=str(platform.pk))
    row = {"status": "scheduled", "currency": "EUR"}
    assert effect_of_stop(stop) == {
        "kept": [row | {"count": 3, "amount": 6250}], "put_back": [], "files": [], "beyond_recall": [],
    }  # fmt: skip
    start_due()
    assert effect_of_stop(stop) == {
        "kept": [row | {"count": 1, "amount": 5000}],
        "put_back": [row | {"status": "submitting", "count": 2, "amount": 1250}],
        "files": [], "beyond_recall": [],
    }  # fmt: skip
    seal_files()
    assert effect_of_stop(Stop(scope="rail", value=RAIL))["files"] == [PaymentFile.objects.get()]
    assert not Stop.objects.exists()


def test_the_payout_says_why_it_waits_and_who_can_lift_it_but_not_the_reason(two, operator):
    stop = stop_sending("partner", two[0].partner.public_id, by=operator, reason="Their key leaked")
    payout = Payout.objects.with_facts().get(pk=two[0].pk)
    assert waiting_on(payout)[0] == {
        "what": "stop", "who": "approver", "since": stop.opened_at.isoformat(), "until": None,
        "rule": "sending is stopped: platform",
        "unblocked_by": "Two people of those who may lift stops (approvers, compliance officers, treasurers) lift it.",
    }  # fmt: skip
    assert "leaked" not in str(waiting_on(payout))


def test_a_new_payout_knows_of_the_stop(platform, key, operator):
    stop_sending("everything", by=operator, reason="Suspicious")
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    assert payout.status == State.SCHEDULED
    assert waiting_on(payout)[0]["what"] == "stop"


@pytest.mark.parametrize(
    ("scope", "value", "code"),
    [
        ("partner", "ptn_00000000000000000000000000", "cannot-stop"),
        ("partner", "everyone", "cannot-stop"),
        ("rail", "pigeon", "cannot-stop"),
        ("country", "de", "cannot-stop"),
        ("planet", "", "cannot-stop"),
    ],
)
def test_what_is_not_there_cannot_be_stopped(operator, scope, value, code):
    with pytest.raises(CannotStop) as refusal:
        stop_sending(scope, value, by=operator, reason="Suspicious")
    assert refusal.value.code == code
    assert not Stop.objects.exists()


def test_a_stop_has_a_reason_and_is_made_once(operator):
    with pytest.raises(CannotStop):
        stop_sending("everything", by=operator, reason=" ")
    stop_sending("everything", by=operator, reason="Suspicious")
    with pytest.raises(CannotStop) as refusal:
        stop_sending("everything", by=SYSTEM, reason="Again")
    assert refusal.value.code == "already-stopped"
    assert Stop.objects.count() == Event.objects.filter(type="sending.stopped").count() == 1


def test_auditor_may_not_stop(auditor):
    with pytest.raises(PermissionDenied):
        stop_sending("everything", by=auditor, reason="Suspicious")
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'another'",
        "scope = 'rail', value = 'sepa_credit_transfer'",
        "lifted_at = now(), lifted_by_id = opened_by_id",
        "lift_proposed_by_id = opened_by_id, lift_proposed_at = now(), lift_reason = 'x',"
        " lifted_at = now(), lifted_by_id = opened_by_id",
        "lift_proposed_by_id = opened_by_id, lift_proposed_at = now(), lift_reason = ''",
    ],
)
def test_the_database_keeps_stops(operator, change):
    stop_sending("everything", by=operator, reason="Suspicious")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE rails_stop SET {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rails_stop")


@pytest.mark.parametrize(("scope", "value"), [("everything", "x"), ("rail", ""), ("country", "D"), ("partner", "1")])
def test_the_database_wants_one_thing_per_stop(db, scope, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.create(scope=scope, value=value, reason="x")
