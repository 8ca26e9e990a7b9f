"""Signing in, for tests: `client.force_login` gives a sign-in whose second factor was just given."""

import time

from django.db.models.functions import Now
from django.test import Client

from apps.users.middleware import SIGN_IN_KEY
from apps.users.models import SignIn
from apps.users.operations import enroll_second_factor, prepare_second_factor
from apps.users.second_factor import STEP_SECONDS, STEPS_ASIDE, totp_of

_force_login = Client.force_login


def _force_confirmed_login(client, user, backend=None):
    _force_login(client, user, backend)
    session = client.session
    session[SIGN_IN_KEY] = str(SignIn.objects.create(user=user, confirmed_at=Now(), address="127.0.0.1").pk)
    session.save()


def install():
    Client.force_login = _force_confirmed_login


class Phone:
    """What shows somebody's codes: each call gives the next one that is accepted."""

    def __init__(self, secret_of_totp):
        self._totp = secret_of_totp
        self._step = int(time.time()) // STEP_SECONDS - STEPS_ASIDE

    def code(self) -> str:
        """Return a code that is accepted now and was not shown before: three of them in one half minute."""
        shown = self._totp.generate(self._step * STEP_SECONDS).decode()
        self._step += 1
        return shown


def phone_of(person) -> Phone:
    """Return the phone with which a person has set up a second factor just now."""
    phone = Phone(totp_of(prepare_second_factor(person.pk)))
    enroll_second_factor(person.pk, phone.code())
    return phone
