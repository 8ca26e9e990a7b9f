import pytest

from apps.sandbox import bank
from apps.sandbox.models import Order, ReceivedFile, SentFile
from tests.sandbox.payment_files import payment_file


@pytest.fixture
def account(committed_account):
    return committed_account


@pytest.fixture
def box(account):
    return account.path


def put(box, name="MSG-1.xml", content=None):
    (box / "to_bank").mkdir(parents=True, exist_ok=True)
    (box / "to_bank" / name).write_bytes(content or payment_file())


def names(path):
    return sorted(file.name for file in path.iterdir() if file.is_file())


def test_files_are_taken_archived_and_answered(account, box):
    put(box)
    bank.work()
    assert (names(box / "to_bank"), names(box / "to_bank/archive")) == ([], ["MSG-1.xml"])
    assert names(box / "from_bank") == ["SBX-000001-pain.002.001.10-MSG-1.xml"]


def test_unfinished_files_are_left_alone(account, box):
    put(box, ".MSG-1.xml.part")
    put(box, ".MSG-1.xml")
    bank.work()
    assert ReceivedFile.objects.count() == 0


def test_death_between_commit_and_archive_takes_the_file_once(account, box):
    put(box)
    bank.work()
    (box / "to_bank/archive/MSG-1.xml").rename(box / "to_bank/MSG-1.xml")  # what such a death leaves behind
    bank.work()
    assert (ReceivedFile.objects.count(), Order.objects.count(), SentFile.objects.count()) == (1, 1, 1)
    assert (names(box / "to_bank"), names(box / "to_bank/archive")) == ([], ["MSG-1.xml"])


@pytest.mark.parametrize("read", [False, True])
def test_death_between_writing_and_noting_writes_the_file_once(account, box, read):
    put(box)
    bank.work()
    [name] = names(box / "from_bank")
    if read:
        (box / "from_bank/read").mkdir(exist_ok=True)
        (box / "from_bank" / name).rename(box / "from_bank/read" / name)
    SentFile.objects.update(written_at=None)
    bank.work()
    assert names(box / "from_bank") == ([] if read else [name])
    assert SentFile.objects.get().written_at is not None


def test_a_namesake_in_the_archive_is_kept(account, box):
    put(box)
    bank.work()
    put(box, content=payment_file(message_id="MSG-2", block_id="MSG-2-1"))
    bank.work()
    assert len(names(box / "to_bank/archive")) == 2
    assert ReceivedFile.objects.count() == 2


def test_a_file_that_is_due_later_is_not_there_yet(account, box):
    from apps.core.permissions import SYSTEM
    from apps.sandbox.operations import advance_clock
    from tests.sandbox.payment_files import transfer

    put(box, content=payment_file([transfer(1, "707.31")], control_sum="707.31"))
    bank.work()
    assert names(box / "from_bank") == []
    advance_clock(account.pk, by_seconds=24 * 3600, by=SYSTEM)
    bank.work()
    assert [name[11:19] for name in names(box / "from_bank")] == ["pain.002", "camt.053"]
