"""Webhooks: whether a message is the portal's (Standard Webhooks 1.0, symmetric), and which event it tells of."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Iterable, Mapping

from .generated.models import EventMessage

TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"


class NotGenuine(Exception):
    """The message is not the portal's, was changed, or is too old to be believed. Answer 400 and do nothing else."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    tolerance_seconds: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> EventMessage:
    """
    Return the event of a genuine message.

    `body` is the bytes as they came, before anything reads them as JSON. `secrets` is the endpoint's secret, or the former
    and the new one while it is being replaced. The same event may come twice: know it by its `id`.

    :raises NotGenuine: if no secret fits, or the message was signed longer ago, or later, than `tolerance_seconds`.
    """
    known = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, signed_at, signatures = (known[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
        moment = int(signed_at)
    except (KeyError, ValueError):
        raise NotGenuine("The headers of a webhook are missing.") from None
    if abs((time.time() if now is None else now) - moment) > tolerance_seconds:
        raise NotGenuine("It was signed at another time.")
    content = f"{message_id}.{signed_at}.".encode() + body
    sent = [one.removeprefix("v1,").encode() for one in signatures.split(" ") if one.startswith("v1,")]
    expected = [_signature(content, secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    if not any(hmac.compare_digest(one, other) for one in sent for other in expected):
        raise NotGenuine("No signature is made with the secret.")
    try:
        return EventMessage.from_dict(json.loads(body))
    except (ValueError, KeyError, TypeError):
        raise NotGenuine("It tells of no event.") from None


def _signature(content: bytes, secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("A secret is whsec_ and base64.") from None
    return base64.b64encode(hmac.digest(key, content, "sha256"))
