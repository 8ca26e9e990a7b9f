import re
from uuid import UUID

import pytest
from django.conf import settings as project
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured

from apps.core.admin import ReadOnlyAdmin
from apps.users.roles import ROLES
from tests import factories, signing_in

WORK = ["Payouts", "Approvals", "Recipients", "Batches", "Bank files", "To match", "Statements", "Ledger", "Platforms"]


def navigation(client) -> list[str]:
    html = client.get("/admin/").content.decode()
    sidebar = html[html.index('id="nav-sidebar-apps"') : html.index('id="main"')]
    return re.findall(r"<li>\s*<a [^>]*>.*?</span>\s*<span>([^<]+)</span>", sidebar, re.S)


def test_a_stranger_is_led_to_the_page_to_sign_in(client, db):
    answer = client.get("/admin/payouts/payout/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/payouts/payout/")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_the_sidebar_shows_what_a_role_may_see(client, db, role):
    client.force_login(factories.person(role))
    shown = navigation(client)
    assert [title for title in shown if title in WORK] == WORK
    assert ("Reviews" in shown) == ("compliance.view_review" in ROLES[role].permissions)
    assert ("People" in shown) == (role == "auditor")
    assert ("Audit trail" in shown) == (role in ("auditor", "compliance_officer"))


def test_an_administrator_sees_no_money(client, db):
    client.force_login(factories.person("administrator"))
    assert navigation(client) == ["Today", "Platforms", "People", "Settings", "Audit trail"]
    for address in (
        "payouts/payout",
        "approvals/request",
        "compliance/review",
        "recipients/recipient",
        "payouts/batch",
    ):
        assert client.get(f"/admin/{address}/").status_code == 403


def test_a_person_without_a_role_sees_no_money(client, db):
    client.force_login(factories.person())
    assert navigation(client) == ["Today"]
    assert "Nothing needs you now" in client.get("/admin/").content.decode()


def test_play_money_is_labeled(client, db, settings):
    settings.DEMO = False
    auditor = factories.person("auditor")
    signing_in.phone_of(auditor)
    client.force_login(auditor)
    assert client.get("/admin/").context["environment"] == ["Sandbox", "warning"]
    settings.LIVE = True
    assert client.get("/admin/").context["environment"] == ["Live", "danger"]


def test_the_people_of_the_demo_stand_on_the_page_to_sign_in_only_in_a_demo(client, db, settings):
    settings.DEMO = False
    assert "demo.example" not in client.get("/admin/login/").content.decode()
    settings.DEMO = True
    page = client.get("/admin/login/").content.decode()
    assert "anton@demo.example" in page
    client.force_login(factories.person("auditor"))
    assert "demo.example" not in client.get("/admin/").content.decode()


def test_nothing_can_be_added_changed_or_deleted(client, db, rf, platform, bank_account):
    everybody = [factories.person(role) for role in ROLES]
    for model, model_admin in admin.site._registry.items():
        if not issubclass(type(model_admin), ReadOnlyAdmin):
            assert model._meta.app_label not in {
                "payouts",
                "ledger",
                "rails",
                "reconciliation",
                "approvals",
                "compliance",
            }
            continue
        for person in everybody:
            request = rf.get("/")
            request.user = person
            assert not model_admin.has_add_permission(request)
            assert not model_admin.has_change_permission(request)
            assert not model_admin.has_delete_permission(request)
            assert not model_admin.get_actions(request)
        names = [pattern.name or "" for pattern in model_admin.get_urls()]
        assert not [name for name in names if name.endswith(("_add", "_delete", "_history"))]


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_pages_take_no_post(client, db, role):
    client.force_login(factories.person(role))
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ReadOnlyAdmin):
            address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            data = {"action": "delete_selected", "_selected_action": str(UUID(int=1)), "post": "yes"}
            assert client.post(address, data).status_code == 403, address


def test_live_money_excludes_the_demo(monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location("settings_anew", project.BASE_DIR / "payouts_portal" / "settings.py")
    monkeypatch.setenv("LIVE", "true")
    monkeypatch.setenv("DEMO", "true")
    monkeypatch.setenv("PORTAL_INSECURE_HTTP", "false")
    with pytest.raises(ImproperlyConfigured, match="LIVE excludes DEBUG, DEMO"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
