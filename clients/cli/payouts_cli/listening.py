"""`payouts listen`: events on their way to a receiver on this machine, signed after Standard Webhooks."""

import base64
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request

LOCAL = ("localhost", "127.0.0.1", "::1")
WAITS = (1, 2, 4, 8)
"""Seconds between the tries of a message; after the last try the next event is sent."""


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(event: dict, secret: str, now: float) -> tuple[bytes, dict]:
    """Return body and headers of the message about an event, as a webhook endpoint of the portal gets it."""
    content = {name: value for name, value in event.items() if name != "object"}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    key, timestamp = base64.b64decode(secret.removeprefix("whsec_")), str(int(now))
    to_sign = f"{event['id']}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, to_sign, "sha256")).decode()
    return body, {
        "content-type": "application/json",
        "user-agent": "payouts-cli/0.1",
        "webhook-id": event["id"],
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def deliver(event: dict, url: str, secret: str, *, sleep=time.sleep, tell=print) -> bool:
    """Send an event until the receiver answers 2xx, a few times; tell of each try, and return whether it arrived."""
    for wait in (*WAITS, None):
        body, headers = signed(event, secret, time.time())
        said = _post(url, body, headers)
        tell(f"{event['created_at']}  {event['type']:28} {event['subject']}  -> {said}")
        if said.startswith("2"):
            return True
        if wait is not None:
            sleep(wait)
    return False


def _post(url, body, headers) -> str:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with _OPENER.open(request, timeout=20) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return str(getattr(error, "reason", error))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None  # webhooks follow none either


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
