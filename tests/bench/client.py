"""A small HTTP client over kept-alive connections."""

import http.client
import json
import socket
import threading
import time
import uuid


class Client:
    """One kept-alive connection to the portal."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def post(self, path, body):
        """Send JSON with a new idempotency key; return the JSON of a 201, or fail."""
        headers = self.headers | {"Idempotency-Key": uuid.uuid4().hex}
        self.connection.request("POST", path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{path}: {answer.status} {text[:500]}")
        return json.loads(text)


def rate(port, token, path, bodies, connections=4):
    """Send the bodies over so many connections at once; return requests per second."""
    return load(port, token, path, bodies, connections)[0]


def load(port, token, path, bodies, connections=4):
    """Send the bodies over so many connections at once; return requests per second, and the seconds that each took."""
    share = [bodies[number::connections] for number in range(connections)]
    start_together = threading.Barrier(connections + 1)
    failures, seconds = [], []

    def send(part):
        client = Client(port, token)
        start_together.wait()
        try:
            for body in part:
                start = time.perf_counter()
                client.post(path, body)
                seconds.append(time.perf_counter() - start)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=[part]) for part in share]
    for thread in threads:
        thread.start()
    start_together.wait()
    start = time.monotonic()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(bodies) / (time.monotonic() - start), seconds


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    """Tell whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
