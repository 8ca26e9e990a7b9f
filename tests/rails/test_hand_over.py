import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.events.models import Event
from apps.rails import jobs
from apps.rails.models import PaymentFile
from apps.rails.operations import CannotHandOver, hand_over
from apps.rails.operations import files as files_module
from apps.rails.transports import folder
from tests.rails.conftest import new_bank_account, new_file, new_sealed_file

pytestmark = [pytest.mark.usefixtures("bank_folder"), pytest.mark.except_invariants("files_hold_their_attempts")]


@pytest.fixture
def to_bank(bank_account):
    folder.prepare(bank_account.path)
    return bank_account.path / "to_bank"


def lying(directory):
    return sorted(path.name for path in directory.iterdir() if path.is_file())


def died_while_handing_over(file):
    """Leave the file as a worker does that died after its first transaction, with its lease over."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    PaymentFile.objects.filter(pk=file.pk).update(state="handing_over", lease_until=past)


def test_bank_gets_the_bytes_that_were_sealed(sealed_file, to_bank):
    file = hand_over(sealed_file.pk)

    assert (file.state, file.problem, file.lease_until) == ("handed_over", "", None)
    assert file.handed_over_at is not None
    assert lying(to_bank) == [sealed_file.file_name]
    assert hashlib.sha256((to_bank / sealed_file.file_name).read_bytes()).hexdigest() == sealed_file.sha256
    event = Event.objects.get(type="file.handed_over")
    assert event.changes == {"state": ["handing_over", "handed_over"]}
    assert list(PaymentFile.objects.untold()) == [file]


def test_handing_over_again_changes_nothing(sealed_file, to_bank):
    first = hand_over(sealed_file.pk)
    (to_bank / sealed_file.file_name).unlink()  # as if the bank had taken it
    again = hand_over(sealed_file.pk)

    assert again.handed_over_at == first.handed_over_at
    assert lying(to_bank) == []
    assert Event.objects.filter(type="file.handed_over").count() == 1


def test_open_file_is_not_handed_over(bank_account, to_bank):
    file = new_file(bank_account)
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(file.pk)

    assert refusal.value.code == "file-not-sealed"
    assert PaymentFile.objects.get().state == "open"
    assert lying(to_bank) == []


def test_death_before_anything_was_written_is_made_good(sealed_file, to_bank):
    died_while_handing_over(sealed_file)
    hand_over(sealed_file.pk)

    assert lying(to_bank) == [sealed_file.file_name]


def test_temporary_file_of_a_dead_worker_is_removed(sealed_file, to_bank):
    died_while_handing_over(sealed_file)
    (to_bank / f".{sealed_file.file_name}.abc.part").write_bytes(b"<?xml half of")
    hand_over(sealed_file.pk)

    assert lying(to_bank) == [sealed_file.file_name]


def test_file_that_lies_there_already_is_only_marked(sealed_file, to_bank):
    died_while_handing_over(sealed_file)
    path = to_bank / sealed_file.file_name
    path.write_bytes(sealed_file.read_content())
    inode = path.stat().st_ino
    file = hand_over(sealed_file.pk)

    assert file.state == "handed_over"
    assert path.stat().st_ino == inode


def test_file_that_the_bank_has_archived_is_not_put_there_again(sealed_file, to_bank):
    died_while_handing_over(sealed_file)
    (to_bank / "archive" / sealed_file.file_name).write_bytes(sealed_file.read_content())
    file = hand_over(sealed_file.pk)

    assert file.state == "handed_over"
    assert lying(to_bank) == []


@pytest.mark.parametrize("place", ["", "archive"])
def test_other_bytes_under_the_name_stop_it(sealed_file, to_bank, place):
    (to_bank / place / sealed_file.file_name).write_bytes(b"something else")
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(sealed_file.pk)

    file = PaymentFile.objects.get()
    assert refusal.value.code == "file-name-taken"
    assert (file.state, file.lease_until) == ("handing_over", None)
    assert "Another file of this name" in file.problem
    assert (to_bank / place / sealed_file.file_name).read_bytes() == b"something else"
    assert not Event.objects.filter(type="file.handed_over").exists()


def test_problem_disappears_once_its_cause_has(sealed_file, to_bank):
    blocker = to_bank / sealed_file.file_name
    blocker.write_bytes(b"something else")
    jobs.hand_over_files()
    assert PaymentFile.objects.get().problem

    blocker.unlink()
    jobs.hand_over_files()
    file = PaymentFile.objects.get()
    assert (file.state, file.problem) == ("handed_over", "")


def test_folder_that_cannot_be_written_is_a_problem_of_the_file(sealed_file, bank_folder):
    bank_folder.mkdir(parents=True)
    (bank_folder / "first").write_text("in the way")
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(sealed_file.pk)

    assert refusal.value.code == "folder-not-writable"
    assert PaymentFile.objects.get().problem.startswith("The bank's folder cannot be written")


def test_worker_that_was_too_slow_hands_nothing_over(sealed_file, to_bank, monkeypatch):
    monkeypatch.setattr(files_module, "LEASE_SECONDS", 0)
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(sealed_file.pk)

    assert refusal.value.code == "too-late"
    assert lying(to_bank) == []


def test_second_worker_keeps_off_while_the_first_is_at_it(sealed_file, to_bank):
    soon = datetime.now(UTC) + timedelta(seconds=10)
    PaymentFile.objects.update(state="handing_over", lease_until=soon)
    with pytest.raises(CannotHandOver) as refusal:
        hand_over(sealed_file.pk)

    assert refusal.value.code == "file-busy"
    assert lying(to_bank) == []
    assert list(PaymentFile.objects.to_hand_over()) == []


def test_nothing_is_handed_over_inside_a_transaction(sealed_file, to_bank):
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        hand_over(sealed_file.pk)

    assert PaymentFile.objects.get().state == "sealed"
    assert lying(to_bank) == []


def test_workers_that_hand_over_at_once_put_one_file_there(committed_db):
    """Four threads with connections of their own."""
    account = new_bank_account()
    with transaction.atomic():
        file = new_sealed_file(account)
    start, results = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            results.append(hand_over(file.pk).state)
        except CannotHandOver as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(results) <= {"handed_over", "file-busy"}
    assert "handed_over" in results
    assert lying(account.path / "to_bank") == [file.file_name]
    assert Event.objects.filter(type="file.handed_over").count() == 1


def test_job_hands_over_every_file_and_one_that_cannot_go_keeps_no_other(bank_account, to_bank):
    first, second = new_sealed_file(bank_account), new_sealed_file(bank_account)
    (to_bank / first.file_name).write_bytes(b"something else")
    jobs.hand_over_files()

    assert PaymentFile.objects.get(pk=first.pk).state == "handing_over"
    assert PaymentFile.objects.get(pk=second.pk).state == "handed_over"
