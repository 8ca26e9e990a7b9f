"""
Who may do what: the roles, their permissions, and the pairs one person may not hold together.

This is the only list of roles. The database keeps a copy of the pairs (`sql/role_conflicts.sql`) to refuse them by
itself; a test holds the two together.
"""

from typing import NamedTuple

# What everyone who works on payouts may look at.
_READ = frozenset(
    {
        "payouts.view_payout",
        "recipients.view_recipient",
        "rails.view_file",
        "reconciliation.view_statement",
        "ledger.view_ledger",
        "approvals.view_request",
        "approvals.view_setting",
        "partners.view_partner",
    }
)


class Role(NamedTuple):
    title: str
    permissions: frozenset[str]


ROLES = {
    "operator": Role(
        "Operator",
        _READ
        | {
            "payouts.create_payout",
            "payouts.cancel_payout",
            "payouts.hold_payout",
            "payouts.stop_sending",
            "recipients.create_recipient",
            "recipients.change_method",
            "recipients.reveal_account",
            "recipients.keep_documents",
            "recipients.verify_method",
            "rails.download_file",
            "rails.take_file",
            "events.resend_delivery",
            "sandbox.control",
        },
    ),
    "approver": Role(
        "Approver",
        _READ
        | {
            "payouts.approve_payout",
            "payouts.cancel_payout",
            "payouts.hold_payout",
            "payouts.stop_sending",
            "payouts.lift_stop",
            "payouts.release_hold",
            "payouts.confirm_resolution",
            "recipients.confirm_method",
            "reconciliation.confirm_write_off",
            "reconciliation.sign_remainder",
            "rails.confirm_hand_over",
            "sandbox.control",
        },
    ),
    "compliance_analyst": Role(
        "Compliance analyst",
        _READ
        | {
            "payouts.hold_payout",
            "payouts.stop_sending",
            "recipients.reveal_account",
            "recipients.keep_documents",
            "recipients.verify_method",
            "compliance.view_review",
            "compliance.work_on_review",
            "sandbox.control",
        },
    ),
    "compliance_officer": Role(
        "Compliance officer",
        _READ
        | {
            "payouts.hold_payout",
            "payouts.stop_sending",
            "payouts.lift_stop",
            "payouts.release_hold",
            "recipients.reveal_account",
            "recipients.keep_documents",
            "recipients.verify_method",
            "compliance.view_review",
            "compliance.work_on_review",
            "compliance.decide_review",
            "compliance.load_watchlist",
            "approvals.propose_setting",
            "approvals.publish_setting",
            "payouts.confirm_resolution",
            "events.view_event",
            "sandbox.control",
        },
    ),
    "treasurer": Role(
        "Treasurer",
        _READ
        | {
            "payouts.hold_payout",
            "payouts.stop_sending",
            "payouts.lift_stop",
            "recipients.reveal_account",
            "rails.download_file",
            "rails.take_file",
            "rails.confirm_hand_over",
            "rails.change_bankaccount",
            "approvals.propose_setting",
            "reconciliation.import_statement",
            "payouts.propose_resolution",
            "reconciliation.match_line",
            "reconciliation.undo_match",
            "reconciliation.confirm_proposal",
            "reconciliation.close_day",
            "reconciliation.sign_remainder",
            "sandbox.control",
        },
    ),
    "auditor": Role(
        "Auditor",
        _READ
        | {
            "compliance.view_review",
            "events.view_event",
            "users.view_user",
            "sandbox.control",
        },
    ),
    "administrator": Role(
        "Administrator",
        frozenset(
            {
                "users.view_user",
                "users.manage_roles",
                "partners.view_partner",
                "partners.create_partner",
                "partners.manage_keys",
                "partners.manage_endpoints",
                "approvals.view_setting",
                "approvals.propose_setting",
                "approvals.publish_setting",
                "events.view_event",
                "events.resend_delivery",
                "sandbox.control",
            }
        ),
    ),
}

# What a session left open on a desk must not be enough for: a second factor is given anew before.
CONFIRMED = frozenset(
    {
        "payouts.approve_payout",
        "payouts.confirm_resolution",
        "payouts.lift_stop",
        "payouts.release_hold",
        "recipients.confirm_method",
        "recipients.reveal_account",
        "rails.download_file",
        "rails.change_bankaccount",
        "rails.confirm_hand_over",
        "approvals.publish_setting",
        "users.manage_roles",
        "partners.create_partner",
        "partners.manage_keys",
        "partners.manage_endpoints",
        "reconciliation.confirm_proposal",
        "reconciliation.confirm_write_off",
        "reconciliation.sign_remainder",
    }
)

# Pairs that would let one person make and approve, approve and settle, or hand out the power they then use.
CONFLICTS = frozenset(
    {
        frozenset({"operator", "approver"}),
        frozenset({"treasurer", "approver"}),
        frozenset({"administrator", "operator"}),
        frozenset({"administrator", "approver"}),
        frozenset({"administrator", "treasurer"}),
        frozenset({"administrator", "compliance_analyst"}),
        frozenset({"administrator", "compliance_officer"}),
    }
)


def permissions_of(roles) -> frozenset[str]:
    """Return everything that a holder of these roles may do."""
    return frozenset().union(*(ROLES[role].permissions for role in roles))


def conflicts_with(role: str, held) -> list[str]:
    """Return which of the roles already held exclude `role`, in alphabetical order."""
    return sorted(other for other in held if frozenset({role, other}) in CONFLICTS)
