"""What the bank's API refuses, and that nothing is in the log then."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.sandbox.instant.customers import token_for
from tests.rails.samples import iban


def send(bank, method="POST", path="instant-payments", body=None, token=None, number=None, raw=None):
    connection = http.client.HTTPConnection(*bank.server.server_address, timeout=5)
    number = number or iban()
    headers = {"Authorization": f"Bearer {token or token_for(number)}"}
    content = raw if raw is not None else json.dumps(body) if body is not None else None
    connection.request(method, f"/accounts/{number}/{path}", content, headers)
    response = connection.getresponse()
    answer = (response.status, json.loads(response.read()))
    connection.close()
    return answer


def payment(**changes):
    return {
        "instruction_id": "I-1",
        "end_to_end_id": "E-1",
        "amount": "12.50",
        "currency": "EUR",
        "creditor": {"name": "Ann Example", "iban": iban(bban="200000000000000001"), "country": "DE"},
        "remittance": "",
    } | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "12.5"}, "invalid-amount"),
        ({"amount": "0.00"}, "invalid-amount"),
        ({"amount": 12.5}, "invalid-amount"),
        ({"amount": "-1.00"}, "invalid-amount"),
        ({"currency": "USD"}, "invalid-currency"),
        ({"creditor": None}, "creditor-missing"),
        ({"creditor": {"name": "", "iban": "x"}}, "invalid-creditor-name"),
        ({"end_to_end_id": "a/b"}, "invalid-end-to-end-id"),
        ({"instruction_id": "x" * 36}, "invalid-instruction-id"),
        ({"remittance": "x" * 141}, "invalid-remittance"),
    ],
)
def test_faulty_payment_is_refused(instant_bank, changes, code):
    status, answer = send(instant_bank, body=payment(**changes))
    assert (status, answer["code"]) == (422, code)
    assert instant_bank.log() == []


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"token": "wrong", "body": payment()}, 401, "unauthorized"),
        ({"number": iban("AT", "1000000000000001"), "body": payment()}, 404, "no-such-account"),
        ({"path": "wires", "body": payment()}, 404, "no-such-resource"),
        ({"path": "instant-payments/E-1", "body": payment()}, 404, "no-such-resource"),
        ({"method": "GET"}, 404, "no-such-resource"),
        ({"raw": "not json"}, 400, "unreadable"),
        ({"raw": "[]"}, 400, "unreadable"),
        ({"raw": " " * 20_000}, 400, "unreadable"),
    ],
)
def test_request_that_is_none_is_refused(instant_bank, request_, status, code):
    found = send(instant_bank, **request_)
    assert (found[0], found[1]["code"]) == (status, code)
    assert instant_bank.log() == []


@pytest.mark.parametrize(("number", "code"), [("DE00200000000000000001", "AC01"), (iban("US", "1" * 16), "AG03")])
def test_account_that_cannot_be_paid_is_refused_for_good(instant_bank, number, code):
    status, answer = send(instant_bank, body=payment(creditor={"name": "Ann", "iban": number, "country": "DE"}))
    assert (status, answer["status"], answer["reason"]["code"]) == (201, "RJCT", code)
    assert instant_bank.log() == ["refused"]


def test_many_calls_at_once_make_one_payment(instant_bank):
    with ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(lambda attempt: instant_bank.submit(attempt=attempt), range(1, 33)))
    assert {answer.outcome for answer in answers} == {"executed"}
    assert len({answer.bank_reference for answer in answers}) == 1
    assert sorted(instant_bank.log()) == ["executed"] + ["repeated"] * 31
