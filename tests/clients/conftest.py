"""The portal as clients reach it: a shop with a key, and a road to the portal on which things go wrong as told."""

import fcntl
import http.client
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from clients import node
from tests.sandbox.turning import Shop

LOST = "lost"
"""The portal carries the request out, and the answer never arrives."""


class Road:
    """
    A proxy to the portal. `mishaps` are used up one per request: `LOST`, or (status, Retry-After or None) of an answer
    that comes from it and not from the portal. `seen` has (method, path, Idempotency-Key) of every request.
    """

    def __init__(self, site):
        self.mishaps, self.seen = [], []
        road, portal = self, urlsplit(site).netloc

        class Handler(BaseHTTPRequestHandler):
            def do(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                road.seen.append((self.command, self.path, self.headers["Idempotency-Key"]))
                mishap = road.mishaps.pop(0) if road.mishaps else None
                if mishap in (None, LOST):
                    status, headers, answer = road.forward(portal, self, body)
                else:
                    status, wait = mishap
                    headers, answer = [("Retry-After", wait)] if wait is not None else [], b"<html>"
                if mishap != LOST:
                    self.send_response(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer)

            do_GET = do_POST = do_PATCH = do

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.api = f"http://127.0.0.1:{self.server.server_port}/api/v1"

    def forward(self, portal, request, body):
        connection = http.client.HTTPConnection(portal, timeout=30)
        headers = {name: value for name, value in request.headers.items() if name.lower() != "connection"}
        connection.request(request.command, request.path, body, headers)
        answer = connection.getresponse()
        found = answer.status, [one for one in answer.getheaders() if one[0] not in ("Connection",)], answer.read()
        connection.close()
        return found

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def shop(site, watchlist, bank_folder):
    shop = Shop()
    shop.site, shop.api = site, f"{site}/api/v1"
    return shop


@pytest.fixture
def road(site):
    road = Road(site)
    yield road
    road.close()


@pytest.fixture(scope="session")
def typescript():
    """The TypeScript client, compiled with its types checked; what did not change is not compiled again."""
    if not node.is_ready():
        if os.environ.get("CI"):
            pytest.fail("The npm packages are not there, and CI must not skip the TypeScript client.", pytrace=False)
        pytest.skip("no npm packages: `make clients` fetches them")
    command = [node.program(), node.PACKAGES / "typescript" / "bin" / "tsc", "--project", node.FOLDER]
    with node.LOCK.open() as lock:  # other processes of tests compile it too
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    return node.FOLDER
