"""How often a key may call, from where, and that all processes count the same."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from apps.api.models import RequestWindow
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.models import ApiKey
from apps.partners.operations import CannotCreateKey, create_key
from apps.payouts.models import Payout
from tests import factories
from tests.api.conftest import ApiClient, a_payout


def client_of(platform, **options):
    return ApiClient(create_key(platform.pk, "Limited", ["payouts:write"], by=SYSTEM, **options)[1])


def test_every_answer_tells_what_is_left(platform):
    client = client_of(platform, requests_per_minute=3)
    for path, left in (("/payouts", 2), ("/payouts?foo=1", 1), ("/recipients", 0)):
        answer = client.read(path)
        assert answer["RateLimit-Policy"] == '"key";q=3;w=60'
        assert re.fullmatch(rf'"key";r={left};t=(59|60)', answer["RateLimit"]), answer["RateLimit"]


def test_one_request_too_many_is_refused_and_does_nothing(platform, bank_account):
    client = client_of(platform, requests_per_minute=1)
    client.read("/payouts")
    answer = client.create("/payouts", a_payout(), key="k")
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/quota-exceeded")
    assert answer.json()["violated-policies"] == ["key"]
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer["RateLimit"].startswith('"key";r=0;')
    assert not Payout.objects.exists()

    RequestWindow.objects.update(began_at=RequestWindow.objects.get().began_at - timedelta(seconds=60))
    assert client.read("/payouts")["RateLimit"] == '"key";r=0;t=60'


def test_other_keys_of_the_platform_have_their_own(platform):
    first, second = client_of(platform, requests_per_minute=1), client_of(platform, requests_per_minute=1)
    assert [client.read("/payouts").status_code for client in (first, second, first)] == [200, 200, 429]


def test_the_limit_is_exact_over_many_connections(committed_db):
    """A second or two: forty requests in eight threads, each with a connection of its own, as processes have."""
    platform = factories.partner()
    token = create_key(platform.pk, "Limited", ["payouts:read"], by=SYSTEM, requests_per_minute=15)[1]

    def ask(_number):
        try:
            return ApiClient(token).read("/payouts").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(40)))
    assert (answers.count(200), answers.count(429)) == (15, 25)
    assert RequestWindow.objects.get().count == 40


def test_counting_is_not_written_to_the_log_of_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'api_requestwindow'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.parametrize(
    ("network", "address", "status"),
    [
        ("127.0.0.0/8", "127.0.0.1", 200),
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.0/24", "::ffff:192.0.2.9", 200),
        ("2001:db8::/32", "2001:db8::1", 200),
        ("192.0.2.0/24", "192.0.3.1", 403),
        ("2001:db8::/32", "192.0.2.1", 403),
        ("192.0.2.0/24", "", 403),
    ],
)
def test_key_opens_only_from_its_networks(platform, network, address, status):
    client = client_of(platform, networks=[network])
    client.defaults["REMOTE_ADDR"] = address
    answer = client.read("/payouts")
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "/problems/address-not-allowed"
        assert Event.objects.get(type="access.refused").data["code"] == "address-not-allowed"
        assert not RequestWindow.objects.exists()


def test_faults_of_a_limited_key_are_named(platform):
    before = ApiKey.objects.count()
    with pytest.raises(CannotCreateKey) as refusal:
        create_key(platform.pk, "Limited", ["payouts:read"], by=SYSTEM, networks=["192.0.2.0/24", "10.0.0.1/8", "here"],
                   requests_per_minute=0)  # fmt: skip
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/networks", "network-format"),
        ("/networks", "network-format"),
        ("/requests_per_minute", "out-of-range"),
    ]
    assert ApiKey.objects.count() == before


def test_a_rotated_key_keeps_its_limits(platform):
    token = create_key(
        platform.pk, "Limited", ["keys:write"], by=SYSTEM, networks=["127.0.0.1"], requests_per_minute=7
    )[1]
    made = ApiClient(token).create("/api-keys/rotate").json()
    assert (made["networks"], made["requests_per_minute"]) == (["127.0.0.1/32"], 7)
