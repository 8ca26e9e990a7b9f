"""The description is valid, complete, and says of requests what the code does."""

import json
import re

import pytest
from openapi_spec_validator import validate

from apps.api.openapi import document
from apps.api.v1 import shapes
from apps.core.shapes.objects import Object
from apps.payouts import shapes as payout_shapes
from apps.recipients import shapes as recipient_shapes
from tests.api.conftest import a_payout, a_recipient
from tests.api.description import described, fits
from tests.api.test_bad_input import ROWS
from tests.api.test_isolation import doors


def test_document_is_valid_openapi_31():
    assert described()["openapi"] == "3.1.0"
    validate(described())


def test_every_reference_leads_somewhere():
    components = described()["components"]
    references = set(re.findall(r'"#/components/(\w+)/([\w.-]+)"', document().decode()))
    assert references
    assert [name for kind, name in references if name not in components[kind]] == []


def test_every_address_is_described_and_named_once():
    operations = {
        (method.upper(), path): operation
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {(method, "/api/v1" + path) for method, path in doors()}
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)
    assert "createPayout" in names
    for (method, _), operation in operations.items():
        assert operation["security"]
        assert operation["description"]
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert refusals >= {"400", "401", "403", "406", "422", "500"}
        assert ("409" in refusals) == (method != "GET")


def test_idempotency_key_is_required_where_money_moves():
    required = {
        operation["operationId"]
        for methods in described()["paths"].values()
        for operation in methods.values()
        for parameter in operation["parameters"]
        if parameter["name"] == "Idempotency-Key" and parameter["required"]
    }
    assert required == {"createPayout", "createBatch", "commitBatchPlan", "createSandboxDeposit"}


def test_examples_fit_their_schemas():
    found = 0
    for name, schema in described()["components"]["schemas"].items():
        for example in schema.get("examples", []):
            assert fits(name, example), name
            found += 1
    assert found >= 4


def test_schemas_let_good_requests_pass():
    assert fits("NewPayout", a_payout(metadata={"a": "b"}, execute_on="2026-11-30", description="x"))
    assert fits("NewPayout", a_payout(recipient="rcp_01kb2r7mpsf2v9a4q8m1x6c3zt"))
    assert fits("NewRecipient", a_recipient(email="ada@example.org", date_of_birth="1990-01-01"))
    assert fits("NewBatch", {"reference": "B", "payouts": [a_payout()], "count": 1, "totals": {"EUR": "125.50"}})


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.id[:3] in ("A27", "A20", "A13", "B30", "B14", "B8")], ids=lambda row: row.id
)
def test_schemas_refuse_what_the_shape_alone_shows(row):
    body = row.request.get("body") or json.loads(row.request["raw"])
    assert not fits("NewPayout", body)


def test_every_shape_of_a_request_is_described():
    modules = (shapes, payout_shapes, recipient_shapes)
    names = {value.name for one in modules for value in vars(one).values() if isinstance(value, Object)}
    assert names <= set(described()["components"]["schemas"])


def test_document_and_page_are_served(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == described()
    page = client.get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert re.findall(r'(?:src|href)="((?!/static/|data:,)[^"]*)"', html) == []
    assert "<script>" not in html
    assert "style=" not in html
