"""The schema of a recipient says of requests what the portal does."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from apps.core.errors import Invalid
from apps.core.shapes.objects import read
from apps.rails.registry import RAILS
from apps.recipients.requirements import requirements
from apps.recipients.shapes import NEW_RECIPIENT
from tests import factories

PATH = "/requirements?currency=EUR"
GOOD = {
    "kind": "individual",
    "name": "Ada Quill",
    "country": "DE",
    "date_of_birth": "1990-01-31",
    "email": "ada@example.org",
    "reference": "seller-1",
    "method": {
        "type": "iban",
        "iban": factories.iban(7),
        "bic": "DEUTDEFF",
        "holder_name": "Ada Quill",
        "currency": "EUR",
    },
}
CHECKSUMS = {"iban-checksum"}
"""What no schema says."""


def schema(kind="individual", country="DE", rail="sepa_credit_transfer"):
    found = requirements(RAILS[rail], "EUR", country, kind)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found, format_checker=Draft202012Validator.FORMAT_CHECKER)


def codes_of(body) -> set[str]:
    try:
        read(NEW_RECIPIENT, body)
    except Invalid as refusal:
        return {fault.code for fault in refusal.errors}
    return set()


def test_schema_is_narrowed_to_what_was_asked_for(api):
    answer = api.read(f"{PATH}&country=DE&kind=company").json()
    assert answer["rail"] == "sepa_credit_transfer"
    members = answer["schema"]["properties"]
    assert members["kind"]["enum"] == ["company"]
    assert "date_of_birth" not in members
    assert members["method"]["properties"]["iban"]["pattern"] == "^DE[0-9]{2}[0-9]{8}[0-9]{10}$"
    assert members["method"]["properties"]["currency"]["enum"] == ["EUR"]
    assert all(member["title"] for member in (*members.values(), *members["method"]["properties"].values()))
    individual = api.read(f"{PATH}&country=NL&kind=individual&rail=sepa_instant").json()
    assert individual["rail"] == "sepa_instant"
    assert individual["schema"]["properties"]["date_of_birth"]["examples"] == ["1990-01-31"]


def test_what_no_rail_serves_is_told_by_parameter(api):
    answer = api.read("/requirements?currency=USD&country=US&kind=company")
    assert {fault["parameter"]: fault["code"] for fault in answer.json()["errors"]} == {
        "currency": "currency-not-supported-by-rail",
        "country": "country-not-served",
    }
    answer = api.read("/requirements?country=DE")
    assert {fault["parameter"] for fault in answer.json()["errors"]} == {"currency", "kind"}


def test_good_recipient_fits_and_is_taken(api):
    assert schema().is_valid(GOOD)
    assert codes_of(GOOD) == set()
    assert api.create("/recipients", GOOD).status_code == 201


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (("name",), "", "blank"),
        (("name",), 7, "type"),
        (("country",), "de", "unknown-country"),
        (("email",), "no", "email-format"),
        (("kind",), "nobody", "unknown-choice"),
        (("colour",), "blue", "unknown-field"),
        (("method", "iban"), "DE001", "iban-length"),
        (("method", "iban"), "12", "iban-format"),
        (("method", "bic"), "X", "bic-format"),
        (("method", "type"), "card", "unknown-choice"),
        (("method", "currency"), "eur", "unknown-currency"),
        (("date_of_birth",), "31.1.1990", "date-format"),
    ],
)
def test_schema_and_requests_refuse_the_same(place, value, code):
    body = copy.deepcopy(GOOD)
    holder = body if len(place) == 1 else body[place[0]]
    holder[place[-1]] = value
    assert code in codes_of(body)
    [fault, *_] = schema().iter_errors(body)
    assert list(fault.absolute_path) == list(place) or code == "unknown-field"


def test_company_with_a_date_of_birth_is_refused_by_both(api):
    body = {**GOOD, "kind": "company"}
    assert codes_of(body) == {"not-of-a-company"}
    assert not schema("company").is_valid(body)
    answer = api.create("/recipients", body)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/date_of_birth"]
    created = api.create("/recipients", {name: body[name] for name in body if name != "date_of_birth"})
    changed = api.send(
        "PATCH", f"/recipients/{created.json()['id']}", {"date_of_birth": "1990-01-31"}, If_Match=created["ETag"]
    )
    assert [fault["code"] for fault in changed.json()["errors"]] == ["not-of-a-company"]


def test_long_name_is_refused_unless_the_account_has_another_holder():
    body = {**GOOD, "name": "Ada " + "q" * 67, "method": {"type": "iban", "iban": GOOD["method"]["iban"]}}
    assert not schema().is_valid(body)
    assert schema().is_valid({**body, "method": GOOD["method"]})


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_what_fits_the_schema_is_taken(data):
    body = copy.deepcopy(GOOD)
    strange = st.sampled_from(["", " ", "x", "DE", "EUR", "1990-01-31", "ada@example.org", 0, None, True, [], {}])
    for place in data.draw(
        st.lists(st.sampled_from([(n,) for n in GOOD] + [("method", n) for n in GOOD["method"]]), max_size=3)
    ):
        holder = body if len(place) == 1 else body.get(place[0])
        if not isinstance(holder, dict):
            continue
        if data.draw(st.booleans()):
            holder.pop(place[-1], None)
        else:
            holder[place[-1]] = data.draw(strange)
    if schema().is_valid(body):
        # A blank of spaces is no empty string to a schema, and a country is two letters to it.
        assert codes_of(body) <= CHECKSUMS | {"blank", "unknown-country", "bic-country"}, body


@pytest.mark.parametrize("country", ["AT", "BE", "DE", "ES", "FR", "GB", "IE", "IT", "NL", "SE"])
def test_pattern_of_each_country_fits_its_ibans(country):
    from schwifty import IBAN

    iban = str(IBAN.random(country_code=country))
    pattern = schema(country=country).schema["properties"]["method"]["properties"]["iban"]
    assert Draft202012Validator(pattern).is_valid(iban)
    assert not Draft202012Validator(pattern).is_valid(iban + "0")
