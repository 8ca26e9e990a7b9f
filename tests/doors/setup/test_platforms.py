"""Platforms: keys shown once, endpoints, messages sent again."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Event
from apps.events.operations import create_endpoint
from apps.partners.authentication import key_for
from apps.partners.models import ApiKey, Partner
from apps.payouts.operations import create_payouts
from apps.rails.models import BankAccount
from tests import factories
from tests.doors.visits import Visitor

PLATFORMS = "/admin/partners/partner/"


def page_of(platform):
    return f"{PLATFORMS}{platform.public_id}/"


@pytest.fixture
def delivery(settings, platform, key):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    create_endpoint(platform.pk, "http://127.0.0.1:9/hook", ["payout.created"], by=SYSTEM)
    create_payouts(platform.pk, [factories.payout_draft()], by=key)
    return Delivery.objects.get()


def test_the_page_shows_balances_policy_and_keys(platform, key, auditor):
    page = Visitor(auditor).open(page_of(platform))
    for part in (platform.funding_reference, "100,000.00", "1,000.00", "10,000.00", ApiKey.objects.get().prefix):
        assert part in page
    assert "Only administrators make and revoke keys." in page
    assert f'data-id="{platform.public_id}"' in Visitor(auditor).open(PLATFORMS)


def test_an_administrator_sees_no_money(platform, administrator):
    page = Visitor(administrator).open(page_of(platform))
    assert "100,000.00" not in page
    assert "Make a key" in page


def test_a_token_is_shown_once(platform, administrator, db):
    visitor = Visitor(administrator)
    page = visitor.press(f"{page_of(platform)}keys/", name="Payroll server", scope=["payouts:read", "payouts:write"])
    [token] = re.findall(r'value="(pp_sandbox_[^"]+)"', page)
    key = key_for(token)
    assert (key.name, key.scopes, key.created_by) == (
        "Payroll server",
        ["payouts:read", "payouts:write"],
        administrator,
    )
    page = visitor.open(page_of(platform))
    assert token not in page and key.prefix in page


def test_a_key_can_be_limited_to_networks_a_number_and_a_time(platform, administrator):
    visitor = Visitor(administrator)
    said = {"name": "Payroll", "scope": "payouts:read", "days": "30"}
    page = visitor.press(f"{page_of(platform)}keys/", **said, networks="192.0.2.0/24 here", requests_per_minute="60")
    assert "is no network" in page
    assert not ApiKey.objects.exists()
    visitor.press(f"{page_of(platform)}keys/", **said, networks="192.0.2.0/24 2001:db8::/32", requests_per_minute="60")
    key = ApiKey.objects.get()
    assert (key.networks, key.requests_per_minute) == (["192.0.2.0/24", "2001:db8::/32"], 60)
    assert timedelta(days=29) < key.expires_at - key.created_at <= timedelta(days=30)
    page = visitor.open(page_of(platform))
    assert "from 192.0.2.0/24, 2001:db8::/32" in page and "60 times a minute" in page


def test_a_key_without_scopes_is_refused(platform, administrator):
    page = Visitor(administrator).press(f"{page_of(platform)}keys/", name="Payroll server")
    assert "A key without a scope could do nothing." in page
    assert not ApiKey.objects.exists()


def test_a_key_is_replaced_while_the_old_one_still_works(platform, administrator, auditor):
    _user, old_token = factories.key_of(platform, scopes=("payouts:read",))
    old, visitor = ApiKey.objects.get(), Visitor(administrator)
    assert "Choose a key, and how long" in visitor.press(f"{page_of(platform)}rotate/", key=old.public_id, hours="9999")
    page = visitor.press(f"{page_of(platform)}rotate/", key=old.public_id, hours="24")
    [token] = re.findall(r'value="(pp_sandbox_[^"]+)"', page)

    new = key_for(token)
    old.refresh_from_db()
    assert (new.name, new.scopes, new.created_by) == (old.name, ["payouts:read"], administrator)
    assert timedelta(hours=23) < old.expires_at - new.created_at < timedelta(hours=25)
    assert key_for(old_token) == old, "both work until the overlap is over"
    assert "make a new key" in visitor.press(f"{page_of(platform)}rotate/", key=old.public_id, hours="168")
    event = Event.objects.get(type="api_key.rotated")
    assert (event.subject, event.changes["replaced_by"]) == (old.public_id, [None, new.public_id])

    ApiKey.objects.filter(pk=old.pk).update(expires_at=old.created_at)
    assert key_for(old_token) is None and "Over" in Visitor(auditor).open(page_of(platform))


def test_a_live_platform_has_one_sandbox_twin(administrator):
    live, visitor = factories.partner("Quillmarket", mode="live"), Visitor(administrator)
    assert "Quillmarket (sandbox) is added" in visitor.press(f"{page_of(live)}twin/")
    twin = Partner.objects.get(twin_of=live)
    assert (twin.mode, twin.name) == ("sandbox", "Quillmarket (sandbox)")
    assert BankAccount.objects.get().partner == twin, "with a clock of its own"
    assert twin.name in visitor.open(page_of(live)) and "Sandbox of" in visitor.open(page_of(twin))
    assert "has a sandbox twin already" in visitor.press(f"{page_of(live)}twin/")
    assert "the sandbox of a live platform" in visitor.press(f"{page_of(twin)}twin/")
    for change in ({"twin_of": twin}, {"twin_of": live}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Partner.objects.filter(pk=live.pk).update(**change)
    assert Partner.objects.count() == 2


def test_a_revoked_key_opens_nothing(platform, administrator):
    _user, token = factories.key_of(platform)
    key = ApiKey.objects.get()
    page = Visitor(administrator).press(f"{page_of(platform)}revoke/", key=key.public_id)
    assert "it is refused from now on" in page and "Revoked" in page
    assert key_for(token) is None
    assert "It was revoked at" in Visitor(administrator).press(f"{page_of(platform)}revoke/", key=key.public_id)
    assert "Choose a key." in Visitor(administrator).press(f"{page_of(platform)}revoke/", key="x")


@pytest.mark.parametrize("door", ["keys", "confirm-key", "revoke", "rotate", "suspend", "resume", "twin"])
def test_doors_are_for_administrators_and_for_posts(platform, key, auditor, administrator, door):
    fields = {"name": "x", "scope": "payouts:read", "key": ApiKey.objects.get().public_id, "hours": "24"}
    assert "This needs the permission partners." in Visitor(auditor).press(f"{page_of(platform)}{door}/", **fields)
    Visitor(administrator).open(f"{page_of(platform)}{door}/", expect=405)
    assert ApiKey.objects.filter(revoked_at=None).count() == 1
    assert Partner.objects.get().status == "active"


def test_a_platform_is_added_suspended_and_resumed(administrator):
    visitor = Visitor(administrator)
    page = visitor.press(f"{PLATFORMS}new/", name="Brookstore", mode="sandbox")
    assert "Brookstore is added." in page
    platform = Partner.objects.get()
    assert "is suspended" in visitor.press(f"{page_of(platform)}suspend/")
    assert Partner.objects.get().status == "suspended"
    visitor.press(f"{page_of(platform)}resume/")
    assert Partner.objects.get().status == "active"


def test_adding_a_platform_is_refused_with_reasons(administrator, auditor):
    assert "The modes are sandbox and live." in Visitor(administrator).press(f"{PLATFORMS}new/", name="B", mode="both")
    Visitor(auditor).press(f"{PLATFORMS}new/", expect=403, name="B", mode="sandbox")
    assert not Partner.objects.exists()


def test_a_message_is_sent_again(delivery, platform, operator):
    assert "http://127.0.0.1:9/hook" in Visitor(operator).open(page_of(platform))
    Delivery.objects.update(status="failed", attempts=9, last_error="connection refused")
    address = f"/admin/events/delivery/{delivery.public_id}/"
    assert "Send again" in Visitor(operator).open(address)
    page = Visitor(operator).press(f"{address}resend/")
    assert "It is sent again at once" in page
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("pending", 0)
    assert "It is on its way already." in Visitor(operator).press(f"{address}resend/")


def test_who_may_not_send_again_is_told_who_may(delivery, auditor, treasurer):
    Delivery.objects.update(status="failed")
    address = f"/admin/events/delivery/{delivery.public_id}/"
    assert "Only operators and administrators send messages again." in Visitor(auditor).open(address)
    assert "events.resend_delivery" in Visitor(auditor).press(f"{address}resend/")
    Visitor(treasurer).open(address, expect=403)
    delivery.refresh_from_db()
    assert delivery.status == "failed"


def test_an_endpoint_shows_its_messages_and_no_secret(delivery, auditor):
    endpoint = delivery.endpoint
    page = Visitor(auditor).open(f"/admin/events/endpoint/{endpoint.public_id}/?status=pending")
    assert delivery.public_id in page and "whsec" not in page
    assert delivery.public_id not in Visitor(auditor).open(
        f"/admin/events/endpoint/{endpoint.public_id}/?status=delivered"
    )


def test_a_range_of_messages_is_sent_again(delivery, operator, monkeypatch):
    monkeypatch.setattr("apps.events.operations.resending.MOST_EVENTS", 1)
    endpoint, event = delivery.endpoint, delivery.event
    Delivery.objects.filter(pk=delivery.pk).update(status="failed", attempts=10)
    address = f"/admin/events/endpoint/{endpoint.public_id}/"
    visitor = Visitor(operator)
    assert "A range of events" in visitor.open(address)
    assert "Say where the range begins or ends." in visitor.press(f"{address}resend/")
    assert "The platform has no such event." in visitor.press(f"{address}resend/", after="evt_nonsense")
    bad = visitor.press(f"{address}resend/", since="2026-05-02T00:00", until="2026-05-01T00:00")
    assert "The range ends before it begins." in bad
    assert Delivery.objects.get().status == "failed"

    page = visitor.press(f"{address}resend/", since="2020-01-01T00:00", type="payout.created")
    assert "1 message of 1 events sent again; " in page
    assert f'value="{event.public_id}"' in page, "the form holds what is left"
    assert Delivery.objects.get(pk=delivery.pk).status == "pending"


def test_an_event_is_told_again(delivery, administrator, auditor):
    Delivery.objects.update(status="abandoned")
    address = f"/admin/events/event/{delivery.event.public_id}/"
    assert "Tell every active endpoint again" not in Visitor(auditor).open(address)
    assert "It is sent again to 1 endpoint." in Visitor(administrator).press(f"{address}resend/")
    assert Delivery.objects.get(pk=delivery.pk).status == "pending"
