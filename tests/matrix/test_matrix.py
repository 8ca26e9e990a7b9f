"""
Everybody at every door.

Allowed is what was recorded as done by this person; refused is what was not, and what the audit trail says so of.
"""

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import resolve

from apps.api.v1.urls import urlpatterns as api_addresses
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM, require_permission
from apps.core.refusals import noting
from apps.events.models import Event
from apps.events.operations import door
from apps.partners.scopes import SCOPES
from apps.users.models import User
from apps.users.roles import ROLES
from tests import factories
from tests.matrix.addresses import PEOPLES_PAGES, SCOPES_OF
from tests.matrix.conftest import EVERYBODY, rolled_back
from tests.matrix.table import ROWS, SHORT

DECIDED_BY_PEOPLE = (
    "approvals.publish_setting",
    "payouts.approve_payout",
    "payouts.lift_stop",
    "compliance.decide_review",
    "reconciliation.confirm_proposal",
)
NOT_POSTED = {
    # only one's own absence or draft, tried in tests/doors/setup/test_settings.py and test_platforms.py
    "approvals_absence_end",
    "approvals_absence_set",
    "approvals_settingversion_draft",
    "approvals_settingversion_propose",
    "approvals_settingversion_withdraw",
    "partners_partner_add_twin",
    "partners_partner_rotate_key",
    "approvals_request_decide",  # puts a list together and decides nothing; the confirming form is the door
    "payouts_resolution_close",  # as proposing what became of a doubt
    "payouts_payout_save_view",  # one's own, and needs to see payouts
    "payouts_payout_remove_view",
    "compliance_review_close",  # as asking the platform
    "payouts_plan_upload",  # as creating payouts
    "payouts_plan_errors",
    "payouts_plan_columns",
    "payouts_plan_commit",
    "payouts_plan_cancel",
    "payouts_plan_download",
}


def name_of(row):
    return row.action


def outcomes(world, do):
    """Have everybody do the same thing, each from the same world; return {role: (types of events by them, refusals)}."""
    found = {}
    for role in EVERYBODY:
        with rolled_back():
            person = world.people[role]
            last = Event.objects.order_by("-id").values_list("id", flat=True).first()
            do(role)
            made = list(Event.objects.filter(id__gt=last, actor_id=person.public_id).order_by("id"))
            refused = [event for event in made if event.type == "access.refused"]
            found[role] = ({event.type for event in made} - {"access.refused"}, refused)
    return found


def check(row, found, channel):
    may = {SHORT[short] for short in row.may}
    wrong = {}
    for role, (done, refused) in found.items():
        if role in may and (row.told not in done or refused):
            wrong[role] = f"should be done: {done}, {[event.data for event in refused]}"
        if role not in may and (done or not refused):
            wrong[role] = f"should be refused and recorded: {done}, {refused}"
        for event in refused:
            said = event.data
            assert said["channel"] == channel and said["code"] and (said["action"] or said["door"]), said
    assert not wrong, wrong


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_operation(world, row):
    def do(role):
        person = User.objects.get(pk=world.people[role].pk)
        with door("call", action=row.action):
            try:
                row.call(world, person)
            except PermissionDenied as refusal:
                assert refusal.extra["permission"]

    check(row, outcomes(world, do), "call")


@pytest.mark.parametrize("row", [row for row in ROWS if row.post], ids=name_of)
def test_page(world, row):
    def do(role):
        client = world.clients[role]
        address, fields = row.post(world, client)
        for file in (field for field in fields.values() if hasattr(field, "seek")):
            file.seek(0)
        assert client.post(address, fields).status_code in (200, 302, 403)

    check(row, outcomes(world, do), "page")


def test_pages_open_for_whom_they_are(world):
    """Every page is asked for by everybody who may not see it, and by one of those who may: rendering takes time."""
    wrong, shown = [], set()
    for role in EVERYBODY:
        with rolled_back():
            shut = {
                path for path, may in PEOPLES_PAGES.items() if role not in {SHORT.get(short, short) for short in may}
            }
            first = PEOPLES_PAGES.keys() - shut - shown
            shown |= first
            answers = {path: world.clients[role].get(f"/admin/{path}").status_code for path in shut | first}
            wrong += [(role, path) for path, status in answers.items() if status != (403 if path in shut else 200)]
            refused = Event.objects.filter(type="access.refused", actor_id=world.people[role].public_id)
            told = {event.data["path"].removeprefix("/admin/") for event in refused}
            wrong += [(role, path) for path in told ^ shut]
    assert not wrong


def test_scopes_open_what_they_are_for(world):
    wrong = []
    with rolled_back():
        for address, may in SCOPES_OF.items():
            for scopes in [[scope] for scope in sorted(may)] + [sorted(SCOPES.keys() - may)]:
                key = factories.key_of(world.platform, scopes)
                status = call(key[1], address)
                told = Event.objects.filter(type="access.refused", actor_id=key[0].actor_id)
                is_open = scopes != sorted(SCOPES.keys() - may)
                if is_open != (status != 403) or (told.count() == 0) != (status not in (403, 404)):
                    wrong.append((address, scopes, status, told.count()))
    assert not wrong


def call(token, address):
    method, path = address.split()
    path = path.replace("{id}", "po_00000000000000000000000000")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "matrix"}
    return Client().generic(method, f"/api/v1{path}", b"{}", "application/json", headers=headers).status_code


def test_no_address_of_the_api_is_forgotten():
    declared = set()
    for pattern in api_addresses:
        view = pattern.callback.view_class
        for method in ("get", "post", "patch", "put", "delete"):
            if hasattr(view, method):
                declared.add(f"{method.upper()} /{pattern.pattern}".replace("<str:id>", "{id}"))
    assert declared == SCOPES_OF.keys()


def test_no_scope_lets_a_key_decide():
    of_keys = frozenset().union(*SCOPES.values())
    assert of_keys.isdisjoint(DECIDED_BY_PEOPLE)
    assert of_keys.isdisjoint(ROLES["approver"].permissions - {"payouts.view_payout", "payouts.cancel_payout", "sandbox.control",
                                                               "recipients.view_recipient", "ledger.view_ledger"})  # fmt: skip


@pytest.mark.parametrize("permission", DECIDED_BY_PEOPLE)
def test_the_system_decides_nothing(permission):
    with pytest.raises(PermissionDenied):
        require_permission(SYSTEM, permission)


def test_no_permission_and_no_door_is_forgotten(world):
    asked, doors = set(), set()
    for row in ROWS:
        with rolled_back(), noting() as noted:
            nobody = User.objects.get(pk=world.people["nobody"].pk)
            with pytest.raises(PermissionDenied):
                row.call(world, nobody)
        asked |= {refusal.action for refusal in noted}
        if row.post:
            with rolled_back():
                doors.add(resolve(row.post(world, Client())[0]).url_name)
    given = frozenset().union(*(role.permissions for role in ROLES.values()))
    assert {name for name in given if ".view_" not in name} <= asked
    assert {name for name in admin_doors() if name not in doors} == NOT_POSTED


def admin_doors():
    """Return the names of all addresses of the admin where a form may arrive."""
    lists = ("_changelist", "_change", "_trial_balance", "_days", "_all_days", "_document")
    lists += ("_statementline_split", "_statementline_group")
    for model_admin in site._registry.values():
        for pattern in model_admin.get_urls():
            if pattern.name and not pattern.name.endswith(lists):
                yield pattern.name
