"""`clients/typescript`: built, which checks its types, and tried against the portal served over HTTP."""

import json
import os
import subprocess
import time

import pytest

from apps.core import money
from apps.events.signing import new_secret, sign
from apps.payouts.models import Payout
from clients import node
from tests.clients.conftest import LOST

SCENES = node.FOLDER / "dist" / "test" / "scenes.js"

pytestmark = pytest.mark.slow
"""Compiling takes some seconds, once; the rest commits, and serves the portal."""


@pytest.fixture(scope="module")
def act(typescript):
    """Return a function that has the client play a scene, and returns what it printed."""

    def play(scene, api="http://127.0.0.1:9/api/v1", key="key", given=None):
        environment = os.environ | {"PAYOUTS_API": api, "PAYOUTS_KEY": key, "INPUT": json.dumps(given)}
        command = [node.program(), SCENES, scene]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return play


def test_payouts_are_made_listed_and_refused(act, shop):
    done = act("everyday", shop.api, shop.token)
    assert (done["status"], done["amount"], done["events"][0]) == ("scheduled", 1250, "payout.created")
    assert done["listed"] == done["made"][::-1] and len(done["made"]) == 3
    assert {payout.public_id for payout in Payout.objects.all()} == set(done["made"])

    done = act("edits", shop.api, shop.token)
    assert (done["email"], done["plan"]) == ("ada@example.test", ["reading", "csv", 24])
    assert (done["stale"]["name"], done["stale"]["type"]) == ("StaleRevision", "/problems/precondition-failed")

    done = act("refusals", shop.api, shop.token)
    assert (done["faulty"]["name"], done["faulty"]["key"]) == ("ValidationFailed", "k-1")
    assert [(fault["pointer"], fault["code"]) for fault in done["faulty"]["errors"]] == [
        ("/amount", "too-many-decimals")
    ]
    assert (done["missing"]["name"], done["stranger"]["name"]) == ("NotFound", "Unauthenticated")
    assert "wrong" not in json.dumps(done)
    assert Payout.objects.count() == 3


def test_what_got_no_answer_is_repeated_with_the_same_key_and_paid_once(act, shop, road):
    road.mishaps = [LOST, (503, None), (502, "0"), (409, "0"), (429, "0")]
    done = act("payout", road.api, shop.token, "INV-1")
    [key] = {key for _, _, key in road.seen}
    assert (len(road.seen), bool(key), done) == (6, True, {"answered": Payout.objects.get().public_id})

    road.seen.clear()
    road.mishaps = [LOST] * 6
    done = act("payout", road.api, shop.token, "INV-2")
    assert (done["name"], {key for _, _, key in road.seen}, len(road.seen)) == ("Unreachable", {done["key"]}, 6)
    assert Payout.objects.count() == 2, "the portal had it all along"

    strangers = (((200, None), "Unreachable"),)  # something on the way answered in the portal's place
    for mishap, name in (((429, "3600"), "TooManyRequests"), ((409, None), "Conflict"), *strangers):
        road.seen.clear()
        road.mishaps = [mishap]
        done = act("payout", road.api, shop.token, "INV-3")
        assert (done["name"], len(road.seen)) == (name, 1)
    road.mishaps = [(302, None)] * 6
    assert act("payout", road.api, shop.token, "INV-3")["name"] == "Unreachable" and len(road.seen) == 7
    road.seen.clear()
    assert act("abandoned", road.api, shop.token) == "AbortError" and road.seen == []
    assert Payout.objects.count() == 2


def test_webhooks_are_verified(act):
    former, new, other = new_secret(), new_secret(), new_secret()
    now, body = int(time.time()), '{"id":"evt_1","type":"payout.paid","data":{"name":"Zoë"}}'

    def message(signed_with, secrets, at=now, **changes):
        signature = sign("evt_1", at, body.encode(), secrets=signed_with)
        headers = {"Webhook-Id": "evt_1", "webhook-timestamp": str(at), "Webhook-Signature": signature}
        case = {"body": body, "headers": headers, "secrets": secrets}
        return {**case, **changes}

    good = [
        message([new], [new]),
        message([former, new], [new]),
        message([former, new], [former]),
        message([new], [former, new]),
    ]
    bad = [
        message([new], [other]),
        message([new], []),
        message([new], [new], body=body + " "),
        message([new], [new], at=now - 301),
        message([new], [new], at=now + 330),
        message([new], [new], headers={}),
        message([], [new]),
    ]
    assert act("webhooks", given=good + bad) == ["evt_1"] * len(good) + ["NotGenuine"] * len(bad)


def test_money_is_the_same_integer_as_the_portals(act):
    amounts = (1, 5, 100, 12_345, 10**15 - 1)
    cases = [(money.format_amount(units, code), code, units) for code in money.currencies() for units in amounts]
    assert act("money", given=cases) == [True] * len(cases)
