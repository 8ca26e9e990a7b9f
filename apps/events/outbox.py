"""
The outbox as the dispatcher sees it: take deliveries in hand, write down what came of them.

Each is one statement of its own, so a dispatcher that dies at any moment leaves either a lease, which runs out, or a
result. What was sent but not written down is sent again under the same `webhook-id`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from django.db import connection

from apps.core import crypto
from apps.events.egress import TOTAL_SECONDS, Answer
from apps.events.messages import message
from apps.events.models import Endpoint
from apps.events.signing import sign

LEASE_SECONDS = 3 * TOTAL_SECONDS
# Waits between the ten attempts as Standard Webhooks proposes: 75 h 35 min from the first to the last.
BACK_OFF_SECONDS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
LONGEST_WAIT_SECONDS = 24 * 3600
GONE = 410

_SQL = Path(__file__).resolve().parent / "sql"
_CLAIM = (_SQL / "claim_deliveries.sql").read_text(encoding="utf-8")
_FINISH = (_SQL / "finish_attempts.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Claimed:
    """A delivery in hand, with all that sending it needs."""

    delivery_id: UUID
    attempt: int
    endpoint_id: UUID
    url: str
    secret_ciphertext: bytes
    previous_secret_ciphertext: bytes | None
    uid: UUID
    type: str
    subject: str
    sequence: int
    data: dict
    created_at: datetime

    def request(self, now: datetime) -> tuple[bytes, dict]:
        """Return body and headers of the message, signed with each of the endpoint's valid secrets."""
        content = message(self)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        context = Endpoint.secret_context(self.endpoint_id)
        ciphertexts = filter(None, [self.secret_ciphertext, self.previous_secret_ciphertext])
        secrets = [crypto.decrypt(ciphertext, context) for ciphertext in ciphertexts]
        timestamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "Payouts-Portal-Webhooks/1",
            "webhook-id": content["id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(content["id"], timestamp, body, secrets=secrets),
        }
        return body, headers


@dataclass(frozen=True)
class Attempted:
    """One attempt and what came of it."""

    claimed: Claimed
    started_at: datetime
    headers: dict
    answer: Answer

    @property
    def outcome(self) -> str:
        status_code = self.answer.status_code
        if status_code is not None and 200 <= status_code < 300:
            return "delivered"
        if status_code == GONE:
            return "abandoned"
        return "retry" if self.claimed.attempt <= len(BACK_OFF_SECONDS) else "failed"

    @property
    def retry_seconds(self) -> float | None:
        if self.outcome != "retry":
            return None
        back_off = BACK_OFF_SECONDS[self.claimed.attempt - 1]
        return max(back_off, min(_seconds(self.answer.retry_after, self.started_at), LONGEST_WAIT_SECONDS))

    @property
    def error(self) -> str:
        if self.outcome == "delivered" or self.answer.error:
            return self.answer.error
        if 300 <= self.answer.status_code < 400:
            return f"HTTP {self.answer.status_code}: redirects are not followed"
        return f"HTTP {self.answer.status_code}"


def claim(most: int, *, usual: int, free: dict[UUID, int]) -> list[Claimed]:
    """
    Take up to `most` due deliveries in hand for `LEASE_SECONDS`.

    `free` says how many more an endpoint may be sent at once, `usual` for those it does not name.
    """
    parameters = {
        "most": most,
        "usual": usual,
        "endpoints": list(free),
        "free": list(free.values()),
        "lease_seconds": LEASE_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [Claimed(**row | {"data": json.loads(row["data"])}) for row in rows]


def finish(attempted: list[Attempted]) -> None:
    """Write down what came of these attempts. Doing it twice changes nothing."""
    answers = [one.answer for one in attempted]
    shown_headers = [
        {name: value for name, value in one.headers.items() if name != "webhook-signature"} for one in attempted
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _FINISH,
            {
                "delivery_ids": [one.claimed.delivery_id for one in attempted],
                "attempts": [one.claimed.attempt for one in attempted],
                "outcomes": [one.outcome for one in attempted],
                "retry_seconds": [one.retry_seconds for one in attempted],
                "errors": [one.error for one in attempted],
                "urls": [one.claimed.url for one in attempted],
                "headers": [json.dumps(headers) for headers in shown_headers],
                "started": [one.started_at for one in attempted],
                "status_codes": [answer.status_code for answer in answers],
                "bodies": [answer.body for answer in answers],
                "durations": [answer.duration_ms for answer in answers],
            },
        )


def _seconds(retry_after: str | None, now: datetime) -> float:
    """Return how long a `Retry-After` header (RFC 9110, 10.2.3) asks to wait; 0 if it is absent or unreadable."""
    if not retry_after:
        return 0
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
