"""The promises of docs/auditing.md and the invariants in the folder are the same."""

from apps.audit.documentation import PROMISES, invariant_table
from apps.audit.invariants import invariants
from apps.core.documents import with_part
from tests.test_documentation import ROOT


def test_every_invariant_belongs_to_a_promise():
    assert {code for _, _, codes in PROMISES for code in codes.split()} == set(invariants())


def test_the_page_is_what_the_code_says():
    page = (ROOT / "docs" / "auditing.md").read_text(encoding="utf-8")
    assert with_part(page, invariant_table()) == page
