"""A Chromium of the machine, and the portal for it to look at."""

import os
import shutil
from contextlib import contextmanager

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

NAMES = (
    os.environ.get("CHROMIUM", ""),
    "chromium-headless-shell",  # of Debian: it takes two thirds of what the whole browser does
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM = next((path for name in NAMES if name and (path := shutil.which(name))), None)


def launch_options() -> dict:
    """Return how Playwright starts the machine's Chromium; root has none of its sandbox."""
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


class _Static(StaticFilesHandler):
    """Lets a browser keep static files, as it may those of an installation, whose names change with their content."""

    def serve(self, request):
        response = super().serve(request)
        response.headers["Cache-Control"] = "max-age=3600"
        return response


class _Server(ThreadedWSGIServer):
    """Looks often whether it is to end: every test waits for that."""

    def serve_forever(self, poll_interval=0.02):
        super().serve_forever(poll_interval)


class _Portal(LiveServerThread):
    server_class = _Server


@contextmanager
def served():
    """Serve the portal over http by a thread of its own; the value is its address, without a slash at the end."""
    server = _Portal("127.0.0.1", _Static)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
