"""Holds answers against the API's own description: their status, headers and body must be what it says."""

import json
import re
from functools import cache

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from apps.api.openapi import document


@cache
def described() -> dict:
    """Return the description as a client reads it."""
    return json.loads(document())


def check(method, path, answer) -> None:
    """Assert that the description knows this answer to this request; unknown addresses and methods are not its matter."""
    operation = _operation(method, path)
    if operation is None:
        return
    responses = operation["responses"]
    assert str(answer.status_code) in responses, f"{answer.status_code} is not described: {answer.content[:300]}"
    response = _resolved(responses[str(answer.status_code)])
    for name, header in response.get("headers", {}).items():
        assert name in answer or not _resolved(header).get("required"), f"{name} is missing"
    [(media_type, content)] = response["content"].items()
    assert answer["Content-Type"] == media_type
    faults = [fault.message for fault in _validator(content["schema"]["$ref"]).iter_errors(answer.json())]
    assert not faults, faults


def fits(name, value) -> bool:
    """Tell whether a value is what the description calls by this name."""
    return _validator(f"#/components/schemas/{name}").is_valid(value)


def _operation(method, path):
    path = "/api/v1" + path.partition("?")[0]
    for template, operations in described()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return operations.get(method.lower())
    return None


def _resolved(thing):
    if "$ref" not in thing:
        return thing
    _, _, kind, name = thing["$ref"].split("/")
    return described()["components"][kind][name]


@cache
def _validator(reference):
    registry = Registry().with_resource("urn:api", Resource(described(), DRAFT202012))
    return Draft202012Validator({"$ref": f"urn:api{reference}"}, registry=registry)
