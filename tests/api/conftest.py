"""A platform with a key, a client that speaks the API, and a second platform that must never be seen."""

import json
from itertools import count

import pytest
from django.test import Client

from apps.partners.versions import NEWEST
from tests import factories
from tests.api import description

_keys = count(1)


class ApiClient(Client):
    """
    Sends JSON with a key; every POST gets an Idempotency-Key of its own unless it brings one.

    Every answer is held against the API's own description.
    """

    def __init__(self, token, version=NEWEST, **options):
        super().__init__(raise_request_exception=True, **options)
        self.token, self.version = token, version

    def send(self, method, path, body=None, *, raw=None, key="new", **headers):
        """Return the answer; its `json()` is the document. Header names are given with underscores."""
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = sent.pop("Content-Type", "application/json")
        if method != "GET" and key == "new":
            sent["Idempotency-Key"] = f"test-{next(_keys)}"
        elif key not in ("new", None):
            sent["Idempotency-Key"] = key
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent = {name: value for name, value in sent.items() if value is not None}
        answer = self.generic(method, f"/api/v1{path}", data, content_type=content_type, headers=sent)
        description.check(method, path, answer, sent.get("Payouts-Version") or self.version)
        return answer

    def read(self, path, **headers):
        return self.send("GET", path, **headers)

    def create(self, path, body=None, **options):
        return self.send("POST", path, body, **options)


@pytest.fixture
def api(platform):
    """A client with a key of the platform that has every scope."""
    return ApiClient(factories.key_of(platform)[1])


@pytest.fixture
def client_with(platform):
    """Return a client whose key has only the given scopes."""
    return lambda *scopes: ApiClient(factories.key_of(platform, scopes)[1])


@pytest.fixture
def stranger(platform):
    """A client of another platform of the same portal."""
    return ApiClient(factories.key_of(factories.partner("Otherbazaar"))[1])


def a_recipient(**changes):
    """Return the body of a request for a recipient."""
    method = {"type": "iban", "iban": factories.iban()}
    return {"kind": "individual", "name": "Ada Quill", "country": "DE", "method": method, **changes}


def a_payout(**changes):
    """Return the body of a request for a payout with its recipient inline."""
    body = {"recipient": a_recipient(), "amount": "125.50", "currency": "EUR", "reference": f"INV-{next(_keys)}"}
    return {**body, **changes}
