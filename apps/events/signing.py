"""
Signatures of webhooks: Standard Webhooks 1.0, symmetric (`v1`).

The signed content is ``id.timestamp.body``. While a secret is being replaced a message carries two signatures, so that a
receiver verifies it with the former secret or the new one.
"""

import base64
import hmac
import secrets

_PREFIX = "whsec_"


def new_secret() -> str:
    """Return a new secret: 32 random bytes in base64, marked as a webhook secret."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(message_id: str, timestamp: int, body: bytes, *, secrets: list[str]) -> str:
    """Return the value of the header `webhook-signature`: one signature per secret, separated by spaces."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(content, secret)}" for secret in secrets)


def _signature(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
