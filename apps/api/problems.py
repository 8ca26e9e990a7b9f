"""
Problems (RFC 9457): the one shape in which the API refuses.

Every refusal is a `DomainError`; its `code` is the last part of the problem's type, and the page behind that type says
what causes it and how to cure it. What Django and DRF refuse by themselves is put into the same shape here.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from apps.core import refusals
from apps.core.errors import DomainError, NotFound, PermissionDenied, Unavailable
from apps.core.revisions import ChangedMeanwhile
from apps.partners.scopes import SCOPES

ORDINARY_CURE = "Read `detail` and `errors` of the answer: they name what is in the way. Nothing was changed."
CONTENT_TYPE = "application/problem+json"
MAX_ERRORS = 1000
"""Most faults one answer names; a longer list says how many it leaves out."""


class Refusal(DomainError):
    """A request that was refused before any operation saw it."""

    code = "malformed-request"
    status = 400
    title = "The request cannot be read"
    cure = "Compare the request with the API's description and send it again, changed."
    headers: dict[str, str] = {}


class MalformedRequest(Refusal):
    """The body is no JSON object in UTF-8: it is empty, cut short, in another encoding, or holds NaN or Infinity."""

    cure = "Send one JSON object (RFC 8259) in UTF-8 without a byte order mark."


class DuplicateMember(Refusal):
    """An object of the body names the same member twice, so it has two meanings."""

    code = "duplicate-member"
    title = "A member appears twice"
    cure = "Send every member once."


class TooDeep(Refusal):
    """The body nests arrays or objects deeper than any request of this API needs."""

    code = "too-deep"
    title = "The body is nested too deeply"
    cure = "Send the shape that the API's description shows."


class HostNotAllowed(Refusal):
    """The request names a host under which this portal does not serve."""

    code = "host-not-allowed"
    title = "Unknown host"
    cure = "Use the portal's own address. Its operator sets ALLOWED_HOSTS."


class HttpsRequired(Refusal):
    """The request came over plain http, where everyone on the way can read the key."""

    code = "https-required"
    title = "Use https"
    cure = "Send the request to the https address, and replace the key that was sent in clear."


class KeyInQuery(Refusal):
    """A key was sent in the address, which proxies and browsers write to logs. It counts as leaked."""

    code = "key-in-query"
    title = "A key was sent in the address"
    cure = "Have the key revoked, create a new one, and send it in the Authorization header."


class IdempotencyKeyMissing(Refusal):
    """A request that moves money came without an Idempotency-Key, so a repetition could pay twice."""

    code = "idempotency-key-missing"
    title = "An Idempotency-Key is needed"
    cure = "Send a key of your own making with every such request, and the same key when you repeat it."


class IdempotencyKeyInvalid(Refusal):
    """The Idempotency-Key is empty, longer than 255 characters, sent twice, or holds what is no visible ASCII."""

    code = "idempotency-key-invalid"
    title = "The Idempotency-Key cannot be used"
    cure = "Send one key of 1 to 255 visible ASCII characters, bare or in double quotes; a UUID is a good key."


class Unauthenticated(Refusal):
    """There is no key in the Authorization header, or it is unknown, revoked, expired or of a suspended platform."""

    code = "unauthenticated"
    status = 401
    title = "A valid key is needed"
    cure = "Send `Authorization: Bearer <key>` with a key that is in force."
    headers = {"WWW-Authenticate": 'Bearer realm="payouts"'}


class InsufficientScope(Refusal):
    """The key is valid but lacks the scope that this request needs."""

    code = "insufficient-scope"
    status = 403
    title = "The key lacks a scope"
    cure = "Use a key that has the scope named in `scope`."


class AddressNotAllowed(Refusal):
    """The key may only be used from some addresses, and this request came from another."""

    code = "address-not-allowed"
    status = 403
    title = "The key may not be used from here"
    cure = "Call from an address that the key allows, or have a key made that allows this one."


class UnknownVersion(Refusal):
    """The header Payouts-Version names a version of the API that there is not."""

    code = "unknown-version"
    title = "There is no such version of the API"
    cure = "Send one of the versions in `versions`, or leave the header out and get the one that the key was made for."


class QuotaExceeded(Refusal):
    """The key has called as often in this minute as it may. The request was not looked at."""

    code = "quota-exceeded"
    status = 429
    title = "Too many requests"
    cure = "Wait for the seconds in Retry-After. RateLimit in every answer says how many requests are left."

    def __init__(self, detail="", *, seconds=1, policy=""):
        super().__init__(detail, **{"violated-policies": [policy]})
        self.headers = {"Retry-After": str(seconds)}


class MethodNotAllowed(Refusal):
    """This address exists but does not take this method."""

    code = "method-not-allowed"
    status = 405
    title = "Method not allowed"
    cure = "Use one of the methods in the Allow header. Overriding the method by a header or field has no effect."


class NotAcceptable(Refusal):
    """The Accept header leaves out JSON, the only format of this API."""

    code = "not-acceptable"
    status = 406
    title = "Only JSON is spoken here"
    cure = "Accept application/json."


class InFlight(Refusal):
    """A request with the same Idempotency-Key is being worked on at this moment."""

    code = "request-in-flight"
    status = 409
    title = "The same request is still being worked on"
    cure = "Wait for the seconds in Retry-After and repeat the request with the same key."
    headers = {"Retry-After": "1"}


class PayloadTooLarge(Refusal):
    """The body is larger than this address takes."""

    code = "payload-too-large"
    status = 413
    title = "The body is too large"
    cure = "Send less at once; a large batch can be sent as several."


class UnsupportedMediaType(Refusal):
    """The body is not declared as JSON in UTF-8, or it is compressed."""

    code = "unsupported-media-type"
    status = 415
    title = "Only JSON in UTF-8 is read here"
    cure = "Send Content-Type: application/json without Content-Encoding."


class IdempotencyKeyReused(Refusal):
    """The Idempotency-Key already belongs to another request; a key names one request for ever."""

    code = "idempotency-key-reused"
    status = 422
    title = "The Idempotency-Key was used for another request"
    cure = "Use a new key for a new request. `errors` names what differs from the request the key belongs to."


class PreconditionRequired(Refusal):
    """The request changes something without saying what it has been seen as, so it could overwrite another's change."""

    code = "precondition-required"
    status = 428
    title = "Say what you change"
    cure = "Read the thing, and send its ETag as If-Match together with the change."


