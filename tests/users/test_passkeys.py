"""Passkeys: added, signed in with, confirmed with, removed; and what is no answer to what was asked."""

from datetime import timedelta
from html import unescape

import pytest
from django.db.models import F
from django.test import Client

from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.users.models import Challenge, Passkey, SignIn
from apps.users.operations import create_person, forget_stale, reset_second_factor
from tests import signing_in
from tests.users.authenticator import PRESENT, Authenticator

PASSWORD = "correct horse battery"
NEW, REMOVE, CODE = "/admin/account/passkeys/new/", "/admin/account/passkeys/remove/", "/admin/sign-in/code/"


@pytest.fixture
def kim(db):
    person = create_person("kim@example.com", "Kim Example", roles=["auditor"], password=PASSWORD, by=SYSTEM)
    person.phone = signing_in.phone_of(person)
    return person


@pytest.fixture
def inside(kim):
    client = Client()
    client.force_login(kim)
    return client


@pytest.fixture
def device(inside):
    device = Authenticator()
    inside.post(NEW, {"name": "Laptop", "passkey": device.make(asked(inside))})
    assert Passkey.objects.count() == 1
    return device


def asked(client, address=NEW):
    return client.get(address).context["passkey"]


def half_way(email="kim@example.com"):
    """Return a browser in which the password was given."""
    client = Client()
    client.post("/admin/login/", {"username": email, "password": PASSWORD})
    return client


def text(answer):
    return unescape(answer.content.decode())


def is_in(client):
    return client.get("/admin/account/").status_code == 200


def told(type):
    return list(Event.objects.filter(type=type).order_by("pk"))


def test_a_passkey_signs_in_in_place_of_a_code(kim, device):
    client = half_way()
    answer = client.post(CODE, {"code": "", "passkey": device.use(asked(client, CODE))})
    assert (answer.status_code, is_in(client)) == (302, True)
    passkey = Passkey.objects.get()
    assert (passkey.name, passkey.sign_count, passkey.last_used_at is None) == ("Laptop", 1, False)
    [added] = told("user.passkey_added")
    assert (added.subject, added.data["passkey"]) == (kim.public_id, passkey.public_id)
    assert SignIn.objects.order_by("started_at").last().confirmed_at is not None


def test_the_phone_works_beside_it(kim, device):
    client = half_way()
    client.post(CODE, {"code": kim.phone.code()})
    assert is_in(client)


def test_a_passkey_confirms_what_matters(inside, device):
    SignIn.objects.update(confirmed_at=F("confirmed_at") - timedelta(minutes=6))
    question = inside.post("/admin/account/recovery-codes/")
    assert "Confirm that it is you" in text(question)
    form = {"confirmation_code": "", "confirmation_passkey": device.use(question.context["passkey"])}
    assert len(inside.post("/admin/account/recovery-codes/", form).context["codes"]) == 10


def wrong_site(device):
    device.site = "elsewhere.example"


def wrong_origin(device):
    device.origin = "http://elsewhere.example"


def nobody_verified(device):
    device.flags = PRESENT


def count_that_stands_still(device):
    Passkey.objects.update(sign_count=5)
    device.count = 4


@pytest.mark.parametrize("spoil", [wrong_site, wrong_origin, nobody_verified, count_that_stands_still])
def test_what_is_not_as_it_has_to_be_opens_nothing(spoil, kim, device):
    client = half_way()
    before = Passkey.objects.values().get()["last_used_at"]
    spoil(device)
    answer = client.post(CODE, {"passkey": device.use(asked(client, CODE))})
    assert "The passkey was not accepted" in text(answer) and not is_in(client)
    assert Passkey.objects.values().get()["last_used_at"] == before
    assert [event.data["wrong"] for event in told("user.sign_in_refused")] == ["passkey"]


def test_another_key_signs_for_nobody(device):
    client = half_way()
    other = Authenticator()
    other.credential_id = device.credential_id
    client.post(CODE, {"passkey": other.use(asked(client, CODE))})
    assert not is_in(client)


