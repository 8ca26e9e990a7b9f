"""When somebody is away, and who looks after what they would decide."""

from django.db import transaction
from django.utils import timezone

from apps.approvals.models import Absence
from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, Invalid, NotFound
from apps.core.permissions import author_of, require_permission
from apps.events.operations import Fact, record
from apps.users.models import User
from apps.users.roles import ROLES

LONGEST_DAYS = 366


class CannotSetAbsence(Conflict):
    """The absence is not set, or not ended; nothing was changed."""

    code = "cannot-set-absence"
    title = "This absence cannot be set"


@transaction.atomic
def set_absence(person_id, begins_at, ends_at, *, by, delegate_id=None):
    """
    Note that a person is away for a time, and who looks after what they would decide; return the absence.

    It gives the delegate no right: they decide in their own name what they may decide anyway.

    :raises PermissionDenied: if it is not one's own absence and `by` may not manage people.
    :raises Invalid: naming what is wrong with the times.
    :raises CannotSetAbsence: if it overlaps another one, or the delegate is the same person, shut out, away at that time, or
        holds none of the person's roles.
    """
    _require_own_or_manager(person_id, by)
    person, delegate = _lock_people(person_id, delegate_id)
    faults = _time_faults(begins_at, ends_at)
    if faults:
        raise Invalid("The absence has faults.", errors=faults)
    if _overlapping(person, begins_at, ends_at).exists():
        raise CannotSetAbsence(f"{person.name} is noted as away in that time already.", code="absence-overlaps")
    if delegate:
        _check_delegate(person, delegate, begins_at, ends_at)
    absence = Absence.objects.create(
        person=person, delegate=delegate, begins_at=begins_at, ends_at=ends_at, set_by=author_of(by)
    )
    record("absence.set", [_fact(absence)], by=by)
    return absence


@transaction.atomic
def end_absence(absence_id, *, by):
    """
    Note that a person is back, or does not go.

    :raises PermissionDenied: if it is not one's own absence and `by` may not manage people.
    :raises CannotSetAbsence: if it is over.
    """
    [absence] = Absence.objects.lock([absence_id])
    _require_own_or_manager(absence.person_id, by)
    now, before = database_now(), absence.ends_at
    if before <= now:
        raise CannotSetAbsence("It is over already.", code="absence-over")
    absence.ends_at = max(now, absence.begins_at)
    absence.save(update_fields=["ends_at"])
    record("absence.ended", [_fact(absence, {"ends_at": [before, absence.ends_at]})], by=by)
    return absence


def _require_own_or_manager(person_id, by) -> None:
    """Let pass whoever it is about; anybody else manages people."""
    if not (by.actor_kind == "person" and by.is_active and by.pk == person_id):
        require_permission(by, "users.manage_roles")


def _lock_people(person_id, delegate_id):
    people = {person.pk: person for person in User.objects.lock({person_id, delegate_id} - {None})}
    person, delegate = people[person_id], people.get(delegate_id)
    if any(one.kind != User.Kind.PERSON for one in people.values()):
        raise NotFound("Only people are away, or look after others.")
    return person, delegate


def _time_faults(begins_at, ends_at) -> list[Fault]:
    if begins_at is None or ends_at is None or timezone.is_naive(begins_at) or timezone.is_naive(ends_at):
        return [Fault("/begins_at", "absence-times", "Give the day it begins and the day it ends.")]
    faults = []
    if ends_at <= begins_at:
        faults.append(Fault("/ends_at", "absence-order", "It ends after it begins."))
    if ends_at <= database_now():
        faults.append(Fault("/ends_at", "absence-over", "It ends in the future."))
    if (ends_at - begins_at).days > LONGEST_DAYS:
        faults.append(Fault("/ends_at", "absence-too-long", f"It lasts {LONGEST_DAYS} days at most."))
    return faults


def _overlapping(person, begins_at, ends_at):
    return Absence.objects.filter(person=person, begins_at__lt=ends_at, ends_at__gt=begins_at)


def _check_delegate(person, delegate, begins_at, ends_at) -> None:
    if person.pk == delegate.pk:
        raise CannotSetAbsence("Nobody stands in for themselves.", code="delegate-is-the-person")
    if not delegate.is_active:
        raise CannotSetAbsence(f"{delegate.name} is shut out.", code="delegate-shut-out")
    if not person.roles & delegate.roles:
        titles = " or ".join(ROLES[role].title for role in sorted(person.roles)) or "none"
        raise CannotSetAbsence(
            f"{delegate.name} holds none of the roles of {person.name} ({titles}). An absence gives no role to anybody.",
            code="delegate-lacks-the-role",
        )
    if _overlapping(delegate, begins_at, ends_at).exists():
        raise CannotSetAbsence(f"{delegate.name} is away in that time, too.", code="delegate-is-away")


def _fact(absence, changes=None) -> Fact:
    data = {
        "person": absence.person.public_id,
        "delegate": absence.delegate and absence.delegate.public_id,
        "begins_at": absence.begins_at,
        "ends_at": absence.ends_at,
    }
    return Fact(absence.public_id, None, data, changes or {})
