"""Fee schedules: published by two people, of a platform or of every platform, in force from their time on."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.approvals.kinds import KINDS, difference
from apps.core.database import database_now
from apps.core.errors import Invalid
from apps.pricing.schedules import lines, terms_in_force
from tests import factories
from tests.pricing.test_fees import terms

SEPA, INSTANT = "sepa_credit_transfer", "sepa_instant"


def in_force(platform, at=None):
    return terms_in_force(platform, {"EUR"}, at or database_now())


def test_without_a_schedule_nothing_is_charged(platform):
    assert in_force(platform) == {}


def test_own_schedule_comes_before_the_one_for_every_platform(platform):
    house = factories.fees(SEPA, fixed=25)
    factories.fees(INSTANT, fixed=99)
    own = factories.fees(SEPA, platform=platform, basis_points=10)
    other = factories.partner("Other")

    now = database_now()
    with CaptureQueriesContext(connection) as queries:
        found = in_force(platform, now)
    assert len(queries) == 1
    assert found[SEPA, "EUR"] == terms(basis_points=10) | {
        "setting": {"id": own.public_id, "kind": "fees", "version": 1}
    }
    assert found[INSTANT, "EUR"]["fixed"] == 99
    assert in_force(other)[SEPA, "EUR"]["setting"]["id"] == house.public_id
    assert terms_in_force(platform, {"USD"}, database_now()) == {}


def test_version_holds_from_its_time_on(platform):
    later = database_now() + timedelta(days=2)
    factories.fees(SEPA, fixed=25)
    factories.fees(SEPA, fixed=30, begins_at=later)
    assert in_force(platform)[SEPA, "EUR"]["fixed"] == 25
    assert in_force(platform, later)[SEPA, "EUR"] == terms(fixed=30) | {
        "setting": in_force(platform, later)[SEPA, "EUR"]["setting"]
    }
    assert in_force(platform, later)[SEPA, "EUR"]["setting"]["version"] == 2


@pytest.mark.parametrize(
    ("content", "name", "currency", "code"),
    [
        (terms(fixed=-1), SEPA, "EUR", "fees-format"),
        (terms(fixed=True), SEPA, "EUR", "fees-format"),
        (terms(fixed=None), SEPA, "EUR", "fees-format"),
        (terms(minimum=10**15), SEPA, "EUR", "fees-format"),
        (terms(basis_points=10_001), SEPA, "EUR", "fees-format"),
        (terms(basis_points="1"), SEPA, "EUR", "fees-format"),
        (terms(paid_by="somebody"), SEPA, "EUR", "fees-format"),
        (terms(refunded_on_return=1), SEPA, "EUR", "fees-format"),
        (terms(minimum=2, maximum=1), SEPA, "EUR", "fees-order"),
        (terms() | {"more": 1}, SEPA, "EUR", "fees-format"),
        ({}, SEPA, "EUR", "fees-format"),
        (terms(), SEPA, "USD", "currency-not-supported-by-rail"),
        (terms(), "pigeon", "EUR", "unknown-name"),
    ],
)
def test_schedule_that_makes_no_sense_is_refused(platform, content, name, currency, code):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        factories.setting("fees", content, name=name, currency=currency)
    assert [fault.code for fault in refusal.value.errors] == [code]
    assert in_force(platform) == {}


@pytest.mark.parametrize(
    "content",
    [
        terms(),
        terms(50, 125, 60, 10_00, "recipient", False),
        terms(basis_points=10_000, maximum=7),
        terms(fixed=1, basis_points=1),
    ],
)
def test_form_reads_back_what_it_shows(content):
    kind = KINDS["fees"]
    shown = {field.name: field.value for row in kind.form("EUR", content) for field in row}
    assert kind.read("EUR", shown) == content
    assert kind.faults("EUR", SEPA, content) == []


def test_form_names_what_is_no_fee():
    form = {"fixed": "1,50", "percentage": "1.255", "minimum": "0.001", "maximum": "0.00", "paid_by": "platform"}
    with pytest.raises(Invalid) as refusal:
        KINDS["fees"].read("EUR", form)
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/fixed", "amount-format"),
        ("/minimum", "too-many-decimals"),
        ("/percentage", "percentage-format"),
        ("/returned", "fees-format"),
    ]


def test_difference_is_told_in_words():
    before, after = terms(25, 100), terms(25, 125, maximum=5_00, paid_by="recipient", refunded_on_return=False)
    assert lines("EUR", before) == [
        ("Fee", "0.25 EUR + 1 % of the amount"),
        ("Paid by", "the platform, on top of the amount"),
        ("After a return", "given back"),
    ]
    changed = difference(KINDS["fees"], "EUR", before, after)
    assert [(line["what"], line["after"]) for line in changed if line["differs"]] == [
        ("Fee", "0.25 EUR + 1.25 % of the amount"),
        ("Paid by", "the recipient, out of the amount"),
        ("After a return", "kept"),
        ("At most", "5.00 EUR"),
    ]
    assert lines("EUR", terms())[0] == ("Fee", "nothing")
