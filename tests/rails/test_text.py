import sys
import unicodedata

import pytest

from apps.rails.sepa_text import is_bank_text, to_bank_text
from tests.rails.samples import SEPA, iban


class Method:
    country = "DE"
    account = iban()

    def __init__(self, holder_name="Ann Example"):
        self.holder_name = holder_name


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ann Example", "Ann Example"),
        ("A-Z a/z 0?9:(1).,'+", "A-Z a/z 0?9:(1).,'+"),
        ("Jürgen Größe", "Juergen Groesse"),
        ("STRAẞE", "STRASSE"),
        ("Søren Ærø Åkesson", "Soeren Aeroe Aakesson"),
        ("João Conceição", "Joao Conceicao"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Ştefan Țepeș", "Stefan Tepes"),
        ("Ελένη", "Eleni"),
        ("Иван", "Ivan"),
        ("Þórður", "Thordur"),
        ("u\u0308ber", "ueber"),
        ("Smith & Sons", "Smith + Sons"),
        ("O’Brien – “Ltd”", "O'Brien - 'Ltd'"),
        ("a_b@c.d", "a-b(at)c.d"),
        ("[1] {2} <3>", "(1) (2) (3)"),
        ("100 € = 5%", "100 EUR - 5."),
        ("Invoice №5 ½", "Invoice No5 1/2"),
        ("Love 😀 you", "Love you"),
        ("😀", ""),
        ("two  spaces ", "two spaces"),
        ("１２／３", "12/3"),
    ],
)
def test_text_is_written_in_the_characters_that_every_bank_accepts(text, written):
    assert to_bank_text(text) == written


def test_whatever_comes_in_only_allowed_characters_come_out():
    for start in range(0, sys.maxunicode, 997):
        text = "".join(
            chr(point)
            for point in range(start, min(start + 40, sys.maxunicode))
            if unicodedata.category(chr(point)) != "Cs"
        )
        assert is_bank_text(to_bank_text(text)), hex(start)


def test_writing_twice_changes_nothing_more():
    for text in ("Jürgen & Søn", "a_b@c", "½ №"):
        assert to_bank_text(to_bank_text(text)) == to_bank_text(text)


def check(**changes):
    values = {"amount": 100, "currency": "EUR", "method": Method(changes.pop("name", "Ann Example"))}
    faults = SEPA.check(**values, **changes)
    return [(fault.pointer, fault.code) for fault in faults]


def test_payment_that_can_be_sent_has_no_fault():
    assert check(name="Jürgen Größe", reference="RE-1/2026", remittance="Invoice 1") == []
    assert check() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "😀"}, ("/method/holder_name", "empty-in-bank-characters")),
        ({"name": "..."}, ("/method/holder_name", "empty-in-bank-characters")),
        ({"name": "x" * 71}, ("/method/holder_name", "too-long-for-rail")),
        ({"name": "ü" * 36}, ("/method/holder_name", "too-long-for-rail")),
        ({"reference": "/A1"}, ("/reference", "slash-not-allowed")),
        ({"reference": "A1/"}, ("/reference", "slash-not-allowed")),
        ({"reference": "A//1"}, ("/reference", "slash-not-allowed")),
        ({"reference": "／A1"}, ("/reference", "slash-not-allowed")),
        ({"reference": "😀"}, ("/reference", "empty-in-bank-characters")),
        ({"remittance": "x" * 141}, ("/remittance", "too-long-for-rail")),
        ({"remittance": "a // b"}, ("/remittance", "slash-not-allowed")),
    ],
)
def test_text_that_cannot_be_sent_is_named(changes, expected):
    assert check(**changes) == [expected]


def test_name_may_be_as_long_as_the_rail_carries():
    assert check(name="ü" * 35) == []
    assert check(remittance="x" * 140) == []


def test_all_faults_are_named_at_once():
    method = Method("😀")
    method.country = "US"
    faults = SEPA.check(100_000_000_000, "USD", method, reference="//")

    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/currency", "currency-not-supported-by-rail"),
        ("/method/country", "country-not-served"),
        ("/method/holder_name", "empty-in-bank-characters"),
        ("/reference", "empty-in-bank-characters"),
        ("/reference", "slash-not-allowed"),
    ]
