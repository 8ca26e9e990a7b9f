"""Every refusal under /api/ is a problem, and every problem has a page."""

import pytest
from django.test import Client

from apps.api import problems
from tests.api.conftest import ApiClient, a_payout


def test_every_problem_has_a_page_with_cause_and_cure(client):
    codes = problems.catalogue()
    assert {"validation-failed", "insufficient-funds", "cannot-cancel", "idempotency-key-reused"} <= set(codes)
    listing = client.get("/problems/").content.decode()
    for code, problem in codes.items():
        page = client.get(f"/problems/{code}")
        assert page.status_code == 200
        assert problem.cause and problem.cure, f"{code} does not say its cause and cure"
        assert f"/problems/{code}" in listing
    assert client.get("/problems/no-such-thing").status_code == 404


def test_bug_is_answered_as_a_problem_without_its_details(api, monkeypatch):
    def break_down(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("apps.payouts.operations.create_payouts", break_down)
    api.raise_request_exception = False
    answer = api.create("/payouts", a_payout())
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "/problems/internal-error"
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert "secret" not in answer.content.decode()


def test_plain_http_is_refused_not_redirected(api, settings):
    settings.INSECURE_HTTP = False
    settings.SECURE_SSL_REDIRECT = True
    answer = ApiClient(api.token).read("/payouts")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/https-required")
    assert ApiClient(api.token).get("/api/v1/payouts", secure=True).status_code == 401


@pytest.mark.parametrize("path", ["/api/", "/api/v2/payouts", "/api/v1/payouts/", "/api/v1"])
def test_unknown_addresses_are_problems(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_api_sets_no_cookie_and_reads_no_session(api):
    answer = api.read("/payouts")
    assert not answer.cookies
    assert not hasattr(answer.wsgi_request, "session")


def test_405_names_what_is_allowed(api):
    answer = api.send("PUT", "/payouts", {})
    assert answer["Allow"] == "GET, HEAD, POST"


def test_health():
    assert Client().get("/livez").json() == {"status": "ok"}


def test_ready_with_its_database(db, client):
    assert client.get("/readyz").json() == {"status": "ok"}
