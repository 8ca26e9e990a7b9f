from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.database import database_now
from apps.core.errors import Invalid, PermissionDenied
from apps.core.ids import uuid7
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.payouts.explain import waiting_on
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, decide_method_change, start_due
from apps.recipients.cooling import HOURS
from apps.recipients.models import MethodChange, PayoutMethodVersion, Reveal
from apps.recipients.operations import (
    CannotChangeMethod,
    CannotDecideChange,
    CannotReveal,
    MethodDraft,
    change_method,
    create_recipients,
    payees,
    reveal_account,
)
from tests import factories
from tests.clocks import reach_cut_off


def waits(payout):
    return [item["what"] for item in waiting_on(Payout.objects.with_facts().get(pk=payout.pk))]


@pytest.fixture
def known(platform, key):
    [recipient] = create_recipients(platform.pk, [factories.recipient_draft("Ada Quill")], by=key)
    return recipient


@pytest.fixture
def changed(known, operator):
    """A change of Ada Quill's account that an operator has proposed."""
    change_method(known.pk, MethodDraft(iban=factories.iban()), by=operator, reason="She wrote from her known address")
    return MethodChange.objects.get()


@pytest.fixture
def paid_to_it(changed, known, platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(recipient=known.pk)], by=key)
    return payout


def test_the_account_that_is_paid_already_is_no_change(platform, key):
    iban = factories.iban()
    [recipient] = create_recipients(platform.pk, [factories.recipient_draft("Ada Quill", iban=iban)], by=key)
    for holder_name in ("", "Ada Quill"):
        with pytest.raises(CannotChangeMethod):
            change_method(recipient.pk, MethodDraft(iban=iban, holder_name=holder_name), by=key)
    assert PayoutMethodVersion.objects.count() == 1


def test_what_is_paid_meanwhile_waits_for_a_second_person_and_the_rest(paid_to_it, changed, approvers, bank_account):
    assert paid_to_it.status == "scheduled"
    assert paid_to_it.method_version_id == changed.version_id
    assert "account_confirmation" in waits(paid_to_it)
    reach_cut_off(bank_account, [paid_to_it])
    bank_account.clock_offset_seconds += 2 * HOURS * 3600
    bank_account.save()
    assert start_due() == 0

    decide_method_change(changed.pk, by=approvers[0], decision="confirm")
    assert "account_confirmation" not in waits(paid_to_it)
    assert start_due() == 1
    types = ["recipient.created", "recipient.method_proposed", "recipient.method_confirmed"]
    events = Event.objects.filter(subject=changed.method.recipient.public_id).order_by("sequence")
    assert list(events.values_list("type", flat=True)) == types
    assert events.last().data["method_change"]["status"] == "confirmed"


def test_a_confirmed_account_rests_all_the_same(paid_to_it, changed, approvers, bank_account):
    decide_method_change(changed.pk, by=approvers[0], decision="confirm")
    assert changed.version.usable_from > database_now()
    usable, moment = changed.version.usable_from, timedelta(seconds=1)
    after = max(usable, paid_to_it.cut_off_at)
    assert not Payout.objects.due(bank_account, usable - moment).exists()
    assert list(Payout.objects.due(bank_account, after + moment)) == [paid_to_it]


@pytest.mark.parametrize("decision", ["refuse", "withdraw"])
def test_turned_down_it_ends_what_was_paid_to_it_and_the_account_before_counts(
    decision, paid_to_it, changed, known, operator, approvers, platform
):
    by = approvers[0] if decision == "refuse" else operator
    decide_method_change(changed.pk, by=by, decision=decision, reason="She does not know of it")
    paid_to_it = Payout.objects.get()
    assert (paid_to_it.status, paid_to_it.failure_code) == ("rejected", "account")
    assert balances(platform.public_id)["EUR"] == {"funds": 10_000_000, "reserved": 0}
    [current] = payees(platform.pk, [known.pk])[known.pk][2].values()
    assert current.number == 1
    change_method(known.pk, MethodDraft(iban=factories.iban()), by=operator)
    assert MethodChange.objects.first().version.number == 3


