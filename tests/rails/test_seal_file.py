import hashlib
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django_q.models import OrmQ

from apps.core.errors import NotFound, PermissionDenied
from apps.core.ids import uuid7
from apps.events.models import Event
from apps.rails.contract import Plan
from apps.rails.models import BankAccount, PaymentFile
from apps.rails.operations import CannotSeal, download_file, open_file, seal_file
from apps.users.models import User
from tests.rails.conftest import new_bank_account, new_file
from tests.rails.samples import SEPA, instruction

pytestmark = pytest.mark.except_invariants("files_hold_their_attempts")


def test_file_of_a_cut_off_is_opened_once(bank_account):
    first, again = new_file(bank_account), new_file(bank_account)

    assert first == again
    assert (first.state, first.sequence, first.transactions, first.currency) == ("open", 1, 0, "EUR")
    assert first.message_id == first.public_id.replace("_", "").upper()
    assert first.cut_off_at == datetime(2099, 3, 2, 14, 0, tzinfo=UTC)
    assert first.execute_on == date(2099, 3, 2)
    assert first.capacity == 10_000


def test_next_file_of_a_cut_off_follows_the_sealed_one(bank_account):
    first = new_file(bank_account)
    seal_file(first.pk, [instruction()])
    second = new_file(bank_account)

    assert (second.sequence, second.state) == (2, "open")
    assert second.message_id != first.message_id


def test_open_file_of_an_unknown_bank_account_is_refused(db):
    plan = Plan(datetime(2099, 3, 2, 14, tzinfo=UTC), date(2099, 3, 2), date(2099, 3, 3))
    with pytest.raises(NotFound):
        open_file(uuid7(), SEPA.name, plan)

    assert not PaymentFile.objects.exists()


def test_sealing_fixes_bytes_digest_count_and_sum(bank_account):
    file = new_file(bank_account)
    sealed = seal_file(file.pk, iter([instruction(1), instruction(2)]))
    stored = PaymentFile.objects.get()

    assert (stored.state, stored.transactions, stored.control_sum) == ("sealed", 2, 2003)
    assert stored.amount_text == "20.03 EUR"
    assert stored.file_name == f"{file.message_id}.pain.001.xml"
    assert stored.sha256 == hashlib.sha256(stored.read_content()).hexdigest() == sealed.sha256
    assert stored.sealed_at is not None
    found = SEPA.tally(stored.read_content())
    assert (found.message_id, found.transactions, found.control_sum) == (file.message_id, 2, 2003)


