"""
Who tried to sign in too often of late.

An attempt is *counted* before its password or code is looked at, and *taken back* when that was right. Counted are the email
address that was typed, whether or not somebody has it, the network address it came from, and a person's codes.
"""

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Now

from apps.core.crypto import blind_index
from apps.core.ids import encode, uuid7
from apps.users.models import Attempts

_COUNT = (Path(__file__).resolve().parent / "sql" / "count_attempt.sql").read_text(encoding="utf-8")


class Attempt(NamedTuple):
    """One attempt, as counted."""

    kind: str
    digest: bytes
    public_id: str
    count: int
    closed_until: datetime | None

    @property
    def is_allowed(self) -> bool:
        """Whether its password or code may be looked at."""
        return self.count <= limit_of(self.kind)

    @property
    def closes(self) -> bool:
        """Whether it is the last one that is allowed."""
        return self.count == limit_of(self.kind)


def limit_of(kind: str) -> int:
    """Return how many attempts are looked at until one of them is right."""
    return settings.SIGN_IN_ATTEMPTS_PER_ADDRESS if kind == Attempts.Kind.ADDRESS else settings.SIGN_IN_ATTEMPTS


def count(kind: str, what: str) -> Attempt:
    """Count one attempt with an email address, from a network address or with a person's codes."""
    digest = blind_index(_network(what) if kind == Attempts.Kind.ADDRESS else what.strip().lower(), f"attempts {kind}")
    values = {"id": uuid7(), "kind": kind, "digest": digest, "limit": limit_of(kind)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values | {"seconds": settings.SIGN_IN_CLOSED_SECONDS})
        pk, number, closed_until = cursor.fetchone()
    return Attempt(kind, digest, encode(Attempts.id_prefix, pk), number, closed_until)


def take_back(attempt: Attempt) -> None:
    """
    Forget an attempt that was right: with all before it, or, for a network address, it alone.

    Others may call from the same address, so one person who knows their password must not open it to everybody's guesses.
    """
    rows = Attempts.objects.filter(kind=attempt.kind, digest=attempt.digest)
    if attempt.kind != Attempts.Kind.ADDRESS:
        rows.delete()
        return
    reopened = When(count__lte=limit_of(attempt.kind), then=Value(None))
    rows.update(count=Greatest(F("count") - 1, 0), closed_until=Case(reopened, default=F("closed_until")))


def forget_stale() -> None:
    """Remove what the next attempt would forget: the same rule as in `count_attempt.sql`."""
    counts_since = Now() - timedelta(seconds=settings.SIGN_IN_CLOSED_SECONDS)
    stale = Q(closed_until__isnull=True, since__lte=counts_since) | Q(closed_until__lte=Now())
    Attempts.objects.filter(stale).delete()


def _network(address: str) -> str:
    """Return what one customer of a provider has: an IPv4 address, or the /64 of an IPv6 address."""
    found = ipaddress.ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found  # ::ffff:192.0.2.1 is 192.0.2.1
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
