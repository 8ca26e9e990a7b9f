"""Signing in with what is wrong, old, or somebody else's: G14 to G17 of the catalogue in the project's threat model."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from apps.core.permissions import SYSTEM
from apps.users.models import SignIn
from apps.users.operations import create_person
from apps.users.second_factor import STEP_SECONDS, totp_of
from tests import signing_in
from tests.users.test_signing_in import PASSWORD, give_code, give_password, is_in, kim, text  # noqa: F401 a fixture


@pytest.mark.parametrize(
    "after", ["//evil.example", "///evil.example", "/\\evil.example", "https://evil.example/admin/", "javascript:alert(1)",
              "/admin/\r\nSet-Cookie: a=b", "http:///evil.example", "\x00//evil.example"],
)  # fmt: skip
def test_g14_nobody_is_led_elsewhere_after_signing_in(client, kim, after):  # noqa: F811
    answer = client.post("/admin/login/", {"username": kim.email, "password": PASSWORD, "next": after})
    assert answer.status_code in (302, 400)
    assert answer.get("Location", "/admin/") in ("/admin/", "/admin/%0D%0ASet-Cookie:%20a=b")
    confirmed = Client()
    confirmed.force_login(kim)
    answer = confirmed.post("/admin/sign-in/confirm/", {"next": after})
    assert answer.get("Location", "/admin/") in ("/admin/", "/admin/%0D%0ASet-Cookie:%20a=b")


def test_g15_of_thirty_wrong_passwords_five_are_looked_at(client, kim, monkeypatch):  # noqa: F811
    """Known and unknown names are told the same, and each that is looked at costs one password's work."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    said, work = {}, {}
    for email in (kim.email, "nobody@example.com"):
        hashed.clear()
        pages = [text(give_password(Client(REMOTE_ADDR=""), email, "wrong")) for _ in range(30)]
        said[email] = ["The email address or the password is wrong." in page for page in pages]
        assert all("is closed until" in page for page in pages[5:])
        work[email] = len(hashed)
    assert said[kim.email] == said["nobody@example.com"] == [True] * 5 + [False] * 25
    assert work[kim.email] == work["nobody@example.com"] == 5


def test_g16_a_code_is_good_once_and_one_half_minute_aside(kim, settings):  # noqa: F811
    settings.SIGN_IN_ATTEMPTS = 20
    phone = signing_in.phone_of(kim)
    phone.factor.refresh_from_db()
    phone.factor.last_step = 1
    phone.factor.save(update_fields=["last_step"])

    def opens(step) -> bool:
        browser = Client()
        give_password(browser)
        give_code(browser, totp_of(phone.factor).generate(step * STEP_SECONDS).decode())
        return is_in(browser)

    _in_the_middle_of_a_half_minute()
    now = int(time.time()) // STEP_SECONDS
    steps = [now - 2, now + 2, now - 1, now - 1, now, now, now - 1, now + 1, now + 1, now]
    assert [opens(step) for step in steps] == [False, False, True, False, True, False, False, True, False, False]


def test_g17_a_session_from_before_signing_in_opens_nothing_afterwards(client, kim):  # noqa: F811
    """What somebody planted in a browser is neither what it has after the password nor after the code."""
    phone = signing_in.phone_of(kim)
    name = _name(client)
    planted = Client()
    planted.cookies[name] = "a" * 32
    give_password(planted)
    assert planted.cookies[name].value != "a" * 32 and not Session.objects.filter(pk="a" * 32).exists()

    client.get("/admin/login/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    keys = [session.session_key]
    give_password(client)
    keys.append(client.session.session_key)
    give_code(client, phone.code())
    keys.append(client.session.session_key)
    assert is_in(client) and len(set(keys)) == 3
    for key in keys[:2]:
        fixed = Client()
        fixed.cookies[name] = key
        assert not is_in(fixed)
        assert not Session.objects.filter(pk=key).exists()


def test_g17_a_session_of_one_person_is_none_of_another_and_ends_on_signing_out(client, kim):  # noqa: F811
    other = create_person("lu@example.com", "Lu Example", roles=["auditor"], password=PASSWORD, by=SYSTEM)
    give_password(client)
    first, sign_in = client.session.session_key, SignIn.objects.get(user=kim)
    session = client.session
    session["sign_in"] = str(SignIn.objects.create(user=other).pk)
    session.save()
    assert not is_in(client), "somebody else's sign-in is none of this person's"

    again, second = Client(), Client()
    for browser in (again, second):
        give_password(browser)
    assert is_in(again) and is_in(second), "several at once are seen on one's account, and ended there"
    key = again.session.session_key
    again.post("/admin/logout/")
    stolen = Client()
    stolen.cookies[_name(again)] = key
    assert (is_in(stolen), is_in(second)) == (False, True)
    assert first != key and sign_in.started_at < SignIn.objects.latest("started_at").started_at + timedelta(seconds=1)


def _name(client):
    from django.conf import settings

    return settings.SESSION_COOKIE_NAME


def _in_the_middle_of_a_half_minute():
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < 3:
        time.sleep(left)
