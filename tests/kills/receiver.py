"""
The platform's webhook receiver: `python -m tests.kills.receiver PORT FOLDER`.

It checks every signature and keeps every message, one line of JSON each, before it answers.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from apps.sandbox.story.receiver import why_not_genuine

LOG, SECRET = "received.jsonl", "webhook-secret"


def read_received(folder: Path):
    """Return the events by id, and why messages were refused."""
    events, refused = {}, []
    path = folder / LOG
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        note = json.loads(line)
        if note["refused"]:
            refused.append(note["refused"])
        else:
            events[note["event"]["id"]] = note["event"]
    return events, refused


def receiver_of(folder: Path):
    """Return the class that answers requests."""
    log, writing = (folder / LOG).open("a", encoding="utf-8"), threading.Lock()

    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            reason = why_not_genuine(self.headers, body, (folder / SECRET).read_text().split(), now=time.time())
            note = {"refused": reason, "event": None if reason else json.loads(body)}
            with writing:
                log.write(json.dumps(note) + "\n")
                log.flush()
            self.send_response(401 if reason else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Keep quiet: the log is what was received."""

    return Receiver


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), receiver_of(Path(sys.argv[2]))).serve_forever()
