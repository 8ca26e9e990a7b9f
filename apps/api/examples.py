"""
Examples for the API's description, composed from its own schemas, so that they fit by themselves.

What a schema cannot know stands in `VALUES` once, for every shape that has a member of this name; `"Payout.status"` is for
one shape alone. A member of text that has no value anywhere is an error: nothing is shown that says "string".
"""

import re
from copy import deepcopy

from apps.api.v1.examples import VALUES

LOCAL_PART = "01kb2r7mpsf2v9a4q8m1x6c3zt"
MOMENT, DAY = "2026-11-30T09:15:00Z", "2026-11-30"
_REFERENCE = "#/components/schemas/"
_PREFIX = re.compile(r"\^([a-z]+)_")


class NoExample(LookupError):
    """A member of a shape has no value that could be shown; `VALUES` wants one."""


def example_of(name: str, schemas: dict):
    """
    Return an example of the schema with this name.

    :raises NoExample: if a member has no value.
    """
    if name in VALUES:
        return deepcopy(VALUES[name])
    given = schemas[name].get("examples")
    return deepcopy(given[0]) if given else _value(schemas[name], name, "", schemas)


def _value(schema, shape, member, schemas):
    for place in (f"{shape}.{member}", member):
        if place in VALUES:
            return deepcopy(VALUES[place])
    if "$ref" in schema:
        return example_of(schema["$ref"].removeprefix(_REFERENCE), schemas)
    if "const" in schema:
        return schema["const"]
    if "examples" in schema:
        return deepcopy(schema["examples"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "oneOf" in schema:
        return _value(schema["oneOf"][0], shape, member, schemas)
    kind = schema.get("type")
    if isinstance(kind, list):
        return None
    if kind == "object" and "properties" in schema:
        return {name: _value(part, shape, name, schemas) for name, part in schema["properties"].items()}
    if kind == "array":
        return [_value(schema["items"], shape, f"{member}[]", schemas)]
    if kind in ("integer", "boolean"):
        return kind == "boolean" or max(1, schema.get("minimum", 1))
    if kind == "string":
        return _text(schema, shape, member)
    raise NoExample(f"{shape}.{member}")


def _text(schema, shape, member) -> str:
    if prefix := _PREFIX.match(schema.get("pattern", "")):
        return f"{prefix[1]}_{LOCAL_PART}"
    if "format" in schema:
        return {"date-time": MOMENT, "date": DAY}[schema["format"]]
    raise NoExample(f"{shape}.{member}")
