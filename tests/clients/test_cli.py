"""The command `payouts`, as a developer runs it: a process of its own, against the portal served over HTTP."""

import json
import os
import subprocess
import sys
import threading
import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from standardwebhooks.webhooks import Webhook

from apps.events.models import Event
from apps.payouts.models import Payout
from tests import factories
from tests.events.conftest import Receiver, status
from tests.sandbox.turning import Shop, instant_bank, turn

CLI = Path(__file__).resolve().parents[2] / "clients" / "cli"

# Each commits, serves the portal, and starts Python again.
pytestmark = [pytest.mark.usefixtures("watchlist", "bank_folder"), pytest.mark.slow]


@pytest.fixture
def shop(site):
    shop = Shop()
    shop.site = site
    return shop


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


def run(shop, *arguments, key=None, timeout=60):
    """Return the process that has ended, with what it printed."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CLI), "PAYOUTS_API": f"{shop.site}/api/v1"}
    environment |= {"PAYOUTS_KEY": shop.token if key is None else key}
    command = [sys.executable, "-m", "payouts_cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, check=False)


@contextmanager
def busy():
    """Let the portal's jobs and the bank take their turns beside the test, as worker and bank do."""
    over = threading.Event()

    def work():
        while not over.is_set():
            turn(1)
            over.wait(0.05)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_events_are_tailed_from_where_one_wants(shop):
    [payout] = shop.pay(1_000)
    every = run(shop, "events", "tail", "--after", "start", "--once", "--json")
    events = [json.loads(line) for line in every.stdout.splitlines()]
    assert [event["id"] for event in events] == [
        event.public_id for event in Event.objects.filter(partner_id=shop.partner.pk).order_by("id")
    ]
    created = next(event for event in events if event["type"] == "payout.created")
    assert (created["subject"], every.returncode, every.stderr) == (payout.public_id, 0, "")
    assert run(shop, "events", "tail", "--once").stdout == "", "from now on"
    later = run(shop, "events", "tail", "--once", "--after", created["id"], "--type", "payout.approved")
    assert [line.split()[1] for line in later.stdout.splitlines()] == ["payout.approved"] * len(
        later.stdout.splitlines()
    )


def test_what_is_forwarded_is_signed_like_a_webhook_and_comes_again_until_it_is_taken(shop, receiver):
    shop.pay(1_000)
    receiver.answers = [status(500)]
    secret = "whsec_" + "QUJD" * 11
    url = receiver.url.replace("127.0.0.1", "localhost")
    ended = run(shop, "listen", "--forward-to", url, "--secret", secret, "--after", "start", "--once")
    assert (ended.returncode, ended.stderr) == (0, "")
    committed = [event.public_id for event in Event.objects.filter(partner_id=shop.partner.pk).order_by("id")]
    assert receiver.ids() == [committed[0], *committed], "the refused one first, and again"
    for one in receiver.received:
        message = Webhook(secret).verify(one.body, one.headers)
        assert message["id"] == one.headers["webhook-id"] and "object" not in message
    assert "-> 500" in ended.stdout and ended.stdout.count("-> 204") == len(committed)


def test_nothing_is_forwarded_to_other_machines(shop):
    ended = run(shop, "listen", "--forward-to", "http://192.0.2.1/hooks", "--once")
    assert (ended.returncode, "an address of this machine" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "reached"),
    [
        (["refused", "--reason", "AC06"], ("failed", "AC06")),
        (["returned", "--reason", "MD07", "--days", "0"], ("returned", "")),
        (["in_review", "--name", factories.LISTED], ("in_review", "")),
    ],
    ids=["refused", "returned", "in_review"],
)
def test_a_payout_is_brought_to_an_outcome(shop, arguments, reached):
    with busy():
        ended = run(shop, "trigger", *arguments, "--seconds", "100", timeout=120)
    payout = Payout.objects.get()
    assert (payout.status, ended.returncode) == (reached[0], 0), ended.stdout + ended.stderr
    assert reached[1] in ("", payout.failure_code)
    assert payout.public_id in ended.stdout


def test_an_instant_payment_says_beforehand_what_becomes_of_it(shop):
    with instant_bank(), busy():
        arguments = ["refused", "--reason", "AC06", "--rail", "sepa_instant"]
        ended = run(shop, "trigger", *arguments, "--seconds", "100", timeout=120)
    payout = Payout.objects.get()
    assert (payout.status, payout.failure_code, ended.returncode) == ("failed", "AC06", 0), ended.stdout + ended.stderr


def test_without_money_a_payout_waits(shop):
    poor = Shop("Poor", funds=0)
    poor.site = shop.site
    ended = run(poor, "trigger", "awaiting_funds")
    assert (Payout.objects.get().status, ended.returncode) == ("awaiting_funds", 0)


@pytest.mark.parametrize(
    ("arguments", "key", "code", "said"),
    [
        (["trigger", "exploded"], None, 1, "One of: paid, refused"),
        (["trigger", "paid", "--amount", "1.234"], None, 1, "EUR has 2 decimals."),
        (["events", "tail", "--once"], "pp_sandbox_wrong", 1, "401"),
        (["events", "tail", "--once", "--after", "evt_unknown"], None, 1, "after There is nothing here"),
        (["events", "tail", "--once"], "", 2, "Set PAYOUTS_KEY"),
    ],
)
def test_refusals_are_told(shop, arguments, key, code, said):
    ended = run(shop, *arguments, key=key)
    assert (ended.returncode, said in ended.stderr) == (code, True), ended.stderr
    assert "Traceback" not in ended.stderr and shop.token not in ended.stderr + ended.stdout


def test_the_package_needs_nothing_and_names_its_command():
    project = tomllib.loads((CLI / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["dependencies"], project["scripts"]) == ([], {"payouts": "payouts_cli.main:main"})
