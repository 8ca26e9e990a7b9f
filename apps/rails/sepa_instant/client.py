"""
One call to a bank over HTTP, and exactly what is known after it.

The one question that counts is whether the bank can have got the request. Until the connection stands (names, connect,
TLS) not one byte of it has left, and the call was `NotSent`. From the first byte on everything that is no readable
answer is `Unknown`: a reset, a time-out, half an answer, words of some machine in between.
"""

import http.client
import json
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_BYTES = 64 * 1024
MOST_EVIDENCE = 2000
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}(?![A-Za-z0-9])", re.ASCII)


class NotSent(Exception):
    """Not one byte of the request has left."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code


class Unknown(Exception):
    """The bank may have got the request, and nothing readable came back."""

    def __init__(self, code: str, text: str, evidence: str = ""):
        super().__init__(text)
        self.code = code
        self.evidence = evidence


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: its status, the JSON object in it, and both as evidence."""

    status: int
    content: dict
    evidence: str


def call(method: str, url: str, *, token: str, body: dict | None = None, timeout_seconds: float) -> Reply:
    """
    Make one request and return its complete answer, within the time given for all of it.

    :raises NotSent: if the connection did not come to stand.
    :raises Unknown: if there is no complete answer with a JSON object in it.
    """
    ends_at = time.monotonic() + timeout_seconds
    address = urlsplit(url)
    connection = _connection(address, ends_at)
    # A socket's own time-out begins anew with every byte; this ends the call, however slowly the bank speaks.
    watch = threading.Timer(max(ends_at - time.monotonic(), 0), _cut, [connection.sock])
    watch.daemon = True
    watch.start()
    try:
        return _exchange(connection, method, address.path, token, body)
    except (OSError, http.client.HTTPException) as error:
        is_late = time.monotonic() >= ends_at or isinstance(error, TimeoutError)
        code = "no-answer-in-time" if is_late else "connection-broken"
        raise Unknown(code, f"The bank gave no complete answer: {type(error).__name__}.") from None
    finally:
        watch.cancel()
        connection.close()


def _connection(address, ends_at) -> http.client.HTTPConnection:
    """Return a connection that stands, with TLS done."""
    is_tls = address.scheme == "https"
    port = address.port or (443 if is_tls else 80)
    connection = http.client.HTTPConnection(address.hostname, port)
    try:
        plain = _connect(address.hostname, port, ends_at)
    except socket.gaierror as error:
        raise NotSent("host-not-found", f"The bank's host is not found: {error.strerror}.") from None
    except OSError as error:
        raise NotSent("cannot-connect", f"The bank cannot be reached: {type(error).__name__}.") from None
    try:
        plain.settimeout(_left(ends_at))
        connection.sock = plain
        if is_tls:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=address.hostname)
    except OSError as error:  # ssl.SSLError is one
        plain.close()
        raise NotSent("tls-failed", f"The bank cannot be reached safely: {type(error).__name__}.") from None
    return connection


def _connect(host, port, ends_at) -> socket.socket:
    """Return a socket that is connected to the first of the host's addresses that answers."""
    refusal = OSError("The host has no address.")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = socket.socket(family, kind, protocol)
        try:
            found.settimeout(_left(ends_at))
            found.connect(place)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return found
        except OSError as error:
            found.close()
            refusal = error
    raise refusal


def _left(ends_at) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left")
    return left


def _cut(connected) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _exchange(connection, method, path, token, body) -> Reply:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Connection": "close"}
    content = None
    if body is not None:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers["Content-Type"] = "application/json; charset=utf-8"
    connection.request(method, path, content, headers)
    response = connection.getresponse()
    read = response.read(MOST_BYTES + 1)
    evidence = f"{response.status} {response.reason}\n{read.decode('utf-8', 'replace')}"
    if len(read) > MOST_BYTES or response.length:  # longer than agreed, or less than announced
        raise Unknown("unreadable-answer", "The bank's answer is not complete.", evidence)
    try:
        found = json.loads(read)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unknown(
            "unreadable-answer", f"The bank answered {response.status} with something that is no answer.", evidence
        )
    return Reply(response.status, found, evidence)


def without_accounts(text: str, secrets=(), keep=()) -> str:
    """Return evidence as it may be stored: cut, and with every account number masked. `keep` are ids that look like one."""
    for secret in secrets:
        text = text.replace(secret, _masked(secret))
    text = _IBAN.sub(lambda found: found[0] if found[0] in keep or not _is_iban(found[0]) else _masked(found[0]), text)
    return text[:MOST_EVIDENCE].replace("\0", " ")


def _is_iban(text: str) -> bool:
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def _masked(number: str) -> str:
    return f"{number[:2]}…{number[-4:]}"
