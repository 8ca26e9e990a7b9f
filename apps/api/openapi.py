"""
The API's description (OpenAPI 3.1), made from what each endpoint declares.

drf-spectacular walks the addresses; what an operation takes, answers and refuses comes from the same `Endpoint` that
the request is checked with, so the description cannot say anything else than the code does.
"""

import json
import re
from functools import cache
from http import HTTPStatus

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from apps.api import problems
from apps.api.doors import ADDRESSES
from apps.api.examples import example_of
from apps.api.v1.examples import FILES
from apps.api.v1.schemas import ANSWERS, EVENT_MESSAGE
from apps.api.versions import HEADER, description_of
from apps.partners.scopes import SCOPES
from apps.partners.versions import NEWEST, VERSIONS

JSON = "application/json"

EVERYWHERE = (400, 401, 403, 405, 406, 422, 429, 500, 503)
MISSING = (404,)
WITH_A_BODY = (409, 413, 415)
OF_EDITS = (412, 428)

TAGS = {
    "payouts": "Ask for a payout, see where it is and why, take it back.",
    "quotes": "What a payout would cost on each rail, and holding a payout to that.",
    "batches": "Many payouts in one request, accepted or refused as a whole.",
    "batch-plans": "What would come of a file of payouts, row by row, and then, by its hash, that it may come.",
    "recipients": "Who is paid, and to which account. Changes make new versions; nothing is overwritten.",
    "requirements": "What has to be known of a recipient, as JSON Schema.",
    "information-requests": "What you are asked about your recipients, and your answers.",
    "balances": "What the platform has with the portal.",
    "balance-history": "What it had on past days.",
    "balance-entries": "Every change of a balance, with what was left after it.",
    "ledger-statement": "A balance from one day to another: opening, what came, what went, closing.",
    "limits": "How much may be paid at once and in a day, and what is left of it.",
    "rails": "How money leaves: limits, cut-offs, calendars, and what would become of a payment.",
    "events": "Everything that happened, in order. Webhooks carry the same events.",
    "webhook-endpoints": "Where events are sent, signed after Standard Webhooks.",
    "webhook-deliveries": "What was sent, what the receiver answered, and sending it again.",
    "api-keys": "The platform's keys, and replacing the one that calls.",
    "idempotency-keys": "Which request a key belongs to, and what came of it.",
    "sandbox": "The simulated bank: its clock and incoming money. Only keys of sandbox platforms see it.",
}

IDEMPOTENCY_KEY = """
A name of your own making for this request, such as a UUID: 1 to 255 visible ASCII characters, bare or in double quotes.
A repetition with the same key gets the first answer again (`Idempotent-Replayed: true`) and has no second effect.
A key names one request for ever; a refused request leaves it free.
""".strip().replace("\n", " ")


class EndpointSchema(AutoSchema):
    """Describes an operation from the `Endpoint` that its view declares; a view without one is not described."""

    def get_operation(self, path, path_regex, path_prefix, method, registry):
        view = getattr(self.view, method.lower())
        endpoint = getattr(view, "endpoint", None)
        if endpoint is None:
            return None
        path_names = re.findall(r"{(\w+)}", path)
        writes = method != "GET"
        description = {
            "operationId": endpoint.operation_id,
            "summary": endpoint.summary,
            "description": _prose(view.__doc__, endpoint),
            "tags": [path.removeprefix("/api/v1/").split("/")[0]],
            "security": [{"key": [scope]} for scope in _scopes(endpoint.permission)],
            "parameters": _parameters(path_names, endpoint, writes),
            "responses": _responses(path, endpoint, writes),
        }
        if endpoint.body is not None:
            schema = {"$ref": f"#/components/schemas/{endpoint.body.name}"}
            description["requestBody"] = {"required": not endpoint.body_optional, "content": {JSON: {"schema": schema}}}
        elif endpoint.files:
            types = {
                media_type: {"schema": {"type": "string", "format": "binary"}, **_example_of_file(media_type)}
                for media_type in endpoint.files
            }
            description["requestBody"] = {"required": True, "content": types}
        return description


