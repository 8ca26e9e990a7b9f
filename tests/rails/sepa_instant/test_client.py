"""Every way in which a call can end, against real sockets on loopback."""

import json
import socket
import struct
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import transaction

from tests.instant_bank import INSTANT, bank_account
from tests.rails.samples import iban, instruction

CREDITOR = instruction(1).creditor_account


class Wire:
    """A server that gives one connection after the other to a function; `heard` is what came in."""

    def __init__(self, speak):
        self.heard = []
        self.error = None
        self.speak = speak
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                try:
                    self.speak(self, connection)
                except OSError:  # the caller has hung up
                    continue
                except Exception as error:
                    self.error = error

    def hear(self, connection):
        content = b""
        while b"\r\n\r\n" not in content:
            content += connection.recv(65536)
        head, _, body = content.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        self.heard.append((head.decode(), body.decode()))


@contextmanager
def wire(speak):
    server = Wire(speak)
    try:
        yield server
    finally:
        server.listening.close()
    assert server.error is None, repr(server.error)


def answering(status, content, headers=""):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()

    def speak(server, connection):
        server.hear(connection)
        head = f"HTTP/1.1 {status} Words\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + content)

    return speak


def submit(url, timeout_seconds=2, **changes):
    return INSTANT.submit(bank_account(url, **changes), instruction(1), timeout_seconds=timeout_seconds)


def query(url, timeout_seconds=2):
    return INSTANT.query(bank_account(url), "E-1", timeout_seconds=timeout_seconds)


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_refused_connection_is_not_sent():
    answer = submit(f"http://127.0.0.1:{unused_port()}")
    assert (answer.outcome, answer.code) == ("not_sent", "cannot-connect")


def test_unknown_host_is_not_sent():
    answer = submit("http://bank.invalid")
    assert (answer.outcome, answer.code) == ("not_sent", "host-not-found")


@pytest.mark.parametrize("speech", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_failed_tls_handshake_is_not_sent(speech):
    def speak(server, connection):
        server.heard.append(connection.recv(65536))
        connection.sendall(speech)

    with wire(speak) as server:
        answer = submit(server.url.replace("http", "https"))
        assert (answer.outcome, answer.code) == ("not_sent", "tls-failed")
        assert all(iban().encode() not in heard for heard in server.heard)


def test_tls_handshake_without_end_is_not_sent():
    with wire(lambda server, connection: time.sleep(1)) as server:
        began = time.monotonic()
        answer = submit(server.url.replace("http", "https"), timeout_seconds=0.3)
        assert (answer.outcome, answer.code) == ("not_sent", "tls-failed")
        assert time.monotonic() - began < 0.8


def test_live_account_is_called_over_https_with_its_token_only(settings):
    answer = submit("http://127.0.0.1:1", mode="live")
    assert (answer.outcome, answer.code) == ("not_sent", "insecure-address")
    answer = submit("https://127.0.0.1:1", mode="live")
    assert (answer.outcome, answer.code) == ("not_sent", "no-token")
    settings.INSTANT_TOKENS = {"main": "secret"}
    assert submit(f"https://127.0.0.1:{unused_port()}", mode="live").code == "cannot-connect"


@pytest.mark.parametrize("reads_all", [True, False])
@pytest.mark.parametrize("with_reset", [True, False])
def test_connection_that_breaks_after_the_first_byte_is_unknown(reads_all, with_reset):
    def speak(server, connection):
        if reads_all:
            server.hear(connection)
        else:
            server.heard.append(connection.recv(1))
        if with_reset:
            reset(connection)

    with wire(speak) as server:
        answer = submit(server.url)
        assert (answer.outcome, answer.code) == ("unknown", "connection-broken")
        assert len(server.heard) == 1


def test_silence_is_unknown_and_ends_in_time():
    def speak(server, connection):
        server.hear(connection)
        time.sleep(1)

    with wire(speak) as server:
        began = time.monotonic()
        answer = submit(server.url, timeout_seconds=0.3)
        assert (answer.outcome, answer.code) == ("unknown", "no-answer-in-time")
        assert 0.25 < time.monotonic() - began < 0.8


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n"])
def test_bank_that_speaks_byte_by_byte_does_not_hold_the_line(beginning):
    def speak(server, connection):
        server.hear(connection)
        connection.sendall(beginning)
        for _ in range(40):
            connection.sendall(b"x")
            time.sleep(0.05)

    with wire(speak) as server:
        began = time.monotonic()
        answer = submit(server.url, timeout_seconds=0.4)
        assert answer.outcome == "unknown"
        assert time.monotonic() - began < 1


def test_no_call_outlasts_what_the_bank_is_given_for_one():
    def speak(server, connection):
        server.hear(connection)
        time.sleep(1)

    with wire(speak) as server:
        account = bank_account(server.url)
        account.instant["protocol"]["longest_call_seconds"] = 0.2
        began = time.monotonic()
        assert INSTANT.submit(account, instruction(1), timeout_seconds=60).outcome == "unknown"
        assert time.monotonic() - began < 0.8


@pytest.mark.parametrize(
    ("status", "content", "outcome", "code"),
    [
        (201, {"status": "ACSC", "bank_reference": "R1"}, "executed", ""),
        (200, {"status": "ACSC", "bank_reference": "R1", "duplicate": True}, "executed", ""),
        (201, {"status": "PDNG"}, "accepted", ""),
        (201, {"status": "RJCT", "reason": {"code": "AC04", "text": "The account is closed."}}, "refused", "AC04"),
        (201, {"status": "RJCT", "reason": "because"}, "refused", ""),
        (201, {"status": "DONE"}, "unknown", "unreadable-answer"),
        (201, {}, "unknown", "unreadable-answer"),
        (201, [], "unknown", "unreadable-answer"),
        (201, b"<html>It works!</html>", "unknown", "unreadable-answer"),
        (201, b"", "unknown", "unreadable-answer"),
        (201, b'{"status": "ACSC"' + b" " * 70_000 + b"}", "unknown", "unreadable-answer"),
        (202, {"status": "ACSC"}, "unknown", "status-202"),
        (400, {"code": "unreadable", "detail": "Send JSON."}, "refused", "unreadable"),
        (401, {"code": "unauthorized"}, "not_sent", "unauthorized"),
        (403, {"code": "forbidden"}, "not_sent", "forbidden"),
        (404, {"code": "no-such-account"}, "refused", "no-such-account"),
        (422, {"code": "invalid-amount"}, "refused", "invalid-amount"),
        (422, {"detail": "no code"}, "unknown", "status-422"),
        (404, b"<html>Not found</html>", "unknown", "unreadable-answer"),
        (405, {"code": "method"}, "unknown", "status-405"),
        (409, {"code": "conflict"}, "unknown", "status-409"),
        (429, {"code": "slow-down"}, "unknown", "status-429"),
        (500, {"code": "internal-error"}, "unknown", "status-500"),
        (503, b"<html>Later</html>", "unknown", "unreadable-answer"),
        (307, {"code": "moved"}, "unknown", "status-307"),
    ],
)
def test_what_an_answer_means(status, content, outcome, code):
    with wire(answering(status, content, "Location: http://127.0.0.1:1/\r\n")) as server:
        answer = submit(server.url)
        assert (answer.outcome, answer.code) == (outcome, code)
        assert answer.bank_reference == ("R1" if outcome == "executed" else "")
        assert answer.evidence.startswith(f"{status} Words\n")
        assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("status", "content", "outcome", "code"),
    [
        (200, {"status": "ACSC", "payments": []}, "executed", ""),
        (200, {"status": "PDNG"}, "accepted", ""),
        (200, {"status": "RJCT", "reason": {"code": "AC04"}}, "refused", "AC04"),
        (404, {"code": "absent"}, "absent", "absent"),
        (404, {"code": "no-such-account"}, "unknown", "status-404"),
        (404, b"<html>Not found</html>", "unknown", "unreadable-answer"),
        (401, {"code": "unauthorized"}, "unknown", "status-401"),
        (403, {"code": "not-offered"}, "unknown", "status-403"),
        (201, {"status": "ACSC"}, "unknown", "status-201"),
        (500, {"code": "absent"}, "unknown", "status-500"),
    ],
)
def test_only_a_clear_answer_to_a_query_says_something_about_the_payment(status, content, outcome, code):
    with wire(answering(status, content)) as server:
        answer = query(server.url)
        assert (answer.outcome, answer.code) == (outcome, code)


