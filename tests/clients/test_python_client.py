"""`clients/python`: built, checked for its types, and tried against the portal served over HTTP."""

import asyncio
import io
import shutil
import subprocess
import sys
import time
from datetime import UTC
from pathlib import Path

import pytest
from payouts_client import (
    AsyncPortal,
    File,
    NotFound,
    NotGenuine,
    Portal,
    PortalError,
    ProblemError,
    Retries,
    TooManyRequests,
    Unauthenticated,
    Unreachable,
    ValidationFailed,
    amount_of,
    each,
    each_async,
    minor_units,
    models,
    verify,
)
from standardwebhooks.webhooks import Webhook

from apps.core import money
from apps.events.signing import new_secret, sign
from apps.payouts.models import Payout
from tests import factories
from tests.clients.conftest import LOST

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "clients" / "python"
QUICK = Retries(first_seconds=0.01)

on_the_wire = pytest.mark.slow
"""Each commits, and serves the portal."""


def a_payout(reference, amount="12.50"):
    method = models.NewMethod(type_="iban", iban=factories.iban())
    recipient = models.InlineRecipient(kind="individual", name="Ada Quill", country="DE", method=method)
    return models.NewPayout(recipient=recipient, amount=amount, currency="EUR", reference=reference)


@on_the_wire
def test_payouts_are_made_and_listed_while_waiting_and_awaited(shop):
    with Portal(shop.token, shop.api) as portal:
        made = [portal.payouts.create_payout(a_payout(f"INV-{number}")) for number in range(5)]
        assert (made[0].status, minor_units(made[0].amount, made[0].currency)) == ("scheduled", 1250)
        assert made[0].created_at.tzinfo is UTC
        assert portal.payouts.retrieve_payout(made[0].id) == made[0]
        newest_first = [payout.id for payout in reversed(made)]
        assert [payout.id for payout in each(portal.payouts.list_payouts, limit=2)] == newest_first
        assert [event.type_ for event in each(portal.payouts.list_payout_events, made[0].id, limit=1)][
            0
        ] == "payout.created"

    async def awaited():
        async with AsyncPortal(shop.token, shop.api) as portal:
            again = await portal.payouts.create_payout(a_payout("INV-5"))
            return again, [row.id async for row in each_async(portal.payouts.list_payouts, limit=4)]

    again, listed = asyncio.run(awaited())
    assert listed == [again.id, *newest_first]


@on_the_wire
def test_edits_files_and_refusals(shop):
    with Portal(shop.token, shop.api) as portal:
        recipient = portal.recipients.create_recipient(
            models.NewRecipient(kind="individual", name="Ada Quill", country="DE")
        )
        change = models.RecipientChange(email="ada@example.test")
        changed = portal.recipients.update_recipient(recipient.id, change, if_match=recipient.etag)
        assert (changed.email, changed.version) == ("ada@example.test", 2)
        with pytest.raises(ProblemError) as stale:
            portal.recipients.update_recipient(recipient.id, models.RecipientChange(name="B"), if_match=recipient.etag)
        assert (stale.value.status, stale.value.type) == (412, "/problems/precondition-failed")

        file = File(io.BytesIO(b"reference,amount\nA,1.00\n"))
        plan = portal.batch_plans.create_batch_plan(file, reference="November", content_type="text/csv")
        assert (plan.status, plan.format_, plan.size) == ("reading", "csv", 24)

        with pytest.raises(ValidationFailed) as refused:
            portal.payouts.create_payout(a_payout("INV-1", amount="1.234"), idempotency_key="k-1")
        assert (refused.value.type, refused.value.idempotency_key) == ("/problems/validation-failed", "k-1")
        assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [("/amount", "too-many-decimals")]
        assert refused.value.request_id.startswith("req_") and "/amount EUR has 2 decimals." in str(refused.value)
        with pytest.raises(NotFound):
            portal.payouts.retrieve_payout("po_" + "0" * 26)
    with Portal("pp_sandbox_wrong", shop.api) as portal, pytest.raises(Unauthenticated) as stranger:
        portal.balances.list_balances()
    assert "wrong" not in repr(vars(stranger.value))
    assert not Payout.objects.exists()


