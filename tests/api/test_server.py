"""What only a real server can show: bodies without a declared length, too many headers, requests that smuggle others."""

import os
import socket
import subprocess
import time
from contextlib import suppress

import pytest

from apps.core.management.commands.serve import WEB
from tests import factories

HOST = b"Host: 127.0.0.1\r\n"


@pytest.fixture
def server(committed_db):
    """A gunicorn of its own on a free port; the value is the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*WEB, "--bind", f"127.0.0.1:{port}", "--threads", "2", "--log-level", "critical"]
    process = subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"})
    try:
        while process.poll() is None and not _listens(port):
            time.sleep(0.05)
        assert status(port, b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n") == 200
        yield port
    finally:
        process.terminate()
        process.wait()


def test_bodies_and_headers_at_the_wire(server):
    """Some seconds: starts a server. B36, B60 and B61 of the catalog of bad input."""
    token = factories.key_of(factories.partner())[1].encode()
    head = b"POST /api/v1/recipients HTTP/1.1\r\n" + HOST + b"Authorization: Bearer " + token + b"\r\n"
    json = b"Content-Type: application/json\r\n"
    chunked = head + json + b"Transfer-Encoding: chunked\r\n\r\n"

    small = chunked + b"2\r\n{}\r\n0\r\n\r\n"
    assert status(server, small) == 422, "a chunked body is read like any other"
    large = chunked + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 5 + b"0\r\n\r\n"
    assert status(server, large) == 413
    endless = chunked + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 6
    assert status(server, endless) == 413, "it is not read to its end"
    declared = head + json + b"Content-Length: 100000000\r\n\r\n"
    assert status(server, declared) == 413, "it is not waited for"

    get = b"GET /api/v1/recipients HTTP/1.1\r\n" + HOST
    many = b"".join(b"X-Header-%d: x\r\n" % number for number in range(101))
    assert status(server, get + many + b"\r\n") == 431
    assert status(server, get + b"X-Header: " + b"x" * 16_384 + b"\r\n\r\n") == 431
    both = head + json + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert status(server, both) == 400
    assert status(server, head + json + b"Transfer-Encoding: xchunked\r\n\r\n") in (400, 501)
    underscored = get + b"X_Forwarded_Host: evil.example\r\n\r\n"
    assert status(server, underscored) == 401, "the header is dropped, else this were a foreign host"
    assert status(server, get + b"X-Forwarded-Host: evil.example\r\n\r\n") == 400
    prefixed = b"GET /x/livez HTTP/1.1\r\n" + HOST + b"SCRIPT_NAME: /x\r\n\r\n"
    assert status(server, prefixed) == 404, "no header says where addresses begin"


def status(port, request) -> int:
    """Send bytes over a connection of their own and return the status of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        with suppress(OSError):  # the server may answer and close before it has read everything
            connection.sendall(request)
        return int(connection.recv(12).split()[1])


def _listens(port) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
