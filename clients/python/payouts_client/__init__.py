"""The API of the Payouts Portal, typed: `Portal` waits for its answers, `AsyncPortal` is awaited."""

from .generated import models
from .generated.client import VERSION
from .generated.types import UNSET, File, Unset
from .money import amount_of, minor_units
from .pages import each, each_async
from .portal import AsyncPortal, Portal
from .problems import (
    Conflict,
    Forbidden,
    NotFound,
    PortalError,
    ProblemError,
    StaleRevision,
    TooManyRequests,
    Unauthenticated,
    Unreachable,
    ValidationFailed,
)
from .retries import Retries
from .webhooks import NotGenuine, verify

__all__ = [
    "UNSET",
    "VERSION",
    "AsyncPortal",
    "Conflict",
    "File",
    "Forbidden",
    "NotFound",
    "NotGenuine",
    "Portal",
    "PortalError",
    "ProblemError",
    "Retries",
    "StaleRevision",
    "TooManyRequests",
    "Unauthenticated",
    "Unreachable",
    "Unset",
    "ValidationFailed",
    "amount_of",
    "each",
    "each_async",
    "minor_units",
    "models",
    "verify",
]
