"""The description is valid, complete, and says of requests what the code does."""

import json
import re

import pytest
from openapi_spec_validator import validate

from apps.api.examples import NoExample, example_of
from apps.api.openapi import document
from apps.api.v1 import shapes
from apps.api.v1.schema_parts import thing
from apps.core.shapes import objects
from apps.core.shapes.objects import Object
from apps.partners.versions import VERSIONS
from apps.payouts import shapes as payout_shapes
from apps.recipients import shapes as recipient_shapes
from tests.api import description
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


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_and_every_success_has_an_example_that_fits(version):
    document = described(version)
    bodies, unshown = 0, set()
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert len(answers) == 1
        for part in [*answers, *([operation["requestBody"]] if "requestBody" in operation else [])]:
            for media_type, content in part["content"].items():
                bodies += 1
                if media_type != "application/json":
                    unshown |= set() if content.get("example") else {media_type}
                    continue
                [reference] = [example["$ref"] for example in content["examples"].values()]
                value = document["components"]["examples"][reference.rpartition("/")[2]]["value"]
                faults = description.faults(content["schema"]["$ref"], value, version)
                assert not faults, (operation["operationId"], reference, faults)
    assert bodies > len(document["paths"])
    assert unshown == {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, "which is no text"


def test_an_example_is_in_the_words_of_its_version():
    disabled = "WebhookEndpoint.disableWebhookEndpoint"
    [old, new] = [described(version)["components"]["examples"][disabled]["value"] for version in VERSIONS]
    assert (old["status_reason"], "disabled" in old) == ("Disabled by the platform.", False)
    assert new["disabled"]["reason"] == "Disabled by the platform."


def test_examples_of_requests_are_read_without_a_fault():
    modules = (shapes, payout_shapes, recipient_shapes)
    taken = [value for one in modules for value in vars(one).values() if isinstance(value, Object)]
    shown = described()["components"]["examples"]
    found = [objects.read(shape, shown[shape.name]["value"]) for shape in taken if shape.name in shown]
    assert len(found) >= 15


def test_a_member_without_a_value_shows_nothing_made_up():
    with pytest.raises(NoExample, match="Thing.colour"):
        example_of("Thing", {"Thing": thing(None, colour={"type": "string"})})
