"""
How often a key may call: so many requests in each minute, counted in the database, so that every process counts the same.

The minute begins with the first request after the one before is over. The table is not written to the log of the
database (it is UNLOGGED): counting waits for no disk, and after a crash every key begins anew. The headers are those of
draft-ietf-httpapi-ratelimit-headers.
"""

from dataclasses import dataclass

from django.conf import settings

from apps.api.problems import QuotaExceeded
from apps.core.database import statement
from apps.core.statements import ask

WINDOW_SECONDS = 60
POLICY = "key"

_COUNT = statement(__file__, "count_request.sql")


@dataclass(frozen=True)
class Quota:
    """What a key has of its minute."""

    limit: int
    used: int
    seconds: int

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    @property
    def headers(self) -> dict[str, str]:
        left = max(self.limit - self.used, 0)
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={left};t={self.seconds}',
        }


def count_request(key) -> Quota:
    """Count one request of the key, and return what it has of its minute with it."""
    [(used, seconds)] = ask(_COUNT, {"key": key.pk, "seconds": WINDOW_SECONDS})
    return Quota(key.requests_per_minute or settings.API_REQUESTS_PER_MINUTE, used, max(seconds, 1))


def require_quota(quota: Quota) -> None:
    """
    Let a request pass that its key has left in its minute.

    :raises QuotaExceeded: if it has none.
    """
    if quota.is_exceeded:
        detail = f"The key may call {quota.limit} times in a minute; the next one begins in {quota.seconds} s."
        raise QuotaExceeded(detail, seconds=quota.seconds, policy=POLICY)
