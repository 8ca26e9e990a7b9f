"""
Doors: what every view of the API shares.

`@endpoint` declares, in one place, what an address needs and takes; the view itself is only: one operation, represented.
Before the view runs, in this order: the permission is checked, query parameters and body are read strictly, and a
repeated request gets its first answer again.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps

from django.http import HttpResponse
from rest_framework.views import APIView

from apps.api.idempotency import answer_once
from apps.api.pagination import Query
from apps.api.parsers import MAX_BODY_BYTES, read_file, read_json
from apps.api.problems import PreconditionRequired
from apps.api.versions import FREE_EDITS_UNTIL, HEADER, answer_of
from apps.core.errors import DomainError, Fault, NotFound
from apps.core.ids import NotAnId, decode
from apps.core.permissions import require_permission
from apps.core.revisions import ChangedMeanwhile, revision_of
from apps.core.shapes import objects
from apps.payouts.plans.stored import LARGEST_BYTES

_REVISION = re.compile(r'"([0-9a-f]{32})"', re.ASCII)

NO_PARAMETERS = Query()
NOTHING_HERE = "There is nothing here with this id."


@dataclass(frozen=True)
class Endpoint:
    """
    What one method of one address needs, takes and answers; the API's description is made from this.

    `check(request, document, faults)` judges what no single field can: sums, days. A member with a fault reads None.
    `tagged`: the answer carries its revision as `ETag`. `if_match`: a request has to name the revision that it changes, which
    the view finds in `request.revision`. `files` are the media types of an address that takes a file in place of JSON, and the format that each says it is.
    `shows` is what the answer's example says in this case otherwise than everywhere.
    """

    operation_id: str
    summary: str
    permission: str
    answer: str
    status: int = 200
    query: Query = NO_PARAMETERS
    body: objects.Object | None = None
    body_optional: bool = False
    max_body_bytes: int = MAX_BODY_BYTES
    key_required: bool = False
    tagged: bool = False
    if_match: bool = False
    files: dict[str, str] = field(default_factory=dict)
    check: Callable | None = None
    shows: dict = field(default_factory=dict)


def endpoint(operation_id, summary, *, permission, answer, **options):
    """Declare a method of a door; the view gets `query` (GET), `document` (with a body) or query, file and its format."""
    declared = Endpoint(operation_id, summary, permission, answer, **options)

    def decorate(view):
        @wraps(view)
        def method(self, request, **path):
            require_permission(request.user, declared.permission)
            query = declared.query.read(request)
            if request.method in ("GET", "HEAD"):
                return reply(request, declared, view(self, request, query, **path))
            if declared.files:
                return _keep(self, request, query, path)
            return _write(self, request, path)

        def _keep(self, request, query, path):
            file, digest, media_type = read_file(request, declared.files, max_bytes=LARGEST_BYTES)
            sent = {name: value for name, value in query.items() if value is not None} | {"file": digest}

            def act():
                return reply(request, declared, view(self, request, query, file, declared.files[media_type], **path))

            with file:
                return answer_once(request, sent, act, required=declared.key_required)

        def _write(self, request, path):
            raw = read_json(request, max_bytes=declared.max_body_bytes, optional=declared.body_optional)

            def act():
                document = objects.read(
                    declared.body, raw, partial(declared.check, request) if declared.check else None
                )
                request.revision = read_revision(request) if declared.if_match else None
                return reply(request, declared, view(self, request, document, **path))

            return answer_once(request, raw, act, required=declared.key_required)

        method.endpoint = declared
        return method

    return decorate


class Door(APIView):
    """A view for partners' programs. What is true of all of them is in the settings under REST_FRAMEWORK."""

    http_method_names = ["get", "head", "post", "patch"]

    def finalize_response(self, request, response, *arguments, **options):
        """Add to every answer what its key has left, and of which version it is; a key that is refused gets neither."""
        response = super().finalize_response(request, response, *arguments, **options)
        if quota := getattr(request, "quota", None):
            for name, value in quota.headers.items():
                response[name] = value
        if version := getattr(request, "version", None):
            response[HEADER] = version
        return response


def reply(request, declared: Endpoint, body) -> HttpResponse:
    """
    Return the JSON answer in the version of the request.

    A thing that was created names its own address, one that can be changed its revision.
    """
    text = json.dumps(answer_of(request.version, body), separators=(",", ":"), ensure_ascii=False)
    response = HttpResponse(text, status=declared.status, content_type="application/json")
    if declared.status == 201 and body.get("object") in ADDRESSES:
        response["Location"] = f"/api/v1/{ADDRESSES[body['object']]}/{body['id']}"
    if declared.tagged:
        response["ETag"] = f'"{revision_of(body)}"'
    return response


def read_revision(request) -> str | None:
    """
    Return the revision that the request's If-Match names; None in a version that did not ask for it.

    :raises PreconditionRequired: if there is no such header.
    :raises ChangedMeanwhile: if it can be no revision of anything: another form, several, or a star for any.
    """
    header = request.META.get("HTTP_IF_MATCH")
    if header is None:
        if request.version < FREE_EDITS_UNTIL:
            return None
        raise PreconditionRequired()
    match = _REVISION.fullmatch(header)
    if not match:
        raise ChangedMeanwhile("If-Match names one ETag, in double quotes, as an answer gave it.")
    return match[1]


ADDRESSES = {
    "recipient": "recipients",
    "payout": "payouts",
    "quote": "quotes",
    "batch": "batches",
    "batch_plan": "batch-plans",
    "webhook_endpoint": "webhook-endpoints",
    "api_key": "api-keys",
    "information_request": "information-requests",
    "webhook_delivery": "webhook-deliveries",
}


def own(rows, partner, public_id: str):
    """
    Return the partner's row with this public id.

    :raises NotFound: in the same words whether there is none, it is another partner's, or it is no id at all.
    """
    try:
        row = rows.filter(partner_id=partner.pk, pk=decode(rows.model.id_prefix, public_id)).first()
    except NotAnId:
        row = None
    if row is None:
        raise NotFound(NOTHING_HERE)
    return row


class Pointers:
    """
    Let the faults that an operation on a set names point into the document that was sent.

    `single` takes away the position of the only one of the set, `strip` a member the operation sees it under; with
    `nowhere` the operation's pointers mean nothing to the sender and are left out.
    """

    def __init__(self, *, single=False, strip="", nowhere=False):
        self.prefix = "/0" if single else strip
        self.nowhere = nowhere

    def __enter__(self):
        return self

    def __exit__(self, _type, error, _traceback):
        if isinstance(error, DomainError):
            error.errors = tuple(self._move(fault) for fault in error.errors)

    def _move(self, fault):
        pointer = "" if self.nowhere else fault.pointer.removeprefix(self.prefix)
        return Fault(pointer, fault.code, fault.detail)
