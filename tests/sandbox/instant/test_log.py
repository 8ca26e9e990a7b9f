"""The bank's memory outlives the bank."""

import os

import pytest

from apps.sandbox.instant.log import FILE_NAME, FactLog, read_facts
from tests.rails.samples import iban, instruction


def test_reopened_bank_remembers_everything(instant_bank):
    first = instant_bank.submit(70781)
    instant_bank.submit(70741, number=2)
    instant_bank.recall()
    instant_bank.close()
    instant_bank.open()

    instant_bank.wait(10)
    assert instant_bank.submit(70781, attempt=2).bank_reference == first.bank_reference
    assert instant_bank.submit(70741, number=2, attempt=2).code == "AC04"
    assert instant_bank.query_recall().outcome == "executed"
    assert instant_bank.submit(number=3).bank_reference[-10:] == "0000000003"


def test_torn_last_line_is_cut_off(tmp_path):
    log = FactLog(tmp_path)
    log.append([{"fact": "one"}, {"fact": "two"}])
    log.close()
    with (tmp_path / FILE_NAME).open("ab") as torn:
        torn.write(b'{"fact": "thr')

    assert [fact for _, _, fact in read_facts(tmp_path)] == [{"fact": "one"}, {"fact": "two"}]
    again = FactLog(tmp_path)
    again.append([{"fact": "four"}])
    again.close()
    assert (tmp_path / FILE_NAME).read_bytes() == b'{"fact": "one"}\n{"fact": "two"}\n{"fact": "four"}\n'


def test_reading_goes_on_where_it_was(tmp_path):
    log = FactLog(tmp_path)
    log.append([{"fact": "one"}])
    [(position, after, _)] = read_facts(tmp_path)
    log.append([{"fact": "two"}])

    assert (position, after) == (0, 16)
    assert list(read_facts(tmp_path, after)) == [(16, 32, {"fact": "two"})]
    log.close()


def test_facts_that_cannot_be_made_durable_are_not_kept(tmp_path, monkeypatch):
    log = FactLog(tmp_path)
    log.append([{"fact": "one"}])

    def disk_full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        log.append([{"fact": "two"}])
    monkeypatch.undo()
    log.append([{"fact": "three"}])
    log.close()
    assert [fact["fact"] for _, _, fact in read_facts(tmp_path)] == ["one", "three"]


def test_no_account_number_stands_in_clear_in_the_log(instant_bank):
    instant_bank.submit(70771)
    instant_bank.submit(70741, number=2)

    content = (instant_bank.folder / FILE_NAME).read_text()
    assert instruction(1).creditor_account not in content
    assert instruction(2).creditor_account not in content
    assert iban() not in content
