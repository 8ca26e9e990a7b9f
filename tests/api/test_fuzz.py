"""
Everything the description allows, and much that it does not: no answer is a breakdown or anything it does not say.

Requests are made by schemathesis from the description: half of them as it wants them, half of them wrong in some way. Half of
the ids are of things that are there. Then it walks along the links of the answers. FUZZ_CASES says how many requests are
made (`make fuzz`); the few of the suite are always the same.
"""

import os
from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.api.versions import HEADER
from apps.compliance.operations import ask_platform
from apps.partners.versions import NEWEST, VERSIONS
from apps.payouts.models import Payout
from payouts_portal.wsgi import application
from tests import factories
from tests.api.conftest import ApiClient, a_payout, a_recipient
from tests.api.description import described

CASES = int(os.environ.get("FUZZ_CASES", "0"))
FEW = 700
SEED = int(os.environ.get("FUZZ_SEED", "1"))
GOOD = {
    "POST /api/v1/payouts": a_payout,
    "POST /api/v1/recipients": a_recipient,
    "POST /api/v1/recipients/check": a_recipient,
    "POST /api/v1/batches": lambda: {"reference": factories.iban(), "payouts": [a_payout()]},
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = sum(len(methods) for methods in described()["paths"].values())
SHARE_OF_WALKS = 0.2


@pytest.fixture
def platform_with_things(platform, analyst):
    """A token of the platform, and ids of things that it has, by collection."""
    token = factories.key_of(platform)[1]
    api = ApiClient(token)
    api.create("/payouts", a_payout(recipient=a_recipient(name=factories.LISTED)))
    asked = ask_platform(Payout.objects.get().review_id, "Which birthday do they have?", days=5, by=analyst)
    payout = api.create("/payouts", a_payout()).json()
    endpoint = api.create("/webhook-endpoints", {"url": "http://127.0.0.1:9/x", "event_types": ["*"]}).json()
    batch = api.create("/batches", {"reference": "B-1", "payouts": [a_payout()]}).json()
    plan = api.create("/batch-plans?reference=B-2", raw=b'{"amount": "1"}', Content_Type="application/x-ndjson").json()
    delivery = api.create(f"/webhook-endpoints/{endpoint['id']}/ping").json()
    return token, {
        "payouts": payout["id"],
        "recipients": payout["recipient"]["id"],
        "batches": batch["id"],
        "batch-plans": plan["id"],
        "events": api.read("/events?limit=1").json()["data"][0]["id"],
        "webhook-endpoints": endpoint["id"],
        "webhook-deliveries": delivery["id"],
        "information-requests": asked.public_id,
        "api-keys": api.read("/api-keys").json()["data"][0]["id"],
        "quotes": api.create("/quotes", {"amount": "1.00", "currency": "EUR", "country": "DE"}).json()["id"],
        "rails": "sepa_credit_transfer",
    }


@pytest.fixture
def kept_connection():
    """One connection for all requests, as Django's own test client keeps it: what they do is rolled back at the end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
def test_no_request_breaks_the_api_or_its_description(platform_with_things, kept_connection):
    """About half a minute: some hundreds of requests, each held against the description."""
    token, things = platform_with_things
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    statuses, tried = Counter(), Counter()
    headers = {"Authorization": f"Bearer {token}"}
    each = max(2, round((CASES or FEW) * (1 - SHARE_OF_WALKS) / OPERATIONS / 2))
    for found in schema.get_all_operations():
        operation = found.ok()
        collection = operation.path.removeprefix("/api/v1/").split("/")[0]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation, mode, each, headers, things.get(collection), statuses, tried)
    _walk(schema, max(2, round((CASES or FEW) * SHARE_OF_WALKS / 8)), headers, statuses)
    total = sum(statuses.values())
    print(f"\n{total} requests to {len(tried)} operations with seed {SEED}: {dict(sorted(statuses.items()))}")
    assert len(tried) == OPERATIONS
    assert total >= (CASES or FEW) * 0.8
    assert {status // 100 for status in statuses} == {2, 4}
    assert statuses[200] + statuses[201] > total / 20


def _try(operation, mode, number, headers, known, statuses, tried):
    @seed(SEED)
    @settings(
        max_examples=number, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def request(case):
        if known and "id" in (case.path_parameters or {}) and sum(statuses.values()) % 2:
            case.path_parameters["id"] = known
        if mode == GenerationMode.POSITIVE and operation.label in GOOD and sum(statuses.values()) % 2:
            case.body = GOOD[operation.label]()  # no schema says which account numbers are right
        answer = case.call_and_validate(headers=_sent(case, headers), checks=CHECKS)
        statuses[answer.status_code] += 1
        tried[operation.label] += 1

    request()


def _walk(schema, number, headers, statuses):
    """Follow the links from answers to what can be asked next."""

    class Walk(schema.as_state_machine()):
        def before_call(self, case):
            case.headers = _sent(case, headers)

        def validate_response(self, response, case, additional_checks=(), **options):
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

    Walk.run(
        settings=settings(
            max_examples=number, stateful_step_count=8, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip


def _sent(case, headers):
    """Return headers with the key in place of whatever key was made up, and what else the request says."""
    for name in [name for name in case.headers or () if name.lower() == "authorization"]:
        del case.headers[name]
    if case.headers and case.headers.get(HEADER) in VERSIONS:  # older answers are held to older descriptions, elsewhere
        case.headers[HEADER] = NEWEST
    return {**(case.headers or {}), **headers}
