"""
Refusals as errors: what the portal says in a problem (RFC 9457), and having no answer at all.

Decide by `type` and by the `code` of each fault; `title` and `detail` are for people.
"""

import json
from typing import Any

import httpx

from .generated.models import Fault


class PortalError(Exception):
    """
    There is no answer of success.

    `idempotency_key` is the one the request was sent with, if it was one that changes something: who repeats the request
    with it can be sure that it happens once.
    """

    idempotency_key: str | None = None


class Unreachable(PortalError):
    """There was no answer, so the request may or may not have been carried out."""


class ProblemError(PortalError):
    """
    The portal refused, and nothing of the request was kept; above status 500 it may have been carried out.

    `type` is such as ``/problems/validation-failed``; `errors` names every fault with its `pointer` into the body or its
    `parameter`; `retry_after` is in seconds.
    """

    def __init__(self, status: int, problem: dict[str, Any], retry_after: float | None = None):
        self.status = status
        self.type: str = _text(problem.get("type"), "about:blank")
        self.title: str = _text(problem.get("title"), f"HTTP status {status}")
        self.detail: str = _text(problem.get("detail"), self.title)
        self.request_id: str | None = problem.get("request_id")
        self.errors: list[Fault] = [Fault.from_dict(fault) for fault in _faults(problem)]
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(f"{status} {self.detail}")

    def __str__(self) -> str:
        places = [f"{fault.pointer or fault.parameter or ''} {fault.detail}".strip() for fault in self.errors]
        named = f" ({self.request_id})" if self.request_id else ""
        return "\n  ".join([f"{self.status} {self.detail}{named}", *places])


class Unauthenticated(ProblemError):
    """401: the key is not in force."""


class Forbidden(ProblemError):
    """403: the key lacks a scope, or may not be used from here."""


class NotFound(ProblemError):
    """404: there is nothing of yours with this id."""


class Conflict(ProblemError):
    """409: the request contradicts what is there; read it again and decide anew."""


class StaleRevision(ProblemError):
    """412: it was changed since it was read; read it again."""


class ValidationFailed(ProblemError):
    """422: the request has faults; `errors` names all of them."""


class TooManyRequests(ProblemError):
    """429: the key has called too often; `retry_after` says when it may again."""


_BY_STATUS = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: StaleRevision,
    422: ValidationFailed,
    429: TooManyRequests,
}


def problem_of(answer: httpx.Response) -> ProblemError:
    """Return the error that an answer stands for, also if something between here and the portal gave it."""
    try:
        document = json.loads(answer.content)
    except ValueError:
        document = None
    problem = document if isinstance(document, dict) else {}
    return _BY_STATUS.get(answer.status_code, ProblemError)(answer.status_code, problem, seconds_of(answer))


def seconds_of(answer: httpx.Response) -> float | None:
    """Return how long the answer asks to wait, or None."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isascii() and said.isdigit() else None


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise


def _faults(problem: dict[str, Any]) -> list[dict[str, Any]]:
    found = problem.get("errors")
    return [one for one in found if isinstance(one, dict) and {"code", "detail"} <= one.keys()] if found else []