def test_bytes_rest_encrypted(bank_account):
    file = new_file(bank_account)
    seal_file(file.pk, [instruction()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM rails_paymentfile")
        resting = bytes(cursor.fetchone()[0])

    assert b"IBAN" not in resting
    assert b"<IBAN>" in PaymentFile.objects.get().read_content()


def test_sealing_is_recorded_and_nudges_the_worker(bank_account):
    file = new_file(bank_account)
    seal_file(file.pk, [instruction()])
    event = Event.objects.get(type="file.sealed")

    assert event.subject == file.public_id
    assert event.changes == {"state": ["open", "sealed"]}
    assert event.data["control_sum"] == "10.01"
    assert [task.name() for task in OrmQ.objects.all()] == ["hand_over_files"]


@pytest.mark.parametrize(
    ("instructions", "reason"),
    [
        ([], "0 payments"),
        ([instruction(1), instruction(1)], "twice"),
        ([instruction(creditor_account="NO IBAN")], "no IBAN"),
    ],
)
def test_file_that_cannot_be_sent_is_not_sealed(bank_account, instructions, reason):
    file = new_file(bank_account)
    with pytest.raises(CannotSeal, match=reason):
        seal_file(file.pk, instructions)

    assert PaymentFile.objects.get().state == "open"
    assert not Event.objects.filter(type="file.sealed").exists()
    assert not OrmQ.objects.exists()


def test_file_holds_no_more_than_its_capacity(bank_account):
    file = new_file(bank_account)
    with pytest.raises(CannotSeal, match="10001 payments"):
        seal_file(file.pk, (instruction() for _ in range(10_001)))

    assert PaymentFile.objects.get().state == "open"


def test_sealed_file_is_never_made_again(bank_account):
    file = new_file(bank_account)
    before = seal_file(file.pk, [instruction(1)]).sha256
    with pytest.raises(CannotSeal) as refusal:
        seal_file(file.pk, [instruction(2)])

    assert refusal.value.code == "file-already-sealed"
    assert PaymentFile.objects.get().sha256 == before


def test_file_sealed_after_its_day_is_executed_on_the_next_banking_day(bank_account):
    plan = SEPA.plan(bank_account.business_now(), bank_account)
    file = open_file(bank_account.pk, SEPA.name, plan)
    BankAccount.objects.update(clock_offset_seconds=timedelta(days=10).total_seconds())
    sealed = seal_file(file.pk, [instruction()])
    today = BankAccount.objects.get().business_today()

    assert sealed.execute_on == SEPA.capabilities.calendar.on_or_after(today)
    assert f"<Dt>{sealed.execute_on}</Dt>".encode() in sealed.read_content()
    changes = Event.objects.get(type="file.sealed").changes
    assert changes["execute_on"] == [plan.execute_on.isoformat(), sealed.execute_on.isoformat()]
    assert sealed.cut_off_at == plan.cut_off_at


def test_two_workers_that_seal_at_once_make_one_file(committed_db, bank_folder):
    """Two threads with connections of their own; the clone afterwards takes a moment."""
    account = new_bank_account()
    with transaction.atomic():
        file = new_file(account)
    start, results = threading.Barrier(2), []

    def seal(number):
        start.wait()
        try:
            results.append(seal_file(file.pk, [instruction(number)]).sha256)
        except CannotSeal as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=seal, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = PaymentFile.objects.get()
    assert sorted(results) == sorted(["file-already-sealed", stored.sha256])
    assert hashlib.sha256(stored.read_content()).hexdigest() == stored.sha256
    assert Event.objects.filter(type="file.sealed").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"content": b"other"},
        {"sha256": "0" * 64},
        {"transactions": 5},
        {"control_sum": 1},
        {"file_name": "other.xml"},
        {"message_id": "OTHER"},
        {"execute_on": date(2099, 1, 1)},
        {"cut_off_at": datetime(2099, 1, 1, tzinfo=UTC)},
        {"sequence": 9},
        {"state": "open"},
        {"state": "handed_over"},
        {"state": "accepted"},
    ],
)
def test_database_keeps_what_was_sealed(sealed_file, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentFile.objects.update(**change)


def test_database_knows_the_same_edges_as_the_model(sealed_file):
    transitions = PaymentFile._meta.get_field("state").get_all_transitions(PaymentFile)
    declared = {(edge.source, edge.target) for edge in transitions}
    states = [state for state, _ in PaymentFile.STATES]
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'rails_guard_file'")
        source = cursor.fetchone()[0]

    found = {(a, b) for a in states for b in states if f"('{a}', '{b}')" in source}
    assert found == declared
    assert len(found) == 9


def test_file_is_born_open_and_never_deleted(sealed_file):
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentFile.objects.filter(pk=sealed_file.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentFile.objects.create(
            bank_account=sealed_file.bank_account,
            rail=SEPA.name,
            message_id="X",
            cut_off_at=datetime.now(UTC),
            execute_on=date(2099, 1, 1),
            sequence=1,
            state="sealed",
            currency="EUR",
        )


def test_download_is_for_those_who_may_and_is_recorded(sealed_file):
    treasurer = User.objects.create(email="t@example.com", name="Tre Asurer")
    with pytest.raises(PermissionDenied):
        download_file(sealed_file.pk, by=treasurer)
    assert not Event.objects.filter(type="file.downloaded").exists()

    treasurer.role_assignments.create(role="treasurer", assigned_by=None)
    name, content = download_file(sealed_file.pk, by=User.objects.get(pk=treasurer.pk))
    assert name == sealed_file.file_name
    assert hashlib.sha256(content).hexdigest() == sealed_file.sha256
    assert Event.objects.get(type="file.downloaded").actor_id == treasurer.actor_id
