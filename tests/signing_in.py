"""Signing in, for tests: `client.force_login` gives a sign-in whose second factor was just given."""

from django.db.models.functions import Now
from django.test import Client

from apps.users.middleware import SIGN_IN_KEY
from apps.users.models import SignIn

_force_login = Client.force_login


def _force_confirmed_login(client, user, backend=None):
    _force_login(client, user, backend)
    session = client.session
    session[SIGN_IN_KEY] = str(SignIn.objects.create(user=user, confirmed_at=Now(), address="127.0.0.1").pk)
    session.save()


def install():
    Client.force_login = _force_confirmed_login