@on_the_wire
def test_what_got_no_answer_is_repeated_with_the_same_key_and_paid_once(shop, road):
    road.mishaps = [LOST, (503, None), (502, "0"), (409, "0"), (429, "0")]
    with Portal(shop.token, road.api, retries=QUICK) as portal:
        payout = portal.payouts.create_payout(a_payout("INV-1"))
        [key] = {key for _, _, key in road.seen}
        assert (len(road.seen), bool(key), Payout.objects.get().public_id) == (6, True, payout.id)

        road.seen.clear()
        road.mishaps = [LOST, (500, None)]
        assert portal.payouts.retrieve_payout(payout.id).id == payout.id
        assert [(method, key) for method, _, key in road.seen] == [("GET", None)] * 3

        road.seen.clear()
        with pytest.raises(ProblemError) as refused:  # a conflict that names no time is not repeated
            portal.payouts.recall_payout(payout.id)
        assert (refused.value.status, len(road.seen)) == (409, 1)
        road.mishaps = [(429, "3600")]
        with pytest.raises(TooManyRequests) as busy:  # nobody waits for an hour
            portal.balances.list_balances()
        assert busy.value.retry_after == 3600
        road.seen.clear()
        for stranger, status in (((200, None), None), ((302, None), 302)):
            road.mishaps = [stranger]
            with pytest.raises(PortalError) as unknown:  # something on the way answered in the portal's place
                portal.payouts.create_payout(a_payout("INV-9"), idempotency_key="order-9")
            assert (getattr(unknown.value, "status", None), unknown.value.idempotency_key) == (status, "order-9")
        assert len(road.seen) == 2

    road.seen.clear()
    road.mishaps = [LOST] * 3
    with Portal(shop.token, road.api, retries=Retries(most=2, first_seconds=0.01)) as portal:
        with pytest.raises(Unreachable) as silent:
            portal.payouts.create_payout(a_payout("INV-2"))
        assert {key for _, _, key in road.seen} == {silent.value.idempotency_key} and len(road.seen) == 3
        assert Payout.objects.count() == 2, "the portal had it all along"

    async def awaited():
        road.mishaps = [LOST, (503, None)]
        async with AsyncPortal(shop.token, road.api, retries=QUICK) as portal:
            return await portal.payouts.create_payout(a_payout("INV-3"), idempotency_key="order-3")

    road.seen.clear()
    assert asyncio.run(awaited()).id == Payout.objects.get(reference="INV-3").public_id
    assert [key for _, _, key in road.seen] == ["order-3"] * 3


def test_webhooks_are_verified():
    former, new, other = new_secret(), new_secret(), new_secret()
    now = int(time.time())
    body = b'{"id":"evt_1","type":"payout.paid","created_at":"2026-11-30T09:00:00Z","sequence":1,"subject":"po_1","data":{}}'

    def headers(*secrets, at=now):
        signature = sign("evt_1", at, body, secrets=list(secrets))
        return {"Webhook-Id": "evt_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signature}

    assert verify(body, headers(new), new).type_ == "payout.paid"
    assert verify(body, headers(former, new), [new]).id == verify(body, headers(former, new), former).id == "evt_1"
    assert verify(body, headers(new), [former, new]).sequence == 1
    Webhook(new).verify(body, {name.lower(): value for name, value in headers(new).items()})
    refused = [
        (body, headers(new), other),
        (body + b" ", headers(new), new),
        (body, headers(new, at=now - 301), new),
        (body, headers(new, at=now + 302), new),
        (body, {**headers(new), "Webhook-Id": "evt_2"}, new),
        (body, {**headers(new), "Webhook-Timestamp": "soon"}, new),
        (body, {**headers(new), "Webhook-Signature": "v1,"}, new),
        (body, {}, new),
        (body, headers(new), []),
    ]
    for message, sent, secrets in refused:
        with pytest.raises(NotGenuine):
            verify(message, sent, secrets)
    assert verify(body, headers(new, at=now - 301), new, now=now - 1).id == "evt_1"


def test_money_is_the_same_integer_as_the_portals():
    for currency in money.currencies():
        for units in (1, 5, 100, 12_345, 10**15 - 1):
            text = money.format_amount(units, currency)
            assert (amount_of(units, currency), minor_units(text, currency)) == (text, units)
    assert (minor_units("-0.05", "EUR"), amount_of(-5, "EUR"), minor_units("7", "JPY")) == (-5, "-0.05", 7)
    for text in ("1.234", "1,00", "1e3", "", "١", "1."):
        with pytest.raises(ValueError):
            minor_units(text, "EUR")
    with pytest.raises(TypeError):
        amount_of(1.5, "EUR")


@pytest.mark.slow
def test_its_types_hold():
    """Some seconds: mypy reads all of the generated code, and keeps what it found for the next time."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        CLIENT / "pyproject.toml",
        "--cache-dir",
        ROOT / ".mypy_cache",
    ]
    ended = subprocess.run([*command, "-p", "payouts_client"], cwd=CLIENT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_it_builds_and_its_wheel_is_whole(tmp_path):
    uv = shutil.which("uv") or ROOT / ".tools" / "bin" / "uv"
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path, CLIENT], check=True)
    [wheel] = tmp_path.glob("*.whl")
    code = (
        "import payouts_client as it; print(it.__file__, it.VERSION, it.Portal('k', 'http://x').payouts.create_payout)"
    )
    environment = {"PYTHONPATH": str(wheel)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert str(wheel) in ended.stdout, ended.stderr
