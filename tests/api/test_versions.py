"""Older programs get what they were written for, and the description of their version is true."""

import json

import pytest
from django.conf import settings
from openapi_spec_validator import validate

from apps.api.openapi import document
from apps.api.versions import CHANGES, VERSIONS, answer_of
from apps.events.models import Endpoint
from apps.partners.models import ApiKey
from apps.partners.versions import NEWEST
from tests import factories
from tests.api.conftest import ApiClient, a_payout, a_recipient
from tests.api.test_webhooks import HOOK

OLDEST = VERSIONS[0]


@pytest.fixture
def older(platform):
    """A client whose key was made for the oldest version."""
    user, token = factories.key_of(platform)
    ApiKey.objects.filter(pk=user.api_key.pk).update(api_version=OLDEST)
    return ApiClient(token, version=OLDEST)


def test_key_stays_with_its_version_and_a_request_may_name_another(api, older):
    assert api.read("/payouts")["Payouts-Version"] == NEWEST
    assert older.read("/payouts")["Payouts-Version"] == OLDEST
    assert older.read("/payouts", Payouts_Version=NEWEST)["Payouts-Version"] == NEWEST
    answer = api.read("/payouts", Payouts_Version="2026-11-02")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unknown-version")
    assert answer.json()["versions"] == list(VERSIONS)


def test_new_keys_are_made_for_the_newest_version(platform):
    assert factories.key_of(platform)[0].api_key.api_version == NEWEST == VERSIONS[-1]


def test_answers_of_the_oldest_version_fit_its_description(older, bank_account):
    """Every answer below is held against the description of the oldest version by the client itself."""
    endpoint = older.create("/webhook-endpoints", HOOK).json()
    path = f"/webhook-endpoints/{endpoint['id']}"
    assert "disabled" not in endpoint and endpoint["status_reason"] is None
    assert older.create(f"{path}/disable").json()["status_reason"] == "Disabled by the platform."
    [listed] = older.read("/webhook-endpoints").json()["data"]
    assert listed == older.read(path).json()
    assert older.send("PATCH", path, {"description": "last one wins"}).status_code == 200

    payout = older.create("/payouts", a_payout()).json()
    older.create("/recipients", a_recipient())
    older.create("/sandbox/deposits", {"amount": "1.00"})
    for address in ("/payouts", f"/payouts/{payout['id']}", f"/payouts/{payout['id']}/explain", "/recipients", "/balances",
                    "/events", "/rails", "/api-keys", "/batches", "/batch-plans", "/sandbox/clock"):  # fmt: skip
        assert older.read(address).status_code == 200


def test_the_newest_version_says_when_and_why_together(api):
    path = f"/webhook-endpoints/{api.create('/webhook-endpoints', HOOK).json()['id']}"
    assert api.read(path).json()["disabled"] is None
    disabled = api.create(f"{path}/disable").json()
    assert disabled["disabled"] == {
        "reason": "Disabled by the platform.",
        "at": Endpoint.objects.get().disabled_at.isoformat(),
    }
    assert "status_reason" not in disabled


def test_same_key_in_another_version_is_another_request(api):
    assert api.create("/recipients", a_recipient(), key="k").status_code == 201
    body = a_recipient()
    api.create("/recipients", body, key="k2")
    answer = api.create("/recipients", body, key="k2", Payouts_Version=OLDEST)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


@pytest.mark.parametrize("version", VERSIONS)
def test_description_of_every_version_is_served_and_valid(client, version):
    served = client.get(f"/api/v1/openapi.json?version={version}").json()
    assert served == json.loads(document(version))
    assert served["info"]["version"] == version
    validate(served)
    assert client.get("/api/v1/openapi.json?version=2026-11-02").status_code == 400


def test_a_platforms_own_words_are_left_alone():
    metadata = {"object": "webhook_endpoint_of_theirs", "disabled": "x"}
    assert answer_of(OLDEST, {"object": "payout", "metadata": metadata}) == {"object": "payout", "metadata": metadata}


def test_changes_are_of_known_versions_and_told_in_the_documentation():
    page = (settings.BASE_DIR / "docs" / "integrate" / "versions.md").read_text(encoding="utf-8")
    for change in CHANGES:
        assert change.since in VERSIONS[1:]
        assert change.what in page