def test_an_answer_opens_once_and_in_its_session_alone(device):
    client, other = half_way(), half_way()
    answer = device.use(asked(client, CODE))
    other.post(CODE, {"passkey": answer})
    assert not is_in(other), "it was asked in another session"
    client.post(CODE, {"passkey": answer})
    assert is_in(client)
    client.post("/admin/logout/")
    again = half_way()
    again.post(CODE, {"passkey": answer})
    assert not is_in(again)


def test_a_question_of_another_purpose_or_of_long_ago_is_not_answered(inside, device):
    client = half_way()
    late = device.use(asked(client, CODE))
    Challenge.objects.update(asked_at=F("asked_at") - timedelta(minutes=6))
    client.post(CODE, {"passkey": late})
    assert not is_in(client)
    forget_stale()
    assert Challenge.objects.count() == 1, "only what the last page asks"

    to_add = asked(inside)
    SignIn.objects.update(confirmed_at=None)
    form = {"confirmation_code": "", "confirmation_passkey": device.use(to_add)}
    assert "not accepted" in text(inside.post("/admin/account/recovery-codes/", form))


@pytest.mark.parametrize(
    "junk", ["x", "{}", "[]", "null", '{"response": {"clientDataJSON": "e30"}}', "9" * 30_000, "\x00"]
)
def test_junk_opens_nothing_and_breaks_nothing(junk, inside, kim):
    client = half_way()
    assert client.post(CODE, {"passkey": junk}).status_code == 200
    assert not is_in(client)
    assert inside.post(NEW, {"name": "Junk", "passkey": junk}).status_code == 302
    assert not Passkey.objects.exists()


def test_too_many_wrong_answers_close_codes_and_passkeys_alike(kim, device, settings):
    client = half_way()
    for _ in range(settings.SIGN_IN_ATTEMPTS):
        client.post(CODE, {"passkey": "x"})
    answer = client.post(CODE, {"passkey": device.use(asked(client, CODE))})
    assert "too many wrong attempts" in text(answer) and not is_in(client)


@pytest.mark.parametrize("spoil", [wrong_site, wrong_origin, nobody_verified])
def test_what_a_device_says_wrongly_is_not_added(spoil, inside, kim):
    device = Authenticator()
    spoil(device)
    inside.post(NEW, {"name": "Laptop", "passkey": device.make(asked(inside))})
    assert not Passkey.objects.exists() and not told("user.passkey_added")


def test_a_passkey_is_known_once(inside, device):
    inside.post(NEW, {"name": "Again", "passkey": device.make(asked(inside))})
    assert Passkey.objects.get().name == "Laptop"


def test_passkeys_are_added_and_removed_with_a_second_factor_alone(inside, device):
    SignIn.objects.update(confirmed_at=None)
    passkey = Passkey.objects.get()
    for answer in (
        inside.get(NEW),
        inside.post(NEW, {"name": "Other", "passkey": "x"}),
        inside.post(REMOVE, {"passkey": passkey.public_id}),
    ):
        assert "Confirm that it is you" in text(answer)
    assert Passkey.objects.get() == passkey


def test_without_a_phone_there_is_no_passkey(db):
    person, client = create_person("pat@example.com", "Pat", by=SYSTEM), Client()
    client.force_login(person)
    assert client.get(NEW).status_code == 302
    assert not Challenge.objects.exists()


def test_a_removed_passkey_opens_nothing(inside, device, kim):
    client = half_way()
    answer = device.use(asked(client, CODE))
    passkey = Passkey.objects.get()
    inside.post(REMOVE, {"passkey": passkey.public_id})
    assert [event.data["passkey_name"] for event in told("user.passkey_removed")] == ["Laptop"]
    client.post(CODE, {"passkey": answer})
    assert not is_in(client)


def test_nobody_removes_somebody_elses(device, kim):
    other = Client()
    other.force_login(create_person("pat@example.com", "Pat", by=SYSTEM))
    other.post(REMOVE, {"passkey": Passkey.objects.get().public_id})
    assert Passkey.objects.count() == 1


def test_who_has_lost_the_phone_loses_the_passkeys_with_it(administrator, kim, device):
    reset_second_factor(kim.pk, by=administrator)
    assert not Passkey.objects.exists()
