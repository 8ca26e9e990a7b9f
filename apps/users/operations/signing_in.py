"""
Signing in and out.

First the password, then, for whoever has one, the second factor; then a *sign-in* begins, which ends by the clock or by
somebody. What is refused looks the same from outside whether the person exists or not.
"""

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models.functions import Now

from apps.core.errors import Conflict, DomainError, NotFound
from apps.core.permissions import SYSTEM, require_permission
from apps.events.operations import Fact, record
from apps.users import attempts
from apps.users.models import Attempts, Challenge, SecondFactor, SentForm, SignIn, User
from apps.users.second_factor import accept_code

BROWSER_LENGTH = SignIn._meta.get_field("browser").max_length


class CannotSignIn(DomainError):
    """`code` says why: sign-in-wrong, sign-in-closed. Never more: a stranger must not learn who has an account."""

    code = "sign-in-wrong"
    status = 401
    title = "The email address or the password is wrong"


class SignInClosed(CannotSignIn):
    """There were too many wrong attempts with one account or from one address; `detail` says until when it is closed."""

    code = "sign-in-closed"
    status = 429
    title = "Signing in is closed"


class CannotEndSignIn(Conflict):
    """`code` says why: own-sign-in."""

    title = "This sign-in cannot be ended here"


def check_password(email, password, *, address):
    """
    Return the person with this email address and password.

    :raises SignInClosed: if there were too many attempts with that email address or from that network address.
    :raises CannotSignIn: if one of them is wrong, or that person may not sign in.
    """
    counted = count_attempts(Attempts.Kind.ACCOUNT, email, address)
    person = authenticate(username=email, password=password)
    is_welcome = person is not None and person.kind == User.Kind.PERSON and not (settings.LIVE and person.is_demo)
    if not is_welcome:
        refuse_sign_in(counted, User.objects.filter(email=email.strip().lower()).first(), address, "password")
        raise CannotSignIn("The email address or the password is wrong.")
    for attempt in counted:
        attempts.take_back(attempt)
    return person


def check_code(user_id, code, *, address):
    """
    Accept a code of somebody's second factor, or one of their recovery codes, once.

    :raises SignInClosed: if there were too many attempts with codes of this person.
    :raises CannotSignIn: if it is wrong, or was used before.
    """
    counted = count_attempts(Attempts.Kind.CODE, str(user_id), address)
    with transaction.atomic():
        person = User.objects.filter(pk=user_id).select_for_update(no_key=True).get()
        method = accept_code(person, code)
        if method == "recovery code":
            record("user.recovery_code_used", [_fact(person, {"address": address})], by=person)
    if not method:
        refuse_sign_in(counted, person, address, "code")
        raise CannotSignIn("This code is wrong, or was used before. Codes from the app change every 30 seconds.")
    for attempt in counted:
        attempts.take_back(attempt)


@transaction.atomic
def begin_sign_in(user_id, *, address, browser, is_confirmed):
    """
    Let a person in whose password, and second factor if `is_confirmed`, was right.

    :raises CannotSignIn: if they were shut out meanwhile.
    """
    [person] = User.objects.lock([user_id])
    if not person.is_active:
        raise CannotSignIn
    sign_in = SignIn(user=person, address=address or None, browser=browser[:BROWSER_LENGTH])
    sign_in.confirmed_at = Now() if is_confirmed else None
    sign_in.save(force_insert=True)
    data = {"sign_in": sign_in.public_id, "address": address, "second_factor": is_confirmed}
    record("user.signed_in", [_fact(person, data)], by=person)
    return sign_in


def sign_out(sign_in_id, *, by):
    """End the sign-in that somebody acts in."""
    _end(SignIn.objects.filter(pk=sign_in_id), SignIn.End.SIGNED_OUT, by=by)


def end_by_clock(sign_in_id, end):
    """End a sign-in whose time is over."""
    _end(SignIn.objects.filter(pk=sign_in_id), end, by=SYSTEM)