def test_answer_without_its_end_is_unknown():
    def speak(server, connection):
        server.hear(connection)
        connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"status": "ACSC"}')

    with wire(speak) as server:
        assert (submit(server.url).outcome, submit(server.url).code) == ("unknown", "unreadable-answer")


def test_request_says_all_that_the_bank_needs():
    with wire(answering(201, {"status": "ACSC"})) as server:
        account = bank_account(server.url + "/")
        order = instruction(1, creditor_name="Jürgen Müller & Söhne", remittance="Rechnung № 7", amount=100)
        INSTANT.submit(account, order, timeout_seconds=2)

    [(head, body)] = server.heard
    assert head.split("\r\n")[0] == f"POST /accounts/{iban()}/instant-payments HTTP/1.1"
    assert json.loads(body) == {
        "instruction_id": "PO00TEST00000001-1",
        "end_to_end_id": "PO00TEST00000001",
        "amount": "1.00",
        "currency": "EUR",
        "creditor": {"name": "Juergen Mueller + Soehne", "iban": CREDITOR, "country": "DE"},
        "remittance": INSTANT.bank_text("Rechnung № 7"),
    }
    [token] = [line for line in head.split("\r\n") if line.startswith("Authorization: Bearer ")]
    assert len(token.rpartition(" ")[2]) == 64


def test_evidence_holds_no_account_number_and_is_cut():
    words = {"status": "ACSC", "of": iban(), "to": CREDITOR, "by": iban("AT", "1000000000000001"), "more": "x" * 5000}
    with wire(answering(201, words | {"id": "PO00TEST00000001"})) as server:
        evidence = submit(server.url).evidence
    assert len(evidence) == 2000
    assert f'"of": "DE…{iban()[-4:]}"' in evidence
    assert f'"to": "DE…{CREDITOR[-4:]}"' in evidence
    assert '"by": "AT…0001"' in evidence


def test_ids_in_evidence_stay_readable():
    with wire(answering(201, {"status": "ACSC", "id": "PO00TEST00000001"})) as server:
        assert '"id": "PO00TEST00000001"' in submit(server.url).evidence


def test_no_call_is_made_inside_a_transaction(db):
    with wire(answering(201, {"status": "ACSC"})) as server:
        with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
            submit(server.url)
        assert server.heard == []