def complete(result, generator, request, public):
    """Add to the description what operations refer to by name: shapes, answers, refusals, the key."""
    components = result.setdefault("components", {})
    shapes = {}
    for endpoint in _endpoints(generator):
        if endpoint.body is not None:
            shapes |= {shape.name: shape.definition() for shape in endpoint.body.referenced()}
    components["schemas"] = dict(sorted({**ANSWERS, **shapes, **_problem_schemas()}.items()))
    components["responses"] = {f"Problem{status}": _problem_response(status) for status in _statuses()}
    components["headers"] = _HEADERS
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of the platform, shown once when it is made."}
    }
    _link(result["paths"], components["schemas"])
    components["examples"] = _show(result["paths"], components["schemas"], _endpoints(generator))
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    result["webhooks"] = {"event": {"post": EVENT_MESSAGE}}
    return result


def _link(paths, schemas) -> None:
    """Say of every answer that shows one thing which operations take its id."""
    taking_an_id = {}
    for path, operations in paths.items():
        collection, _, rest = path.removeprefix("/api/v1/").partition("/")
        if rest.startswith("{id}"):
            taking_an_id.setdefault(collection, []).extend(one["operationId"] for one in operations.values())
    for operations in paths.values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if not status.startswith("2"):
                    continue
                schema = schemas[answer["content"][JSON]["schema"]["$ref"].rpartition("/")[2]]
                collection = ADDRESSES.get(schema["properties"].get("object", {}).get("const"))
                if "id" in schema["properties"] and collection:
                    answer["links"] = {
                        name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}
                        for name in taking_an_id[collection]
                    }


def _show(paths, schemas, endpoints) -> dict:
    """Give every request and every answer of success an example, and return them by name."""
    shown = {}
    differing = {endpoint.operation_id: endpoint.shows for endpoint in endpoints if endpoint.shows}
    for operation in (operation for operations in paths.values() for operation in operations.values()):
        bodies = [operation.get("requestBody", {})]
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for part in bodies + answers:
            content = part.get("content", {}).get(JSON)
            if content is None:
                continue
            shape = name = content["schema"]["$ref"].rpartition("/")[2]
            value = example_of(shape, schemas)
            if part in answers and operation["operationId"] in differing:
                name = f"{shape}.{operation['operationId']}"
                value |= differing[operation["operationId"]]
            shown[name] = {"value": value}
            content["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}
    return dict(sorted(shown.items()))


@cache
def document(version: str = NEWEST) -> bytes:
    """Return the description of a version as JSON, made once per process."""
    newest = SchemaGenerator().get_schema(request=None, public=True)
    return json.dumps(description_of(version, newest), indent=1).encode()


_HEADERS = {
    "X-Request-Id": {
        "description": "Names this request in the portal's logs.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Location": {"description": "The address of what was created.", "schema": {"type": "string"}},
    "ETag": {
        "description": "The revision of what is shown; name it as `If-Match` to change it.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "Present when this is the stored answer to an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {"description": "Seconds to wait before the same request again.", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "How many requests the key has left, and in how many seconds it has all of them again.",
        "schema": {"type": "string", "examples": ['"key";r=2999;t=60']},
    },
    "RateLimit-Policy": {
        "description": "How many requests the key may make in so many seconds.",
        "schema": {"type": "string", "examples": ['"key";q=3000;w=60']},
    },
    HEADER: {"description": "The version of the API that this answer is of.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to present a key.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods this address takes.", "schema": {"type": "string"}},
}
_HEADERS_BY_STATUS = {401: ("WWW-Authenticate",), 405: ("Allow",), 409: ("Retry-After",), 429: ("Retry-After",)}


def _example_of_file(media_type) -> dict:
    """Return what a file may look like; one that is no text is not shown."""
    return {"example": FILES[media_type]} if media_type in FILES else {}


def _endpoints(generator):
    for _path, _regex, method, callback in generator.endpoints:
        endpoint = getattr(getattr(callback.cls, method.lower()), "endpoint", None)
        if endpoint:
            yield endpoint


def _prose(docstring, endpoint) -> str:
    scopes = " or ".join(f"`{scope}`" for scope in _scopes(endpoint.permission))
    return f"{' '.join((docstring or '').split())}\n\nNeeds a key with the scope {scopes}.".strip()


def _scopes(permission) -> list[str]:
    return [scope for scope, permissions in SCOPES.items() if permission in permissions]


def _parameters(path_names, endpoint, writes) -> list[dict]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": "The public id."}
        for name in path_names
    ]
    for name, field in endpoint.query.parameters.items():
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": field.required,
                "schema": field.shape(),
                "description": field.help_text or field.__doc__,
            }
        )
    parameters.append(
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": "The version of the API that this request is of; without it the one that the key was made for.",
            "schema": {"type": "string", "enum": list(VERSIONS)},
        }
    )
    if writes:
        schema = {
            "type": "string",
            "minLength": 1,
            "maxLength": 257,
            "examples": ["7b1d9a52-4f0e-4f7e-9a55-0c1f6f1e2a90"],
        }
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": endpoint.key_required,
                "description": IDEMPOTENCY_KEY,
                "schema": schema,
            }
        )
    if endpoint.if_match:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": "The `ETag` of what you have read and now change; if it was changed since, 412.",
                "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$', "examples": [f'"{"0" * 32}"']},
            }
        )
    return parameters


