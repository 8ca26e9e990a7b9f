"""A stop is lifted by two people; hold mode only once banks have told what they did."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.audit.operations import confirm_lift, enter_hold_mode, propose_lift
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.errors import CannotLift
from apps.payouts.operations import stop_sending
from apps.rails.models import Stop
from tests import factories, signing_in
from tests.reconciliation.conftest import Bank
from tests.threads import at_once, refused


@pytest.fixture
def stop(operator):
    return stop_sending("everything", by=operator, reason="Suspicious")


def test_two_people_lift_it(stop, approvers, treasurer):
    propose_lift(stop.pk, by=treasurer, reason="It was a false alarm")
    assert Stop.objects.open().exists()
    confirm_lift(stop.pk, by=approvers[0])
    stop.refresh_from_db()
    assert (stop.lift_proposed_by, stop.lifted_by, stop.is_open) == (treasurer, approvers[0], False)
    assert list(Event.objects.filter(subject=stop.public_id).order_by("sequence").values_list("type", flat=True)) == [
        "sending.stopped", "sending.lift_proposed", "sending.resumed",
    ]  # fmt: skip


def test_one_person_does_not_lift_it(stop, treasurer):
    propose_lift(stop.pk, by=treasurer, reason="It was a false alarm")
    with pytest.raises(CannotLift) as refusal:
        confirm_lift(stop.pk, by=treasurer)
    assert refusal.value.code == "same-person"
    assert Stop.objects.open().exists()


def test_who_opened_it_is_one_of_the_two_at_most(approvers, treasurer):
    stop = stop_sending("everything", by=treasurer, reason="Suspicious")
    propose_lift(stop.pk, by=treasurer, reason="It was a false alarm")
    with pytest.raises(CannotLift):
        confirm_lift(stop.pk, by=treasurer)
    assert not confirm_lift(stop.pk, by=approvers[0]).is_open


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("lift-not-proposed", lambda stop, one, other: confirm_lift(stop.pk, by=one)),
        ("cannot-lift-stop", lambda stop, one, other: propose_lift(stop.pk, by=one, reason=" ")),
    ],
)
def test_lifting_has_two_steps_and_a_reason(stop, approvers, code, call):
    with pytest.raises(CannotLift) as refusal:
        call(stop, *approvers[:2])
    assert refusal.value.code == code
    assert Stop.objects.open().filter(lift_proposed_at=None).exists()


def test_a_second_proposal_and_a_second_lift_are_refused(stop, approvers):
    one, two, three = approvers
    propose_lift(stop.pk, by=one, reason="It was a false alarm")
    with pytest.raises(CannotLift):
        propose_lift(stop.pk, by=two, reason="I think so too")
    confirm_lift(stop.pk, by=two)
    with pytest.raises(CannotLift) as refusal:
        confirm_lift(stop.pk, by=three)
    assert refusal.value.code == "already-lifted"


def test_neither_operators_nor_the_portal_itself_lift(stop, operator):
    for actor in (operator, SYSTEM):
        with pytest.raises(PermissionDenied):
            propose_lift(stop.pk, by=actor, reason="It was a false alarm")
        with pytest.raises(PermissionDenied):
            confirm_lift(stop.pk, by=actor)
    assert Stop.objects.open().filter(lift_proposed_at=None).exists()


def test_many_who_agree_at_once_lift_it_once(committed_db, stop, approvers, treasurer):
    propose_lift(stop.pk, by=treasurer, reason="It was a false alarm")
    outcomes = at_once(*[lambda person=person: confirm_lift(stop.pk, by=person) for person in (*approvers, treasurer)])
    assert len(refused(outcomes)) == 3
    assert Stop.objects.get().lifted_by != treasurer


def test_hold_mode_stays_until_every_bank_account_was_stated(bank_account, approvers):
    other = factories.bank_account()
    Bank(bank_account).state_notified()  # before it began
    stop = enter_hold_mode(by=SYSTEM, reason="Restored")
    Bank(other).state_notified()
    with pytest.raises(CannotLift) as refusal:
        propose_lift(stop.pk, by=approvers[0], reason="All is swept")
    assert [fault.pointer for fault in refusal.value.errors] == [f"/{bank_account.public_id}"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        people = [person.pk for person in approvers[:2]]
        cursor.execute(
            "UPDATE rails_stop SET lift_proposed_by_id = %s, lift_proposed_at = now(), lift_reason = 'x',"
            " lifted_by_id = %s, lifted_at = now()", people,
        )  # fmt: skip
    bank_account.status = "closed"
    bank_account.save()
    propose_lift(stop.pk, by=approvers[0], reason="All is swept")
    assert not confirm_lift(stop.pk, by=approvers[1]).is_open


def test_hold_mode_stands_beside_a_stop_by_a_person(stop):
    enter_hold_mode(by=SYSTEM, reason="Restored")
    assert Stop.objects.open().count() == 2


def test_command_turns_hold_mode_on_and_off_with_two_passwords_and_the_phone_of_who_has_one(
    db, capsys, monkeypatch, settings
):
    people = [factories.person("approver", password=f"a long passphrase {n}") for n in (1, 2)]
    given = {person.email: f"a long passphrase {n}" for n, person in enumerate(people, 1)}
    codes = ["000000", signing_in.phone_of(people[1]).code()]

    def answer(prompt):
        return codes.pop(0) if "phone" in prompt else given[prompt.split()[-1].rstrip(":")]

    monkeypatch.setattr("apps.audit.management.commands.hold_mode.getpass", answer)
    call_command("hold_mode", "status")
    call_command("hold_mode", "on", reason="Restored to Tuesday")
    with pytest.raises(CommandError, match="with --email"):
        call_command("hold_mode", "off")
    call_command("hold_mode", "off", email=people[0].email, reason="All is swept")
    with pytest.raises(CommandError, match="somebody else"):
        call_command("hold_mode", "off", email=people[0].email)
    with pytest.raises(CommandError, match="code is wrong"):
        call_command("hold_mode", "off", email=people[1].email)
    assert Stop.objects.open().exists()
    settings.LIVE = True
    with pytest.raises(CommandError, match="set up your second factor"):
        call_command("hold_mode", "off", email=people[0].email)
    settings.LIVE = False
    call_command("hold_mode", "off", email=people[1].email)
    said = capsys.readouterr().out
    assert said.startswith("Hold mode is off.\nHold mode is on since ") and said.endswith("Hold mode is off.\n")
    assert Stop.objects.get().lifted_by == people[1]


def test_a_wrong_password_turns_nothing_off(db, monkeypatch):
    person = factories.person("approver", password="a long passphrase")
    monkeypatch.setattr("apps.audit.management.commands.hold_mode.getpass", lambda prompt: "guess")
    call_command("hold_mode", "on")
    with pytest.raises(CommandError, match="password is wrong"):
        call_command("hold_mode", "off", email=person.email, reason="All is swept")
    assert Stop.objects.open().filter(lift_proposed_at=None).exists()
