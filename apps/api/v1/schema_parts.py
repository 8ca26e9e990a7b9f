"""What the JSON Schemas of answers are put together from."""

TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": ["string", "null"]}
NUMBER = {"type": "integer"}
MOMENT = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
AMOUNT = {"type": "string", "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", "examples": ["125.50"]}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]}
STRINGS = {"type": "object", "additionalProperties": TEXT}


def an_id(prefix) -> dict:
    """Return the schema of a public id."""
    return {"type": "string", "pattern": f"^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$"}


def one_of(*words) -> dict:
    """Return the schema of a word out of a few."""
    return {"type": "string", "enum": [str(word) for word in words]}


def named(name) -> dict:
    """Return a reference to a schema of this description."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema) -> dict:
    """Return a schema that null fits too."""
    return {"oneOf": [schema, {"type": "null"}]}


def thing(kind, description="", /, **properties) -> dict:
    """Return the schema of an object whose members are all always there."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": {**({"object": {"const": kind}} if kind else {}), **properties},
        "required": [*(["object"] if kind else []), *properties],
    }


def list_of(name) -> dict:
    """Return the schema of a page of things."""
    return thing(
        "list",
        data={"type": "array", "items": named(name)},
        has_more={"type": "boolean"},
        next_cursor={**TEXT_OR_NULL, "description": "`cursor` of the next page, or null on the last."},
    )
