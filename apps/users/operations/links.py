"""
Two accounts of one person: one administrator says so, another one confirms it.

Nobody loses anything by it but this: the two count as one where two people are needed, and as holders of their roles.
"""

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, NotFound
from apps.core.permissions import require_permission
from apps.events.operations import Fact, record
from apps.users.models import PersonLink, RoleAssignment, User
from apps.users.roles import CONFLICTS, ROLES


class CannotLink(Conflict):
    """
    `code` says why: same-account, not-a-person, linked-already, proposed-already, own-account, own-proposal,
    decided-already, roles-conflict, or required if no reason is given.
    """

    title = "These accounts cannot be linked"


@transaction.atomic
def propose_link(user_id, other_id, *, by, reason) -> PersonLink:
    """
    Say that two accounts belong to one person; nothing changes before another administrator confirms it.

    :raises PermissionDenied: if `by` may not manage people.
    :raises NotFound: if one of them is not there.
    :raises CannotLink: if it is one account, a platform's, one of `by`'s own, said already, or their roles exclude each
        other.
    """
    require_permission(by, "users.manage_roles")
    reason = " ".join(reason.split())
    if not reason:
        raise CannotLink(code="required", errors=[Fault("/reason", "required", "Say how you know.")])
    if other_id is None:
        raise NotFound("Nobody signs in with this email address.")
    if user_id == other_id:
        raise CannotLink("This is one account already.", code="same-account")
    one, other = User.objects.lock([user_id, other_id])
    if {one.kind, other.kind} != {User.Kind.PERSON}:
        raise CannotLink("A platform's account is no person's.", code="not-a-person")
    _require_not_own(one, other, by)
    if other.pk in one.accounts:
        raise CannotLink("They are linked already.", code="linked-already")
    if PersonLink.objects.open().filter(one=one, other=other).exists():
        raise CannotLink("Somebody has proposed it: another administrator confirms it.", code="proposed-already")
    _require_no_conflict(one, other)
    link = PersonLink.objects.create(one=one, other=other, reason=reason[:400], proposed_by=by)
    _tell("user.link_proposed", link, by)
    return link


@transaction.atomic
def confirm_link(link_id, *, by) -> PersonLink:
    """
    Agree that two accounts belong to one person; from now on they count as one.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotLink: if it is decided already, `by`'s own proposal or about an account of theirs, or the roles exclude
        each other.
    """
    require_permission(by, "users.manage_roles")
    link = _lock_open(link_id)
    if link.proposed_by_id in by.people_behind:
        raise CannotLink("You have proposed it: another administrator confirms it.", code="own-proposal")
    _require_not_own(link.one, link.other, by)
    _require_no_conflict(link.one, link.other)
    _decide(link, PersonLink.Status.CONFIRMED, by)
    human = link.one.human_id or link.other.human_id or link.one.pk
    User.objects.filter(pk__in={*link.one.accounts, *link.other.accounts}).update(human_id=human)
    _tell("user.linked", link, by)
    return link


@transaction.atomic
def refuse_link(link_id, *, by) -> PersonLink:
    """
    Disagree that two accounts belong to one person, or take one's own proposal back.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotLink: if it is decided already, or about an account of `by`'s.
    """
    require_permission(by, "users.manage_roles")
    link = _lock_open(link_id)
    _require_not_own(link.one, link.other, by)
    _decide(link, PersonLink.Status.REFUSED, by)
    _tell("user.link_refused", link, by)
    return link


def _lock_open(link_id):
    """Lock the accounts in id order, then the link between them."""
    ids = PersonLink.objects.filter(pk=link_id).values_list("one", "other").first() or ()
    accounts = {account.pk: account for account in User.objects.lock(ids)}
    [link] = PersonLink.objects.lock([link_id])
    link.one, link.other = accounts[link.one_id], accounts[link.other_id]
    if link.status != PersonLink.Status.PROPOSED:
        raise CannotLink(f"It is {link.get_status_display().lower()} already.", code="decided-already")
    return link


def _decide(link, status, by):
    link.status, link.decided_by, link.decided_at = status, by, database_now()
    link.save(update_fields=["status", "decided_by", "decided_at"])


def _require_not_own(one, other, by):
    if {one.pk, other.pk} & set(by.people_behind):
        raise CannotLink("One of them is your own account: two other administrators do this.", code="own-account")


def _require_no_conflict(one, other):
    accounts = {*one.accounts, *other.accounts}
    held = set(RoleAssignment.objects.filter(user__in=accounts).values_list("role", flat=True))
    for pair in CONFLICTS:
        if pair <= held:
            titles = " and ".join(sorted(ROLES[role].title for role in pair))
            raise CannotLink(
                f"One person may not be {titles}: take one of these roles away first.", code="roles-conflict"
            )


def _tell(event, link, by):
    data = {"one": link.one.public_id, "other": link.other.public_id, "reason": link.reason, "status": str(link.status)}
    facts = [
        Fact(account.public_id, None, {"id": account.public_id, "name": account.name} | data)
        for account in (link.one, link.other)
    ]
    record(event, facts, by=by)
