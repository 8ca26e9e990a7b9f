"""The bank's API over HTTP: it reads strictly, decides under the account's lock, and answers, if nothing befalls the answer."""

import hmac
import json
import logging
import re
import socket
import struct
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from apps.sandbox.instant.account import InstantAccount, Order, Reply
from apps.sandbox.instant.customers import token_for
from apps.sandbox.scenarios import CUT_SHORT, GARBAGE, LOST_ANSWER, LOST_REQUEST, SERVER_ERROR

logger = logging.getLogger(__name__)

_PATH = re.compile(r"/accounts/([A-Z0-9]{15,34})/(instant-payments|recalls)(?:/([^/?]{1,120}))?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]{0,34}", re.ASCII)
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,11})\.([0-9]{2})", re.ASCII)
_MOST_BYTES = 16 * 1024


class BadRequest(Exception):
    """The request is refused; nothing was created."""

    def __init__(self, status: int, code: str, detail: str):
        super().__init__(detail)
        self.reply = Reply(status, {"code": code, "detail": detail})


class InstantBank(ThreadingHTTPServer):
    """
    The server. `customers` returns a `Customer` for an IBAN, or None; `wishes` the `Wishes` of the one with a folder.

    One process at a time may serve an account; see the command `sandbox_instant_bank`.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, customers, wishes=lambda folder: None):
        self.customers, self.wishes = customers, wishes
        self.accounts = {}
        self.opening = threading.Lock()
        super().__init__(address, _Call)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def account(self, folder) -> tuple[InstantAccount, threading.Lock]:
        """Return the account whose log is in the folder, and the lock to hold while it decides."""
        with self.opening:
            if folder not in self.accounts:
                self.accounts[folder] = (InstantAccount(folder, self.wishes(folder)), threading.Lock())
            return self.accounts[folder]

    def server_close(self):
        super().server_close()
        for account, lock in self.accounts.values():
            with lock:
                account.close()
        self.accounts.clear()

    def handle_error(self, request, client_address):
        logger.warning("a call broke off", exc_info=True)


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "SandboxInstantBank", ""
    timeout = 60

    def do_POST(self):
        self._serve()

    def do_GET(self):
        self._serve()

    def log_message(self, *_):
        """Leave the path out of the logs: there is an account number in it."""

    def _serve(self):
        try:
            reply = self._decide()
        except BadRequest as refusal:
            reply = refusal.reply
        except Exception:
            logger.exception("the bank could not decide")
            reply = Reply(500, {"code": "internal-error", "detail": "Something went wrong."})
        if reply.wait_seconds:
            time.sleep(reply.wait_seconds)
        with suppress(OSError):  # whoever called may be gone
            self._deliver(reply)

    def _decide(self) -> Reply:
        found = _PATH.fullmatch(self.path)
        body = self._body() if self.command == "POST" else None
        if not found:
            raise BadRequest(404, "no-such-resource", "There is nothing at this address.")
        iban, resource, name = found[1], found[2], unquote(found[3] or "")
        if not hmac.compare_digest(
            self.headers.get("Authorization", "").encode(), f"Bearer {token_for(iban)}".encode()
        ):
            raise BadRequest(401, "unauthorized", "The token is missing or wrong.")
        customer = self.server.customers(iban)
        if customer is None:
            raise BadRequest(404, "no-such-account", "There is no such account with instant payments.")
        if bool(name) == (self.command == "POST"):
            raise BadRequest(404, "no-such-resource", "There is nothing at this address.")
        account, lock = self.server.account(customer.folder)
        with lock:
            now, terms = customer.now(), customer.terms
            if self.command == "GET":
                ask = account.query if resource == "instant-payments" else account.query_recall
                return ask(name, terms, now)
            if resource == "instant-payments":
                return account.submit(_read_order(body, customer.currency), terms, now)
            return account.recall(_id(body, "recall_id"), _id(body, "end_to_end_id"), terms, now)

    def _body(self) -> dict:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MOST_BYTES:
            self.close_connection = True
            raise BadRequest(400, "unreadable", "Send a body of known length, at most 16 KiB.")
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            raise ConnectionError("the request broke off")
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise BadRequest(400, "unreadable", "Send a JSON object.")
        return body

    def _deliver(self, reply: Reply):
        if reply.trouble in (LOST_REQUEST, LOST_ANSWER):
            self._reset()
            return
        status, content = reply.status, json.dumps(reply.content).encode()
        if reply.trouble == SERVER_ERROR:
            status, content = 500, b'{"code": "internal-error", "detail": "Something went wrong."}'
        elif reply.trouble == GARBAGE:
            content = b"<html><body>It works!</body></html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if reply.trouble == CUT_SHORT:
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        else:
            self.wfile.write(content)

    def _reset(self):
        """End the connection with a reset, as if a machine between the two had died."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()


def _read_order(body: dict, currency: str) -> Order:
    creditor = body.get("creditor")
    if not isinstance(creditor, dict):
        raise BadRequest(422, "creditor-missing", "Name the creditor.")
    amount = _AMOUNT.fullmatch(body["amount"]) if isinstance(body.get("amount"), str) else None
    if amount is None or not int(amount[1] + amount[2]):
        raise BadRequest(422, "invalid-amount", "Send the amount as a string with two decimals, above zero.")
    if body.get("currency") != currency:
        raise BadRequest(422, "invalid-currency", f"The account pays {currency} only.")
    return Order(
        instruction_id=_id(body, "instruction_id"),
        end_to_end_id=_id(body, "end_to_end_id"),
        amount=int(amount[1] + amount[2]),
        currency=currency,
        creditor_name=_words(creditor, "name", 70, "creditor-name"),
        creditor_iban=_words(creditor, "iban", 34, "creditor-iban"),
        remittance=_words(body, "remittance", 140, "remittance", may_be_empty=True),
    )


def _id(body: dict, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadRequest(422, f"invalid-{name.replace('_', '-')}", "Up to 35 letters, digits and hyphens.")
    return value


def _words(body: dict, name: str, longest: int, what: str, *, may_be_empty=False) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest or not (value or may_be_empty):
        raise BadRequest(422, f"invalid-{what}", f"Up to {longest} characters.")
    return value
