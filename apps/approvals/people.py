"""Who could approve: people with the role who are active and not away, and whether they are enough."""

from apps.approvals.models import Absence
from apps.core.database import database_now
from apps.core.errors import Conflict
from apps.partners.models import ApiKey
from apps.users.models import User
from apps.users.roles import ROLES

DECIDES = {"payout": "payouts.approve_payout"}
"""Which permission makes a person one who may approve a kind of subject."""


class CannotPublish(Conflict):
    """The version is not published; nothing was changed."""

    code = "cannot-publish-setting"
    title = "This cannot be published"


def roles_that(permission) -> list[str]:
    """Return the roles that hold a permission."""
    return [name for name, role in ROLES.items() if permission in role.permissions]


def approvers():
    """Return the active people who may approve payouts."""
    held = User.objects.filter(role_assignments__role__in=roles_that(DECIDES["payout"]))
    return held.filter(kind=User.Kind.PERSON, is_active=True).distinct().order_by("name")


def present_approvers(at=None):
    """Return the approvers who are not away at a moment, now if none is given."""
    return approvers().exclude(pk__in=Absence.objects.at(at or database_now()).order_by().values("person"))


def check_chains(version, at) -> None:
    """
    Refuse a policy of which a band asks for more different people than could approve when it begins.

    Nobody counts who is away then, or who answers for a key of a platform that falls under it: they made its payouts.

    :raises CannotPublish: naming the bands.
    """
    present = {person.pk: person for person in present_approvers(at)}
    most_behind_keys = _most_behind_keys(version, set(present))
    people = len(present) - most_behind_keys
    short = [band["approvals"] for band in version.content["bands"] if band["approvals"] > people]
    if not short:
        return
    away = approvers().count() - len(present)
    why = [f"{away} more away" if away else "", f"{most_behind_keys} behind a key" if most_behind_keys else ""]
    note = f" ({', '.join(part for part in why if part)})" if any(why) else ""
    raise CannotPublish(
        f"It asks for {max(short)} approvals, and {people} active people may approve then{note}. "
        "Give more people the role first, or let it begin when they are back.",
        code="no-chain-of-people",
        people=people,
    )


def _most_behind_keys(version, present) -> int:
    """Return how many of these people answer for live keys of one platform that falls under the version, at most."""
    keys = ApiKey.objects.filter(revoked_at=None, created_by__in=present)
    if version.partner_id:
        keys = keys.filter(partner=version.partner_id)
    behind = {}
    for partner_id, person_id in keys.order_by().values_list("partner", "created_by").distinct():
        behind.setdefault(partner_id, set()).add(person_id)
    return max(map(len, behind.values()), default=0)