@transaction.atomic
def end_sign_in(sign_in_id, *, by):
    """
    End a sign-in from elsewhere: one's own, or as an administrator somebody else's. Its next request is refused.

    :raises NotFound: if there is no such sign-in, or it is over.
    :raises PermissionDenied: if it is somebody else's and `by` may not manage people.
    :raises CannotEndSignIn: if it is the one that `by` acts in.
    """
    sign_in = SignIn.objects.filter(pk=sign_in_id, ended_at__isnull=True).first()
    if sign_in is None:
        raise NotFound("There is no such sign-in, or it is over.")
    if by.sign_in and by.sign_in.pk == sign_in.pk:
        raise CannotEndSignIn("This is where you are. Sign out instead.", code="own-sign-in")
    if sign_in.user_id != by.pk:
        require_permission(by, "users.manage_roles")
    end = SignIn.End.ENDED if sign_in.user_id == by.pk else SignIn.End.ENDED_BY_ADMINISTRATOR
    _end(SignIn.objects.filter(pk=sign_in.pk), end, by=by)


def end_other_sign_ins(*, by) -> int:
    """End all of one's own sign-ins but the one that `by` acts in, and return how many."""
    others = SignIn.objects.filter(user_id=by.pk).exclude(pk=by.sign_in.pk if by.sign_in else None)
    return _end(others, SignIn.End.ENDED, by=by)


def end_all(person, end, *, by, but=None) -> int:
    """End every sign-in of a person, and return how many; the caller decides that it may be."""
    return _end(SignIn.objects.filter(user=person).exclude(pk=but), end, by=by)


def forget_stale():
    """Remove the attempts that count no more, and sessions and forms of browsers that are over; sign-ins stay, as a record."""
    attempts.forget_stale()
    Challenge.objects.exclude(pk__in=Challenge.objects.fresh()).delete()
    SentForm.objects.stale().delete()
    SessionStore.clear_expired()


def forget_waiting(person):
    """Take away a second factor that nobody has given a code of; the caller holds the lock of the person's row."""
    SecondFactor.objects.filter(user=person, enrolled_at__isnull=True).delete()


@transaction.atomic
def _end(rows, end, *, by) -> int:
    """End those of the sign-ins that are open, and return how many."""
    ids = sorted(rows.filter(ended_at__isnull=True).values_list("pk", flat=True))
    if not ids:
        return 0
    [person] = User.objects.lock(set(SignIn.objects.filter(pk__any_of=ids).values_list("user", flat=True)))
    ended = SignIn.objects.filter(pk__any_of=ids, ended_at__isnull=True)
    names = [sign_in.public_id for sign_in in ended]
    ended.update(ended_at=Now(), end=end)
    if names:
        record("user.signed_out", [_fact(person, {"sign_ins": names, "end": str(end)})], by=by)
    return len(names)


def count_attempts(kind, what, address):
    """
    Count an attempt with an account or a person's codes, and from its network address where one is known.

    :raises SignInClosed: if it is one too many.
    """
    counted = [(Attempts.Kind.ADDRESS, address)] if address else []
    return [_attempt(*one) for one in (*counted, (kind, what))]


def _attempt(kind, what):
    attempt = attempts.count(kind, what)
    if not attempt.is_allowed:
        until = f"{attempt.closed_until:%H:%M} UTC on {attempt.closed_until:%d %B}"
        whose = "from your network address" if kind == Attempts.Kind.ADDRESS else "to this account"
        raise SignInClosed(f"There were too many wrong attempts. Signing in {whose} is closed until {until}.")
    return attempt


@transaction.atomic
def refuse_sign_in(counted, person, address, what):
    """Record that somebody was refused, and what is closed by it."""
    *_, last = counted
    if person:
        User.objects.lock([person.pk])
    else:
        list(Attempts.objects.filter(kind=last.kind, digest=last.digest).select_for_update())
    facts = [Fact(person.public_id if person else last.public_id, None, {"wrong": what, "address": address})]
    record("user.sign_in_refused", facts, by=SYSTEM)
    closed = [attempt for attempt in counted if attempt.closes]
    facts = [
        Fact(
            person.public_id if person and attempt.kind != Attempts.Kind.ADDRESS else attempt.public_id,
            None,
            {"closed": Attempts.Kind(attempt.kind).label, "until": attempt.closed_until, "address": address},
        )
        for attempt in closed
    ]
    record("user.sign_in_closed", facts, by=SYSTEM)


def _fact(person, data):
    return Fact(person.public_id, None, {"id": person.public_id, "name": person.name} | data)
