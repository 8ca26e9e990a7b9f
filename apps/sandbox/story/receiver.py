"""
The platform's webhook receiver: checks every signature, keeps every message, answers 204.

It belongs to the platform, so it shares nothing with the portal: `python -m apps.sandbox.story.receiver PORT FOLDER`.
"""

import base64
import hmac
import json
import sqlite3
import sys
import time
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TOLERANCE_SECONDS = 300
_TABLE = """
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, subject TEXT, sequence INTEGER, type TEXT, body TEXT, received_at REAL, arrival INTEGER
);
CREATE TABLE IF NOT EXISTS refused (received_at REAL, reason TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS repeated (id TEXT, received_at REAL);
"""


class Inbox:
    """What has been received, on disk: a message that was acknowledged is never forgotten."""

    def __init__(self, path: Path):
        self.path = path
        with self._open() as database:
            database.executescript(_TABLE)

    def keep(self, message_id, event):
        """Keep a message; one that is there already is noted as repeated."""
        with self._open() as database, database:
            row = (message_id, event["subject"], event["sequence"], event["type"], json.dumps(event), time.time())
            added = database.execute(
                "INSERT OR IGNORE INTO message SELECT ?, ?, ?, ?, ?, ?, count(*) + 1 FROM message", row
            )
            if not added.rowcount:
                database.execute("INSERT INTO repeated VALUES (?, ?)", (message_id, time.time()))

    def refuse(self, reason, body):
        with self._open() as database, database:
            database.execute("INSERT INTO refused VALUES (?, ?, ?)", (time.time(), reason, body))

    def events(self, subjects=None):
        """Return the events kept, in the order of arrival."""
        with self._open() as database:
            rows = database.execute("SELECT body FROM message ORDER BY arrival").fetchall()
        events = [json.loads(body) for (body,) in rows]
        return events if subjects is None else [event for event in events if event["subject"] in subjects]

    def refused_since(self, moment):
        """Return why messages were refused since a moment in ISO 8601."""
        since = datetime.fromisoformat(moment).timestamp()
        with self._open() as database:
            rows = database.execute("SELECT reason FROM refused WHERE received_at >= ?", (since,))
            return [reason for (reason,) in rows]

    def repeated(self):
        with self._open() as database:
            return database.execute("SELECT count(*) FROM repeated").fetchone()[0]

    def _open(self):
        return closing(sqlite3.connect(self.path, timeout=30))


def serve(port: int, inbox: Inbox, secret_file: Path) -> None:
    """Receive webhooks on this machine until the process ends."""
    ThreadingHTTPServer(("127.0.0.1", port), receiver_of(inbox, secret_file)).serve_forever()


def receiver_of(inbox: Inbox, secret_file: Path):
    """Return the class that answers requests; the secret is read anew for each, since it may be replaced."""

    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            reason = why_not_genuine(self.headers, body, secret_file.read_text().split(), now=time.time())
            if reason:
                inbox.refuse(reason, body.decode(errors="replace"))
            else:
                inbox.keep(self.headers["webhook-id"], json.loads(body))
            self.send_response(401 if reason else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Keep quiet: the inbox is the log."""

    return Receiver


def why_not_genuine(headers, body: bytes, secrets: list[str], *, now: float) -> str:
    """Return what is wrong with a message by the rules of Standard Webhooks 1.0, or an empty text."""
    message_id, sent_at, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not message_id or not sent_at.isdecimal():
        return "headers are missing"
    if abs(now - int(sent_at)) > _TOLERANCE_SECONDS:
        return "the timestamp is too old"
    content = f"{message_id}.{sent_at}.".encode() + body
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
        if any(hmac.compare_digest(expected, signature) for signature in signatures.split()):
            return ""
    return "no signature fits"


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    serve(int(sys.argv[1]), Inbox(folder / "received.sqlite"), folder / "webhook-secret")
