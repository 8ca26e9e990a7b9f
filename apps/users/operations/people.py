"""
People and the roles they hold.

Nobody changes their own roles, and no role is given that the person's other roles exclude: asked here, and refused by
the database as well.
"""

from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.core.errors import Conflict, Fault, Invalid
from apps.core.permissions import ConfirmationNeeded, author_of, require_permission
from apps.core.text import InvalidText, check_text
from apps.events.operations import Fact, record
from apps.users.models import RoleAssignment, SignIn, User
from apps.users.operations.signing_in import end_all, forget_waiting
from apps.users.roles import ROLES, conflicts_with


class CannotCreatePerson(Invalid):
    title = "This person cannot be added"


class CannotChangeRole(Conflict):
    """`code` says why: own-role, roles-conflict, role-held-already, role-not-held, not-a-person."""

    title = "This role cannot be changed"


class CannotDeactivate(Conflict):
    """`code` says why: own-account, not-a-person."""

    title = "This person cannot be deactivated"


class CannotChangePassword(Invalid):
    """`code` says why: own-password, not-a-person, or validation-failed with the faults."""

    title = "The password cannot be changed"


class CannotChangeTimeZone(Invalid):
    title = "There is no such time zone"


@transaction.atomic
def create_person(email, name, *, by, roles=(), password=None, is_demo=False):
    """
    Add a person, with the roles given; without a password they cannot sign in before `set_password`.

    A password that another person gives them is to be changed at the first sign-in.

    `is_demo` marks one who is invented: such people sign in without a second factor, and never where money is real.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotCreatePerson: with a fault for the email address, the name, the password.
    :raises CannotChangeRole: if the roles exclude each other.
    """
    require_permission(by, "users.manage_roles")
    is_known = password is not None and author_of(by) is not None
    person = User(email=email.strip().lower(), name=name, is_demo=is_demo, must_change_password=is_known)
    _check_person(person, password)
    person.set_password(password)
    person.save(force_insert=True)
    record("user.created", [_fact(person, [], {})], by=by)
    for role in roles:
        assign_role(person.pk, role, by=by)
    return person


@transaction.atomic
def assign_role(user_id, role, *, by):
    """
    Give a person a role.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotChangeRole: if it is their own, held already, or excluded by a role they hold.
    """
    require_permission(by, "users.manage_roles")
    person, held = _lock_person(user_id, role, by)
    if role in held:
        raise CannotChangeRole(f"{person.name} is {ROLES[role].title} already.", code="role-held-already")
    excluding = conflicts_with(role, _held_together(person))
    if excluding:
        titles = ", ".join(ROLES[other].title for other in excluding)
        raise CannotChangeRole(
            f"One person may not be {ROLES[role].title} and {titles}.", code="roles-conflict", conflicts_with=excluding
        )
    assignment = RoleAssignment.objects.create(user=person, role=role, assigned_by=author_of(by))
    after = sorted([*held, role])
    record("user.role_assigned", [_fact(person, after, {"roles": [held, after]})], by=by)
    return assignment


@transaction.atomic
def remove_role(user_id, role, *, by):
    """
    Take a role from a person; their open sessions lose it with the next request.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotChangeRole: if it is their own, or not held.
    """
    require_permission(by, "users.manage_roles")
    person, held = _lock_person(user_id, role, by)
    if role not in held:
        raise CannotChangeRole(f"{person.name} is not {ROLES[role].title}.", code="role-not-held")
    RoleAssignment.objects.filter(user=person, role=role).delete()
    after = [other for other in held if other != role]
    record("user.role_removed", [_fact(person, after, {"roles": [held, after]})], by=by)


@transaction.atomic
def deactivate_person(user_id, *, by):
    """
    Shut a person out: sign-in and open sessions end with the next request. Nothing of what they did is touched.

    `apps.payouts` shuts people out by it, with the keys they answer for and the approvals that wait for others.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotDeactivate: if it is oneself, or a partner's service user.
    """
    return _set_active(user_id, False, "user.deactivated", by)


@transaction.atomic
def reactivate_person(user_id, *, by):
    """
    Let a person in again, with the roles they had.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotDeactivate: if it is oneself, or a partner's service user.
    """
    return _set_active(user_id, True, "user.reactivated", by)


@transaction.atomic
def change_password(present, new, *, by):
    """
    Change one's own password; every other sign-in of the person ends, and a second factor that waits is forgotten.

    :raises ConfirmationNeeded: if they have not given their second factor a short while ago.
    :raises CannotChangePassword: with a fault for the present password, the new one.
    """
    if by.is_unconfirmed:
        raise ConfirmationNeeded("password")
    [person] = User.objects.lock([by.pk])
    faults = [] if person.check_password(present) else [Fault("/present", "wrong", "Your present password is wrong.")]
    faults += _password_faults(new, person, "/new")
    if new == present:
        faults.append(Fault("/new", "same", "Choose another password than the present one."))
    if faults:
        raise CannotChangePassword(errors=faults)
    _save_password(person, new, must_change=False)
    record("user.password_changed", [_fact(person, sorted(person.roles), {})], by=by)
    end_all(person, SignIn.End.PASSWORD_CHANGED, by=by, but=by.sign_in.pk if by.sign_in else None)
    return person


