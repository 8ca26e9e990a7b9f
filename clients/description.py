"""
The API's description as the clients see it: without what they do themselves for every request.

Both sign their requests with a key, name the version they were made for, send an Idempotency-Key and raise refusals as
errors; so their generated parts know nothing of these. What is left out here is left out of both.
"""

PREFIX = "/api/v1"
DONE_BY_THE_CLIENT = ("Idempotency-Key", "Payouts-Version")
JSON = "application/json"
ETAG = {"type": "string", "description": "The revision of what is shown; name it as `If-Match` to change it."}


def seen_by_clients(whole: dict) -> dict:
    """Return the part of the API's description that the clients are generated from; paths are below ``/api/v1``."""
    document = _without_prose(whole)
    schemas = document["components"]["schemas"]
    paths = {path.removeprefix(PREFIX): methods for path, methods in sorted(document["paths"].items())}
    for methods in paths.values():
        for operation in methods.values():
            _simplify(operation, schemas)
    for name in list(schemas):
        _name_parts(name, schemas[name], schemas)
    parts = {"schemas": dict(sorted(schemas.items())), "securitySchemes": document["components"]["securitySchemes"]}
    return {
        "openapi": document["openapi"],
        "info": {"title": whole["info"]["title"], "version": document["info"]["version"]},
        "paths": paths,
        "components": parts,
    }


def _simplify(operation, schemas) -> None:
    operation["parameters"] = [one for one in operation["parameters"] if one["name"] not in DONE_BY_THE_CLIENT]
    [(status, answer)] = [item for item in operation["responses"].items() if item[0].startswith("2")]
    schema = answer["content"][JSON]["schema"]
    if "ETag" in answer["headers"]:
        schemas[schema["$ref"].rpartition("/")[2]]["properties"]["etag"] = ETAG
    operation["responses"] = {
        status: {"description": answer["description"], "content": {JSON: {"schema": schema}}},
    }
    content = operation.get("requestBody", {}).get("content", {JSON: None})
    if JSON not in content:  # a file, which is sent as it is and says of which kind it is
        media_types = {"type": "string", "enum": list(content)}
        kind = {"name": "Content-Type", "in": "header", "required": True, "schema": media_types}
        operation["parameters"].append(kind)
        operation["requestBody"]["content"] = {"application/octet-stream": {"schema": _FILE}}


_FILE = {"type": "string", "format": "binary"}


def _name_parts(name, schema, schemas) -> None:
    """Give what may be null a name of its own, where it is described on the spot."""
    for member, part in schema.get("properties", {}).items():
        named = name + "".join(word.capitalize() for word in member.split("_"))
        for number, option in enumerate(part.get("oneOf", ())):
            if "properties" in option or "enum" in option:
                schemas[named] = option
                part["oneOf"][number] = {"$ref": f"#/components/schemas/{named}"}
                _name_parts(named, option, schemas)
        _name_parts(named, part, schemas)
        _name_parts(f"{named}Item", part.get("items", {}), schemas)


def _without_prose(thing, *, names=False):
    """Return a description without the titles and examples of schemas; of `names` every one is a member's."""
    if isinstance(thing, dict):
        return {
            name: _without_prose(value, names=name == "properties" and not names)
            for name, value in thing.items()
            if names or name not in ("title", "examples")
        }
    return [_without_prose(value) for value in thing] if isinstance(thing, list) else thing
