"""The matrix of who may do what, spelled out where money is at stake."""

import pytest

from apps.users.models import User
from apps.users.roles import ROLES


def holders(permission):
    return {name for name, role in ROLES.items() if permission in role.permissions}


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("payouts.create_payout", {"operator"}),
        ("payouts.approve_payout", {"approver"}),
        ("payouts.cancel_payout", {"operator", "approver"}),
        ("payouts.release_hold", {"approver", "compliance_officer"}),
        ("recipients.change_method", {"operator"}),
        ("compliance.work_on_review", {"compliance_analyst", "compliance_officer"}),
        ("compliance.decide_review", {"compliance_officer"}),
        ("recipients.confirm_method", {"approver"}),
        ("recipients.reveal_account", {"operator", "compliance_analyst", "compliance_officer", "treasurer"}),
        ("compliance.load_watchlist", {"compliance_officer"}),
        ("reconciliation.import_statement", {"treasurer"}),
        ("reconciliation.match_line", {"treasurer"}),
        ("reconciliation.undo_match", {"treasurer"}),
        ("reconciliation.confirm_proposal", {"treasurer"}),
        ("reconciliation.close_day", {"treasurer"}),
        ("rails.change_bankaccount", {"treasurer"}),
        ("users.manage_roles", {"administrator"}),
        ("partners.manage_keys", {"administrator"}),
        ("approvals.propose_setting", {"treasurer", "compliance_officer", "administrator"}),
        ("approvals.publish_setting", {"compliance_officer", "administrator"}),
        ("payouts.view_payout", set(ROLES) - {"administrator"}),
        ("sandbox.control", set(ROLES)),
    ],
)
def test_who_may(permission, roles):
    assert holders(permission) == roles


def test_auditor_changes_nothing():
    assert {p.split(".")[1].split("_")[0] for p in ROLES["auditor"].permissions} == {"view", "control"}


def test_there_is_no_superuser(db):
    user = User(email="root@example.com", name="Root")
    user.is_superuser = True
    user.save()

    assert not user.has_perm("payouts.approve_payout")
    assert not user.has_module_perms("payouts")
    assert user.is_staff
    assert not User.objects.get(pk=user.pk).is_superuser