@transaction.atomic
def change_time_zone(time_zone, *, by):
    """
    Show oneself times in another zone from now on; an empty one is the portal's.

    :raises CannotChangeTimeZone: if it is no zone of the IANA time zone database.
    """
    if time_zone and time_zone not in available_timezones():
        detail = f"There is no time zone {time_zone}. Choose one of the list, such as Europe/Berlin."
        raise CannotChangeTimeZone(detail, errors=[Fault("/time_zone", "unknown-time-zone", detail)])
    [person] = User.objects.lock([by.pk])
    if person.time_zone == time_zone:
        return person
    changes = {"time_zone": [person.time_zone, time_zone]}
    person.time_zone = time_zone
    person.save(update_fields=["time_zone"])
    record("user.time_zone_changed", [_fact(person, sorted(person.roles), changes)], by=by)
    return person


@transaction.atomic
def set_password(user_id, password, *, by):
    """
    Give a person a password that they have to change when they next sign in; all their sign-ins end.

    For who has none, or has forgotten it. Their second factor stays, so it lets nobody in who lacks their phone.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotChangePassword: if it is one's own, or a partner's service user's, or with a fault for the password.
    """
    require_permission(by, "users.manage_roles")
    [person] = User.objects.lock([user_id])
    if person.kind != User.Kind.PERSON:
        raise CannotChangePassword("A platform signs in nowhere; it has keys.", code="not-a-person")
    if person.pk in by.people_behind:
        raise CannotChangePassword("Change your own password under My account.", code="own-password")
    if faults := _password_faults(password, person, "/password"):
        raise CannotChangePassword(errors=faults)
    _save_password(person, password, must_change=True)
    record("user.password_set", [_fact(person, sorted(person.roles), {})], by=by)
    end_all(person, SignIn.End.PASSWORD_CHANGED, by=by)
    return person


def _save_password(person, password, *, must_change):
    person.set_password(password)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])
    forget_waiting(person)


def _set_active(user_id, active, event_type, by):
    require_permission(by, "users.manage_roles")
    [person] = User.objects.lock([user_id])
    if person.kind != User.Kind.PERSON:
        raise CannotDeactivate("Suspend the partner or revoke its keys instead.", code="not-a-person")
    if person.pk in by.people_behind:
        raise CannotDeactivate("Somebody else has to do this.", code="own-account")
    if person.is_active != active:
        person.is_active = active
        person.save(update_fields=["is_active"])
        changes = {"is_active": [not active, active]}
        record(event_type, [_fact(person, sorted(person.roles), changes)], by=by)
    if not active:
        end_all(person, SignIn.End.SHUT_OUT, by=by)
    return person


def _lock_person(user_id, role, by):
    """Lock the person whose role changes and return them with the roles they hold."""
    if role not in ROLES:
        raise Invalid(errors=[Fault("/role", "unknown-role", f"The roles are {', '.join(ROLES)}.")])
    [person] = User.objects.lock([user_id])
    if person.kind != User.Kind.PERSON:
        raise CannotChangeRole("Only people hold roles; a key has scopes.", code="not-a-person")
    if person.pk in by.people_behind:
        raise CannotChangeRole("Nobody changes their own roles.", code="own-role")
    return person, sorted(person.roles)


def _held_together(person) -> list[str]:
    """Return the roles that all accounts of a person hold."""
    return sorted(RoleAssignment.objects.filter(user__in=person.accounts).values_list("role", flat=True).distinct())


def _check_person(person, password):
    faults = []
    try:
        validate_email(person.email)
    except ValidationError:
        faults.append(Fault("/email", "not-an-email-address", "Write an address like name@example.com."))
    if User.objects.filter(email=person.email).exists():
        faults.append(Fault("/email", "email-taken", "Somebody signs in with this address already."))
    try:
        person.name = check_text(person.name, max_length=140)
    except InvalidText as error:
        faults.append(Fault("/name", error.code, error.detail))
    if password is not None:
        faults += _password_faults(password, person, "/password")
    if faults:
        raise CannotCreatePerson(errors=faults)


def _password_faults(password, person, pointer):
    try:
        validate_password(password, person)
    except ValidationError as error:
        return [Fault(pointer, problem.code, " ".join(problem.messages)) for problem in error.error_list]
    return []


def _fact(person, roles, changes):
    data = {"id": person.public_id, "name": person.name, "is_active": person.is_active, "roles": list(roles)}
    return Fact(person.public_id, None, data, changes)