class InternalError(Refusal):
    """Something went wrong on our side. Nothing of the request was kept."""

    code = "internal-error"
    status = 500
    title = "Something went wrong"
    cure = "Repeat the request with the same Idempotency-Key. If it persists, name the request id to the operator."


class DatabaseAway(Refusal):
    """The database was not there, or went away in the middle: nobody can say whether the request was kept."""

    code = "database-away"
    status = 503
    title = "The database is away"
    cure = (
        "Wait for the seconds in Retry-After and repeat the request with the same Idempotency-Key until it is answered."
    )
    headers = {"Retry-After": "2"}


FOREIGN = {
    400: Refusal,
    401: Unauthenticated,
    403: PermissionDenied,
    404: NotFound,
    405: MethodNotAllowed,
    406: NotAcceptable,
    412: ChangedMeanwhile,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
    428: PreconditionRequired,
    429: QuotaExceeded,
    503: Unavailable,
}
"""What stands for an answer that the framework gave by itself, by its status."""


TOLD = (403, 404)
"""What a key may not do, and what it may not know of, is told to the audit trail."""


def from_status(status: int) -> DomainError:
    """Return the problem that stands for an error answer of the framework."""
    if status < 400:
        return NotFound()  # the API leads nowhere else
    return FOREIGN.get(status, InternalError if status >= 500 else Refusal)()


def exception_handler(exception, context) -> HttpResponse | None:
    """Answer an exception of a door as a problem; return None for a bug, which then is logged and answered as 500."""
    request = context["request"]
    key = vars(request).get("_auth")  # asking for `auth` would authenticate anew, and may be what was refused
    if getattr(exception, "status", 0) in TOLD and key:
        refusals.note_error(request.user, exception)
    if isinstance(exception, PermissionDenied) and key:
        exception = _as_missing_scope(exception)
    if isinstance(exception, DomainError):
        return problem_response(request, exception)
    if isinstance(exception, exceptions.APIException):
        return _from_rest_framework(request, exception)
    if isinstance(exception, Http404):
        return problem_response(request, NotFound())
    if isinstance(exception, DjangoPermissionDenied):
        return problem_response(request, PermissionDenied())
    if isinstance(exception, SuspiciousOperation):
        return problem_response(request, MalformedRequest())
    return None


def problem_response(request, problem: DomainError) -> HttpResponse:
    """Return the problem as an answer to the request."""
    body = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": quote(request.path),
        "request_id": getattr(request, "request_id", None),
    }
    for name, value in problem.extra.items():
        body.setdefault(name, value)
    if problem.errors:
        body["errors"] = [_represent_fault(fault) for fault in problem.errors[:MAX_ERRORS]]
        if len(problem.errors) > MAX_ERRORS:
            body["errors_left_out"] = len(problem.errors) - MAX_ERRORS
    response = HttpResponse(json.dumps(body, default=str), status=problem.status, content_type=CONTENT_TYPE)
    for name, value in getattr(problem, "headers", {}).items():
        response[name] = value
    return response


@dataclass(frozen=True)
class Kind:
    """One type of problem, as its page shows it."""

    code: str
    status: int
    title: str
    cause: str
    cure: str


def catalogue() -> dict[str, Kind]:
    """Return every problem type the portal can answer with, by its code."""
    found: dict[str, Kind] = {}
    waiting = [DomainError]
    while waiting:
        problem = waiting.pop(0)
        waiting += problem.__subclasses__()
        if problem in (DomainError, Refusal):
            continue
        told = {problem.code: (problem.__doc__, getattr(problem, "cure", ORDINARY_CURE))} | problem.codes
        for code, (cause, cure) in told.items():
            found.setdefault(code, Kind(code, problem.status, problem.title, cause, cure))
    return dict(sorted(found.items()))


def _represent_fault(fault) -> dict:
    """Name the place of a fault: a member of the body by JSON pointer, a query parameter (``?name``) by its name."""
    place = {"parameter": fault.pointer[1:]} if fault.pointer.startswith("?") else {"pointer": fault.pointer}
    return {**place, "code": fault.code, "detail": fault.detail}


def _as_missing_scope(exception):
    permission = exception.extra.get("permission")
    for scope, permissions in SCOPES.items():
        if permission in permissions:
            return InsufficientScope(f"This needs a key with the scope {scope}.", scope=scope)
    return exception


def _from_rest_framework(request, exception) -> HttpResponse:
    if isinstance(exception, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        problem = Unauthenticated()
    else:
        problem = from_status(exception.status_code)
    response = problem_response(request, problem)
    if isinstance(exception, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(request.parser_context["view"].allowed_methods)
    return response
