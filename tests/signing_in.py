"""Signing in, for tests: `client.force_login` gives a sign-in whose second factor was just given."""

import time

from django.db.models.functions import Now
from django.test import Client

from apps.users.middleware import SIGN_IN_KEY
from apps.users.models import SecondFactor, SignIn
from apps.users.operations import enroll_second_factor, prepare_second_factor
from apps.users.second_factor import STEP_SECONDS, totp_of

_force_login = Client.force_login


def _force_confirmed_login(client, user, backend=None):
    _force_login(client, user, backend)
    session = client.session
    session[SIGN_IN_KEY] = str(SignIn.objects.create(user=user, confirmed_at=Now(), address="127.0.0.1").pk)
    session.save()


def install():
    Client.force_login = _force_confirmed_login


class Phone:
    """What shows a person's codes: it has scanned what a page shows them, or else what is made for it."""

    def __init__(self, person):
        self.factor = SecondFactor.objects.filter(user=person).first() or prepare_second_factor(person.pk)

    def code(self) -> str:
        """Return the code of this half minute; if it was used, it is as if that had been in the one before."""
        step = int(time.time()) // STEP_SECONDS
        rows = SecondFactor.objects.filter(pk=self.factor.pk, last_step__gte=step)
        rows.update(last_step=step - 1)
        return totp_of(self.factor).generate(step * STEP_SECONDS).decode()


def phone_of(person) -> Phone:
    """Return the phone with which a person has set up a second factor just now."""
    phone = Phone(person)
    enroll_second_factor(person.pk, phone.factor.pk, phone.code())
    return phone
