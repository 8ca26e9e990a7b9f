"""
Who may do what, asked in one place.

An *actor* is a person, a partner's key (through its service user) or the system itself. It answers `has_perm` and
names itself for the audit trail by `actor_kind`, `actor_id` and `actor_label`. `people_behind` are the ids of the users
who may not approve what it made: a person itself, or a service user and whoever owns the key that acts through it.
`must_confirm` says whether it has to show first that it is still the one who signed in.
"""

from apps.core import refusals
from apps.core.errors import PermissionDenied

_OF_PEOPLE = {
    "approvals.publish_setting",
    "payouts.approve_payout",
    "payouts.lift_stop",
    "compliance.work_on_review",
    "compliance.decide_review",
    "rails.confirm_hand_over",
    "recipients.confirm_method",
    "recipients.keep_documents",
    "recipients.verify_method",
    "recipients.reveal_account",
    "reconciliation.confirm_proposal",
    "reconciliation.confirm_write_off",
    "reconciliation.sign_remainder",
}


class ConfirmationNeeded(Exception):
    """
    The actor may do this, and has to give their second factor before.

    No `DomainError`: doors do not tell of it as of a refusal. It rises to the middleware, which asks for the second factor
    and then sends the same request once more.
    """


class System:
    """The worker and the commands of whoever runs the installation. It holds every permission but those to decide."""

    actor_kind = "system"
    actor_id = "system"
    actor_label = "system"
    is_active = True
    people_behind = ()

    def has_perm(self, permission: str) -> bool:
        return permission not in _OF_PEOPLE

    def must_confirm(self, permission: str) -> bool:
        return False

    def __repr__(self):
        return "SYSTEM"


SYSTEM = System()


def require_permission(by, permission: str) -> None:
    """
    Let the actor pass if it holds the permission now. Whoever does not is noted for the audit trail.

    :raises PermissionDenied: naming the permission that is missing.
    :raises ConfirmationNeeded: if the actor has to give their second factor before.
    """
    if by is None or not by.is_active or not by.has_perm(permission):
        refusals.note(by, "permission-denied", action=permission)
        raise PermissionDenied(f"This needs the permission {permission}.", permission=permission)
    if by.must_confirm(permission):
        raise ConfirmationNeeded(permission)


def author_of(by):
    """Return the user behind an actor, for a foreign key, or None for the system."""
    return None if by.actor_kind == "system" else by
