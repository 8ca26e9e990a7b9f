"""
Refusals.

A refusal is a `DomainError` with a stable code: the API answers it as an RFC 9457 problem, the admin shows it as a
message. Everything else is a bug and may crash.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (JSON pointer, RFC 6901), a stable code, and what to do about it."""

    pointer: str
    code: str
    detail: str

    def below(self, prefix: str) -> "Fault":
        """Return the same fault seen from a document that holds this one at `prefix`."""
        return Fault(prefix + self.pointer, self.code, self.detail)


class DomainError(Exception):
    """
    An operation refused; nothing was changed.

    `codes` are others than `code` that are given when it is raised, each with its cause and its cure.
    """

    codes: dict[str, tuple[str, str]] = {}
    code = "refused"
    status = 409
    title = "The request was refused"

    def __init__(self, detail: str = "", *, errors=(), code: str | None = None, **extra):
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors: tuple[Fault, ...] = tuple(errors)
        self.extra = extra
        if code:
            self.code = code

    def __str__(self):
        faults = "; ".join(fault.detail for fault in self.errors[:5])
        return f"{self.detail} {faults}".strip()


class PermissionDenied(DomainError):
    """The actor may not do this at all."""

    code = "permission-denied"
    status = 403
    title = "You may not do this"


class NotFound(DomainError):
    """There is no such thing, or it is not the caller's: both look the same."""

    code = "not-found"
    status = 404
    title = "Not found"


class Conflict(DomainError):
    """The request contradicts what is there."""

    code = "conflict"
    status = 409
    title = "The request conflicts with the present state"


class Invalid(DomainError):
    """The request's content is wrong; `errors` names every fault."""

    code = "validation-failed"
    status = 422
    title = "The request has faults"


class Unavailable(DomainError):
    """Something this needs is not there at the moment; trying again later is right."""

    code = "unavailable"
    status = 503
    title = "Not available at the moment"
