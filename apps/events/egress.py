"""
The only way out for webhooks.

When a message is sent, every address its name resolves to is judged (`apps.events.destinations`), and once more the very
address a socket is about to be connected to, so that a name which resolves differently the second time gains nothing.
There are no redirects, no proxies from the environment, no cookies; little of an answer is read and nobody waits long
for it.
"""

import asyncio
import errno
import socket
import ssl
import time
from dataclasses import dataclass
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from apps.events.destinations import UrlNotAllowed, check_url, is_public, look_up, lookups

TOTAL_SECONDS = 20
CONNECT_SECONDS = 10
BODY_READ_BYTES = 64 * 1024
BODY_KEPT_BYTES = 4 * 1024


class AddressNotAllowed(OSError):
    """No connection is made to this address."""


@dataclass(frozen=True)
class Answer:
    """What came of one request: a status code, or an error that says why there is none."""

    status_code: int | None
    error: str
    body: str
    retry_after: str | None
    duration_ms: int


def open_session(*, limit: int, tls: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """Return a session that connects to public addresses only. `tls` replaces the system's certificate authorities."""
    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(),
        socket_factory=_socket_for,
        ssl=tls or ssl.create_default_context(),
        limit=limit,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )


async def post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict) -> Answer:
    """Send one message and return what came of it; whatever goes wrong out there is an answer, too."""
    started = time.perf_counter()
    status_code, error, kept, retry_after = None, "", b"", None
    try:
        check_url(url)
        request = session.post(URL(url, encoded=True), data=body, headers=headers, allow_redirects=False)
        async with request as response:
            kept = await _read(response)
            status_code, retry_after = response.status, response.headers.get("Retry-After")
    except UrlNotAllowed as refusal:
        error = f"url-not-allowed: {refusal}"
    except TimeoutError:
        error = f"timeout: no complete answer within {TOTAL_SECONDS} s"
    except (aiohttp.ClientError, OSError, ValueError) as failure:
        error = _why(failure)
    return Answer(
        status_code=status_code,
        error=_one_line(error)[:300],
        body=kept[:BODY_KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd"),
        retry_after=retry_after,
        duration_ms=round((time.perf_counter() - started) * 1000),
    )


def _why(failure: Exception) -> str:
    """Return in words why there is no answer, behind a code that stays the same whatever the words are."""
    cause = failure.os_error if isinstance(failure, aiohttp.ClientConnectorError) else failure
    said = getattr(cause, "strerror", None) or cause
    match failure:
        case aiohttp.ClientConnectorCertificateError():
            return f"certificate-refused: {failure.certificate_error}"
        case aiohttp.ClientSSLError():
            return f"tls-failed: {said}"
        case aiohttp.ClientConnectorError() if isinstance(cause, AddressNotAllowed):
            return f"address-not-allowed: {said}"
        case aiohttp.ClientConnectorDNSError():
            return f"name-unknown: {failure.host} has no address"
        case aiohttp.ClientConnectorError() if isinstance(cause, ConnectionRefusedError):
            return f"connection-refused: nobody takes connections at port {failure.port} of {failure.host}"
        case aiohttp.ClientConnectorError():
            return f"not-reached: {said}"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | aiohttp.ClientPayloadError():
            return "disconnected: the connection ended before the answer did"
        case aiohttp.ClientResponseError():
            return f"answer-unreadable: {failure.message}"
    return f"not-sent: {type(failure).__name__}: {failure}"


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses one whole if any of its addresses is not public."""

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(lookups, partial(look_up, host, port, family))
        for *_, address in found:
            _require_public(address[0])
        return [
            {
                "hostname": host,
                "host": address[0],
                "port": address[1],
                "family": family,
                "proto": protocol,
                "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            }
            for family, _, protocol, _, address in found
        ]

    async def close(self):
        pass


def _socket_for(address_info):
    """Return a socket for the address that is about to be connected to: the last gate, which nothing goes around."""
    family, kind, protocol, _, address = address_info
    _require_public(address[0])
    return socket.socket(family, kind, protocol)


def _require_public(address):
    if not is_public(address):
        raise AddressNotAllowed(errno.EACCES, f"{address} is not on the public internet")


async def _read(response) -> bytes:
    """Read at most 64 kB of the answer; the connection of a longer one is closed and not used again."""
    read = bytearray()
    while len(read) <= BODY_READ_BYTES:
        piece = await response.content.read(BODY_READ_BYTES + 1 - len(read))
        if not piece:
            return bytes(read)
        read += piece
    response.close()
    return bytes(read)


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