def test_who_decides_a_change(changed, operator, approvers, treasurer, key):
    for by, decision, refusal in (
        (operator, "confirm", PermissionDenied),
        (treasurer, "confirm", PermissionDenied),
        (key, "confirm", PermissionDenied),
        (key, "withdraw", PermissionDenied),
        (approvers[0], "withdraw", PermissionDenied),
        (approvers[0], "refuse", Invalid),
        (approvers[0], "maybe", CannotDecideChange),
    ):
        with pytest.raises(refusal):
            decide_method_change(changed.pk, by=by, decision=decision)
    assert MethodChange.objects.get().status == "proposed"
    with pytest.raises(CannotChangeMethod, match="waits for a second person"):
        change_method(changed.method.recipient_id, MethodDraft(iban=factories.iban()), by=operator)
    decide_method_change(changed.pk, by=approvers[0], decision="confirm")
    with pytest.raises(CannotDecideChange, match="Confirmed by Ann Approver"):
        decide_method_change(changed.pk, by=approvers[1], decision="refuse", reason="Too late")
    assert MethodChange.objects.get().status == "confirmed"


def test_whoever_stands_behind_a_key_does_not_confirm_what_it_proposed(known, platform, approvers, monkeypatch):
    """A key has an owner; should that owner be an approver one day, they are still not a second person."""
    key, _ = factories.key_of(platform)
    monkeypatch.setattr(type(key), "people_behind", property(lambda user: tuple({user.pk, approvers[0].pk})))
    change_method(known.pk, MethodDraft(iban=factories.iban()), by=key)
    monkeypatch.undo()
    change = MethodChange.objects.get()
    with pytest.raises(CannotDecideChange, match="Another person"):
        decide_method_change(change.pk, by=approvers[0], decision="confirm")
    [payout] = create_payouts(
        platform.pk, [factories.payout_draft(amount=1_000_001, recipient=known.pk)], by=factories.person("operator")
    )
    assert approvers[0].pk in payout.approval.excluded
    assert MethodChange.objects.get().status == "proposed"


def test_the_database_asks_for_two_people_too(paid_to_it, changed, operator):
    confirm = "UPDATE recipients_methodchange SET status = 'confirmed', decided_at = now(), decided_by_id = %s"
    for sql, parameters, told in (
        (confirm, [operator.pk], "methodchange_takes_two_people"),
        (confirm, [changed.method.recipient.partner.service_user_id], "active"),
        ("UPDATE recipients_methodchange SET excluded = '{}'", [], "never changed"),
        ("DELETE FROM recipients_methodchange", [], "never|permission"),
        ("UPDATE payouts_payout SET status = 'submitting', funding = 'submitted'", [], "not confirmed"),
    ):
        with pytest.raises(Exception, match=told), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
    with pytest.raises(IntegrityError), transaction.atomic():
        MethodChange.objects.create(method=changed.method, version=changed.version, proposed_by=operator)
    assert (MethodChange.objects.get().status, Payout.objects.get().status) == ("proposed", "scheduled")


def test_a_number_is_shown_once_for_a_reason_and_no_more_than_so_many(known, operator, auditor, settings):
    settings.REVEALS_PER_HOUR = 2
    version, asked = known.method_version, uuid7()
    for by, reason, refusal in ((auditor, "Just looking around", PermissionDenied), (operator, "why", Invalid)):
        with pytest.raises(refusal):
            reveal_account(version.pk, by=by, reason=reason, asked=uuid7())
    number = reveal_account(version.pk, by=operator, reason="The bank asks for it by telephone", asked=asked)
    assert number == version.open_account()
    with pytest.raises(CannotReveal, match="shown already"):
        reveal_account(version.pk, by=operator, reason="The bank asks for it by telephone", asked=asked)
    reveal_account(version.pk, by=operator, reason="The bank asks for it once more", asked=uuid7())
    with pytest.raises(CannotReveal, match="2 numbers within an hour"):
        reveal_account(version.pk, by=operator, reason="The bank asks for it once more", asked=uuid7())
    events = Event.objects.filter(type="account.revealed", subject=version.public_id)
    assert (events.count(), Reveal.objects.count()) == (2, 2)
    assert number not in str([[event.data, event.changes] for event in events])
