"""Second factors: getting one, using it, and losing it."""

from django.db import transaction
from django.db.models.functions import Now

from apps.core.errors import Conflict, Invalid
from apps.core.permissions import ConfirmationNeeded, require_permission
from apps.events.operations import Fact, record
from apps.users import second_factor
from apps.users.models import Passkey, SecondFactor, SignIn, User
from apps.users.operations.signing_in import check_code, end_all, forget_waiting
from apps.users.queries import has_second_factor, waiting_second_factor


class CannotEnroll(Invalid):
    """`code` says why: wrong-code, replaced, enrolled-already, none-there."""

    title = "The second factor cannot be set up"


class CannotResetSecondFactor(Conflict):
    """`code` says why: own-second-factor, none-there."""

    title = "The second factor cannot be taken away"


@transaction.atomic
def prepare_second_factor(user_id):
    """
    Return a new second factor of a person, which waits for its first code and means nothing before.

    It takes the place of the one that waited: whoever was shown that, perhaps with a password that somebody else had
    set, must not be able to make codes later.

    :raises CannotEnroll: if they have one already.
    """
    [person] = User.objects.lock([user_id])
    _require_not_enrolled(person)
    return _let_wait(person)


@transaction.atomic
def prepare_replacement(*, by):
    """
    Return a new second factor that waits to take the place of one's present one, which works until then.

    :raises ConfirmationNeeded: if they have not given the present one a short while ago.
    :raises CannotEnroll: if they have none.
    """
    return _let_wait(_lock_who_replaces(by))


@transaction.atomic
def replace_second_factor(factor_id, code, *, by):
    """
    Let the second factor that waits take the place of one's present one, by its first code; return new recovery codes.

    The former one and its recovery codes are worth nothing from then on, and all other sign-ins of the person end.

    :raises ConfirmationNeeded: if they have not given the present one a short while ago.
    :raises CannotEnroll: if the code is wrong, another one waits by now, or they have none to replace.
    """
    person = _lock_who_replaces(by)
    factor, step = _first_code_of(person, factor_id, code)
    SecondFactor.objects.filter(user=person, enrolled_at__isnull=False).delete()
    codes = _take_into_use(factor, step)
    record("user.second_factor_replaced", [_fact(person)], by=by)
    end_all(person, SignIn.End.ENDED, by=by, but=by.sign_in.pk if by.sign_in else None)
    return codes


@transaction.atomic
def enroll_second_factor(user_id, factor_id, code, *, sign_in_id=None):
    """
    Make a second factor that waits the person's own, by its first code; return their recovery codes, to be shown once.

    `factor_id` is the one that was shown in this browser. A sign-in that is open already is confirmed by it, and all
    others of the person end.

    :raises CannotEnroll: if the code is wrong, another one waits by now, or they have one already.
    """
    [person] = User.objects.lock([user_id])
    _require_not_enrolled(person)
    codes = _take_into_use(*_first_code_of(person, factor_id, code))
    SignIn.objects.filter(pk=sign_in_id, user=person).update(confirmed_at=Now())
    record("user.second_factor_enrolled", [_fact(person)], by=person)
    end_all(person, SignIn.End.ENDED, by=person, but=sign_in_id)
    return codes


def confirm_sign_in(code, *, by, address):
    """
    Show by a code that it is still the person who signed in.

    :raises SignInClosed: if there were too many attempts.
    :raises CannotSignIn: if the code is wrong.
    """
    check_code(by.pk, code, address=address)
    SignIn.objects.filter(pk=by.sign_in.pk, ended_at__isnull=True).update(confirmed_at=Now())


@transaction.atomic
def renew_recovery_codes(*, by):
    """
    Give a person new recovery codes in place of the former ones; return them, to be shown once.

    :raises ConfirmationNeeded: if they have not given their second factor a short while ago.
    :raises CannotResetSecondFactor: if they have no second factor.
    """
    if by.is_unconfirmed:
        raise ConfirmationNeeded("recovery codes")
    [person] = User.objects.lock([by.pk])
    factor = SecondFactor.objects.filter(user=person, enrolled_at__isnull=False).first()
    if factor is None:
        raise CannotResetSecondFactor("Set up a second factor first.", code="none-there")
    codes = second_factor.draw_recovery_codes(factor)
    record("user.recovery_codes_renewed", [_fact(person)], by=by)
    return codes


@transaction.atomic
def reset_second_factor(user_id, *, by):
    """
    Take away the second factor of somebody who has lost it, with their passkeys: their sign-ins end, and they set up another one.

    :raises PermissionDenied: if `by` may not manage people.
    :raises CannotResetSecondFactor: if it is their own, or there is none.
    """
    require_permission(by, "users.manage_roles")
    [person] = User.objects.lock([user_id])
    if person.pk in by.people_behind:
        raise CannotResetSecondFactor("Somebody else has to do this.", code="own-second-factor")
    if not SecondFactor.objects.filter(user=person).delete()[0]:
        raise CannotResetSecondFactor(f"{person.name} has no second factor.", code="none-there")
    Passkey.objects.filter(user=person).delete()
    record("user.second_factor_reset", [_fact(person)], by=by)
    end_all(person, SignIn.End.SECOND_FACTOR_RESET, by=by)


def _let_wait(person):
    """Return a new second factor that waits, in place of any that waited; the caller holds the lock of the person's row."""
    forget_waiting(person)
    factor = SecondFactor(user=person)
    second_factor.draw_secret(factor)
    factor.save(force_insert=True)
    return factor


def _first_code_of(person, factor_id, code):
    """Return the second factor that waits, and the half minute of its first code."""
    factor = waiting_second_factor(person, factor_id)
    if factor is None:
        raise CannotEnroll("What you scanned is not valid any more. Scan what is shown now.", code="replaced")
    step = second_factor.find_step(factor, code.replace(" ", ""))
    if step is None:
        detail = "This code is wrong. Wait for the next one, and see that your phone's clock is right."
        raise CannotEnroll(detail, code="wrong-code")
    return factor, step


def _take_into_use(factor, step) -> list[str]:
    SecondFactor.objects.filter(pk=factor.pk).update(enrolled_at=Now(), last_step=step)
    return second_factor.draw_recovery_codes(factor)


def _lock_who_replaces(by):
    if by.is_unconfirmed:
        raise ConfirmationNeeded("second factor")
    [person] = User.objects.lock([by.pk])
    if not has_second_factor(person):
        raise CannotEnroll("You have no second factor yet: set one up.", code="none-there")
    return person


def _require_not_enrolled(person):
    if has_second_factor(person):
        raise CannotEnroll("You have a second factor already.", code="enrolled-already")


def _fact(person):
    return Fact(person.public_id, None, {"id": person.public_id, "name": person.name})
