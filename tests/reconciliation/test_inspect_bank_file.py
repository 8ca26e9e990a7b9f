import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.reconciliation.bank import Ntry, statement


def test_the_command_prints_json_and_needs_no_database(tmp_path):
    path = tmp_path / "a file.xml"
    path.write_bytes(statement("DE02120300000000202051", [Ntry(5_00)], closing=1))
    out = StringIO()
    call_command("inspect_bank_file", str(path), stdout=out)
    found = json.loads(out.getvalue())
    assert found["statements"][0]["entries"][0]["amount"] == "5.00"
    assert found["warnings"][0].startswith("sums-do-not-add-up: ")


@pytest.mark.parametrize("content", [None, b"", b"<Document/>", b"junk"])
def test_what_cannot_be_read_ends_with_the_reason(tmp_path, content):
    path = tmp_path / "a.xml"
    if content is not None:
        path.write_bytes(content)
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("inspect_bank_file", str(path), stdout=out)
    assert str(path) in str(refusal.value)
    assert out.getvalue() == ""