def _responses(path, endpoint, writes) -> dict:
    headers = ["X-Request-Id", "RateLimit", "RateLimit-Policy", HEADER]
    if endpoint.tagged:
        headers.append("ETag")
    if writes:
        headers += ["Idempotent-Replayed"] + (["Location"] if endpoint.status == 201 else [])
    answer = {
        "description": HTTPStatus(endpoint.status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{endpoint.answer}"}}},
    }
    may_be_missing = "{" in path or "/sandbox/" in path
    refusals = EVERYWHERE + (MISSING if may_be_missing else ()) + (WITH_A_BODY if writes else ())
    refusals += OF_EDITS if endpoint.if_match else ()
    return {
        str(endpoint.status): answer,
        **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(refusals)},
    }


def _statuses():
    return sorted({*EVERYWHERE, *MISSING, *WITH_A_BODY, *OF_EDITS})


def _problem_response(status) -> dict:
    codes = [code for code, problem in problems.catalogue().items() if problem.status == status]
    names = ("X-Request-Id", "RateLimit", "RateLimit-Policy", HEADER, *_HEADERS_BY_STATUS.get(status, ()))
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem_schemas() -> dict:
    text = {"type": "string"}
    place = {
        "pointer": {**text, "description": "JSON pointer (RFC 6901) to the member of the body."},
        "parameter": {**text, "description": "Name of the query parameter."},
    }
    return {
        "Problem": {
            "type": "object",
            "description": "Why a request was refused (RFC 9457). `type` leads to a page with cause and cure.",
            "properties": {
                "type": {**text, "format": "uri-reference", "examples": ["/problems/validation-failed"]},
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "instance": {**text, "format": "uri-reference"},
                "request_id": {"type": ["string", "null"]},
                "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
                "errors_left_out": {"type": "integer", "description": "How many more faults there are."},
            },
            "required": ["type", "title", "status", "detail", "instance", "request_id"],
            "examples": [
                {
                    "type": "/problems/validation-failed",
                    "title": "The request has faults",
                    "status": 422,
                    "detail": "The request has faults",
                    "instance": "/api/v1/payouts",
                    "request_id": "req_01kb2r7mpsf2v9a4q8m1x6c3zt",
                    "errors": [
                        {"pointer": "/amount", "code": "too-many-decimals", "detail": "EUR has 2 decimals."},
                        {"pointer": "/currncy", "code": "unknown-field", "detail": "There is no such member here."},
                    ],
                }
            ],
        },
        "Fault": {
            "type": "object",
            "description": "One thing that is wrong, and where.",
            "properties": {**place, "code": text, "detail": text},
            "required": ["code", "detail"],
        },
    }
