"""What is tried at the same moment: no code opens twice, and no more guesses are looked at than are allowed."""

import pytest

from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.users.models import SignIn
from apps.users.operations import begin_sign_in, check_code, check_password, create_person, end_sign_in
from tests import signing_in
from tests.threads import at_once, refused


@pytest.mark.slow  # makes a fresh database for threads that commit
def test_one_code_opens_once_and_the_limit_is_exact(committed_db, settings):
    person = create_person("kim@example.com", "Kim", password="correct horse battery", by=SYSTEM)
    phone = signing_in.phone_of(person)
    code = phone.code()

    outcomes = at_once(*[lambda n=n: check_code(person.pk, code, address=f"203.0.113.{n}") for n in range(4)])
    assert len(refused(outcomes)) == 3

    settings.SIGN_IN_ATTEMPTS = 3
    guesses = [lambda n=n: check_password("kim@example.com", f"guess {n}", address=f"198.51.100.{n}") for n in range(8)]
    assert (
        sorted(outcome.code for outcome in refused(at_once(*guesses))) == ["sign-in-closed"] * 5 + ["sign-in-wrong"] * 3
    )
    unknown = [
        lambda n=n: check_password("nobody@example.com", f"guess {n}", address=f"198.51.100.{n}") for n in range(4)
    ]
    assert sorted(outcome.code for outcome in refused(at_once(*unknown))) == ["sign-in-closed"] + ["sign-in-wrong"] * 3
    assert Event.objects.filter(type="user.sign_in_closed").count() == 2

    sign_in = begin_sign_in(person.pk, address="", browser="", is_confirmed=True)
    ends = at_once(*[lambda: end_sign_in(sign_in.pk, by=person) for _ in range(3)])
    assert SignIn.objects.get().end == "ended"
    assert Event.objects.filter(type="user.signed_out").count() == 1, ends
