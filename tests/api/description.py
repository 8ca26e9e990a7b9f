"""Holds answers against the API's own description: their status, headers and body must be what it says."""

import json
import re
from functools import cache

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from apps.api.openapi import document
from apps.api.problems import catalogue
from apps.partners.versions import NEWEST, VERSIONS


@cache
def described(version=NEWEST) -> dict:
    """Return the description of a version as a client reads it."""
    return json.loads(document(version))


def check(method, path, answer, version=NEWEST) -> None:
    """Assert that the description knows this answer to this request; unknown addresses and methods are not its matter."""
    version = version if version in VERSIONS else NEWEST
    operation = _operation(method, path, version)
    if operation is None:
        return
    responses = operation["responses"]
    assert str(answer.status_code) in responses, f"{answer.status_code} is not described: {answer.content[:300]}"
    response = _resolved(responses[str(answer.status_code)], version)
    for name, header in response.get("headers", {}).items():
        assert name in answer or not _resolved(header).get("required"), f"{name} is missing"
    [(media_type, content)] = response["content"].items()
    assert answer["Content-Type"] == media_type
    if answer.status_code >= 400:
        assert answer.json()["type"].removeprefix("/problems/") in catalogue(), f"{answer.json()['type']} has no page"
    found = faults(content["schema"]["$ref"], answer.json(), version)
    assert not found, found


def faults(reference, value, version=NEWEST) -> list[str]:
    """Return what is wrong with a value, compared with the schema that is referred to."""
    return [fault.message for fault in _validator(reference, version).iter_errors(value)]


def fits(name, value) -> bool:
    """Tell whether a value is what the description calls by this name."""
    return _validator(f"#/components/schemas/{name}").is_valid(value)


def _operation(method, path, version):
    path = "/api/v1" + path.partition("?")[0]
    if path in described(version)["paths"]:  # an address without parameters comes first (OpenAPI 3.1, 4.8.8.2)
        return described(version)["paths"][path].get(method.lower())
    for template, operations in described(version)["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return operations.get(method.lower())
    return None


def _resolved(thing, version=NEWEST):
    if "$ref" not in thing:
        return thing
    _, _, kind, name = thing["$ref"].split("/")
    return described(version)["components"][kind][name]


@cache
def _validator(reference, version=NEWEST):
    registry = Registry().with_resource("urn:api", Resource(described(version), DRAFT202012))
    return Draft202012Validator({"$ref": f"urn:api{reference}"}, registry=registry)
