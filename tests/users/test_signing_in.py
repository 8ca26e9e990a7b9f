"""Signing in through the pages: password, second factor, how long it lasts, and who is shut out."""

import time
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from apps.core.permissions import SYSTEM
from apps.core.queue import run_all_jobs
from apps.events.models import Event
from apps.users.models import Attempts, SecondFactor, SignIn, User
from apps.users.operations import (
    CannotEnroll,
    create_person,
    deactivate_person,
    enroll_second_factor,
    reset_second_factor,
)
from apps.users.second_factor import totp_of
from tests import factories, signing_in

PASSWORD = "correct horse battery"
LOGIN = "/admin/login/"


@pytest.fixture
def kim(db):
    return create_person("kim@example.com", "Kim Example", roles=["auditor"], password=PASSWORD, by=SYSTEM)


def give_password(client, email="kim@example.com", password=PASSWORD, after="/admin/", **headers):
    return client.post(f"{LOGIN}?next={after}", {"username": email, "password": password}, **headers)


def give_code(client, code):
    return client.post("/admin/sign-in/code/", {"code": code})


def is_in(client) -> bool:
    return client.get("/admin/account/").status_code == 200


def text(answer) -> str:
    return unescape(answer.content.decode())


def events(type):
    return list(Event.objects.filter(type=type).order_by("pk"))


def age(sign_in=None, **shifts):
    """Move times of sign-ins back."""
    rows = SignIn.objects.filter(pk=sign_in.pk) if sign_in else SignIn.objects.all()
    rows.update(**{name: F(name) - timedelta(seconds=seconds) for name, seconds in shifts.items()})


def test_password_alone_opens_nothing_once_there_is_a_second_factor(client, kim):
    phone = signing_in.phone_of(kim)
    answer = give_password(client, after="/admin/users/user/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/sign-in/code/")
    assert not is_in(client)

    assert "This code is wrong" in text(give_code(client, "12 34"))
    used = phone.code()
    answer = give_code(client, used)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/users/user/")
    assert is_in(client)

    other = Client()
    give_password(other)
    assert "was used before" in text(give_code(other, used)), "a code is good for one sign-in"
    assert not is_in(other)
    give_code(other, phone.code())
    assert is_in(other)
    assert [event.data["second_factor"] for event in events("user.signed_in")] == [True, True]
    assert [event.data["wrong"] for event in events("user.sign_in_refused")] == ["code", "code"]


def test_recovery_code_opens_once(client, kim, rf):
    give_password(client)
    client.get("/admin/sign-in/second-factor/")
    phone = signing_in.Phone(kim)
    page = client.post("/admin/sign-in/second-factor/", {"code": phone.code()})
    codes = page.context["codes"]
    assert len(set(codes)) == 10
    assert is_in(client)
    assert codes[0] in text(page)
    assert codes[0] not in text(client.get("/admin/account/"))

    for expected in (True, False):
        other = Client()
        give_password(other)
        give_code(other, codes[0].upper())
        assert is_in(other) is expected
    assert len(events("user.recovery_code_used")) == 1

    new = client.post("/admin/account/recovery-codes/").context["codes"]
    assert not set(new) & set(codes)
    last = Client()
    give_password(last)
    give_code(last, codes[1])
    assert not is_in(last), "new codes replace the former ones"
    give_code(last, new[1])
    assert is_in(last)


def test_only_the_browser_that_showed_a_second_factor_sets_it_up(client, kim, settings):
    settings.LIVE = True
    page = "/admin/sign-in/second-factor/"
    whoever_set_the_password = Client()
    phones = []
    for browser in (whoever_set_the_password, client):
        give_password(browser)
        browser.get(page)
        phones.append(signing_in.Phone(kim))
    copied, own = phones
    assert own.factor != copied.factor
    assert "not valid any more" in text(whoever_set_the_password.post(page, {"code": own.code()}))
    assert SecondFactor.objects.get(user=kim).enrolled_at is None
    assert not is_in(whoever_set_the_password)

    client.get(page)
    own = signing_in.Phone(kim)
    assert "This code is wrong" in text(client.post(page, {"code": copied.code()}))
    assert signing_in.Phone(kim).factor == own.factor, "a wrong code does not ask for another scan"
    client.post(page, {"code": own.code()})
    assert is_in(client)


def test_a_second_factor_that_waits_goes_with_the_password(client, kim):
    give_password(client)
    client.get("/admin/sign-in/second-factor/")
    form = {"present": PASSWORD, "new": "another battery horse", "again": "another battery horse"}
    client.post("/admin/password_change/", form)
    assert not SecondFactor.objects.exists()


def test_where_money_is_real_everybody_needs_a_phone_and_the_demo_has_no_people(client, kim, settings):
    settings.LIVE = True
    answer = give_password(client)
    assert answer["Location"] == "/admin/sign-in/second-factor/"
    assert not is_in(client)
    page = client.get("/admin/sign-in/second-factor/")
    assert page.context["drawing"].startswith("<svg")
    assert SecondFactor.objects.get(user=kim).enrolled_at is None
    assert "This code is wrong" in text(client.post("/admin/sign-in/second-factor/", {"code": "000000x"}))
    assert not is_in(client)
    phone = signing_in.Phone(kim)
    client.post("/admin/sign-in/second-factor/", {"code": phone.code()})
    assert is_in(client)

    invented = create_person("i@demo.example", "In Vented", password=PASSWORD, by=SYSTEM, is_demo=True)
    assert "is wrong" in text(give_password(Client(), invented.email))
    from apps.users.checks import nobody_is_invented_where_money_is_real as check

    assert [found.id for found in check(None, ["default"])] == ["users.E001"]
    settings.LIVE = False
    assert check(None, ["default"]) == []
    inside = Client()
    give_password(inside, invented.email)
    assert "is invented and has no phone" in text(inside.get("/admin/"))
    settings.LIVE = True
    assert not is_in(inside), "nor does an open session outlive the change"


def test_too_many_wrong_passwords_close_an_account_for_known_and_unknown_names_alike(client, kim, settings):
    settings.SIGN_IN_ATTEMPTS = 3
    said = {}
    for email in ("kim@example.com", "nobody@example.com"):
        said[email] = [text(give_password(client, email, "wrong")) for _ in range(4)]
        assert ["is wrong" in page for page in said[email]] == [True, True, True, False]
        assert "Signing in to this account is closed until" in said[email][3]
    assert "is closed until" in text(give_password(client)), "the right password does not open it either"
    assert len(events("user.sign_in_refused")) == 6
    assert [event.subject == kim.public_id for event in events("user.sign_in_closed")] == [True, False]

    Attempts.objects.update(closed_until=F("closed_until") - timedelta(seconds=settings.SIGN_IN_CLOSED_SECONDS))
    give_password(client)
    assert is_in(client)
    assert Attempts.objects.filter(kind="account").count() == 1, "a right password forgets what was wrong before"

    signing_in.phone_of(kim)
    other = Client()
    give_password(other)
    pages = [text(give_code(other, "000000")) for _ in range(4)]
    assert ["is closed until" in page for page in pages] == [False, False, False, True]
    assert len(events("user.sign_in_closed")) == 3


def test_an_address_is_closed_by_guesses_at_many_accounts_and_not_opened_by_one_right_password(client, kim, settings):
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 4
    for number in range(3):
        give_password(client, f"guess{number}@example.com")
    give_password(client)
    assert is_in(client)
    assert "is wrong" in text(give_password(Client(), "guess4@example.com"))
    answer = text(give_password(Client()))
    assert "Signing in from your network address is closed until" in answer
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    give_password(elsewhere)
    assert is_in(elsewhere)
    settings.BEHIND_PROXY = True
    spoofed = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 127.0.0.1"}
    assert "is closed until" in text(give_password(Client(), **spoofed)), (
        "the proxy's own word counts, not the caller's"
    )


def test_mapped_addresses_are_counted_one_by_one_and_unknown_ones_not_at_all(client, kim, settings):
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 2
    closed = "Signing in from your network address is closed until"

    def is_closed(address):
        return [closed in text(give_password(Client(REMOTE_ADDR=address), f"{n}@example.com")) for n in range(3)]

    assert is_closed("::ffff:203.0.113.1") == [False, False, True]
    assert closed in text(give_password(Client(REMOTE_ADDR="203.0.113.1")))
    assert is_closed("::ffff:203.0.113.2")[0] is False
    assert is_closed("2001:db8::1") == [False, False, True]
    assert is_closed("2001:db8::2")[0] is True, "of IPv6 a whole /64 is counted"
    assert is_closed("unix:") == [False, False, False]
    settings.SIGN_IN_ATTEMPTS = 2
    pages = [text(give_password(Client(REMOTE_ADDR=""), password="wrong")) for _ in range(3)]
    assert "to this account is closed until" in pages[2]


def test_stale_attempts_and_sessions_are_swept_and_what_still_counts_is_not(client, kim, settings):
    settings.SIGN_IN_ATTEMPTS = 2
    for email, attempts in (("old@example.com", 1), ("closed@example.com", 2), ("reopened@example.com", 2)):
        for _ in range(attempts):
            give_password(Client(REMOTE_ADDR=""), email)
    old, closed, reopened = Attempts.objects.order_by("pk")
    long_ago = F("since") - timedelta(seconds=settings.SIGN_IN_CLOSED_SECONDS)
    Attempts.objects.update(since=long_ago)
    Attempts.objects.filter(pk=reopened.pk).update(closed_until=F("since"))
    give_password(Client(REMOTE_ADDR=""), "new@example.com")
    new = Attempts.objects.latest("pk")
    for browser in (client, Client()):
        give_password(browser)
    over = Session.objects.filter(pk=client.session.session_key)
    over.update(expire_date=Now())
    kept = set(Session.objects.all()) - set(over)
    run_all_jobs(["apps.users.jobs.forget_stale"])
    assert set(Attempts.objects.filter(kind="account")) == {closed, new}
    assert set(Session.objects.all()) == kept
    assert is_in(browser) and not is_in(client)
    assert SignIn.objects.count() == 2, "that somebody signed in is kept"


def test_a_sign_in_ends_when_it_is_idle_or_old(client, kim, settings):
    for shift, end in (({"seen_at": 1801}, "idle"), ({"started_at": 12 * 3600 + 1}, "too_long")):
        give_password(client)
        assert is_in(client)
        age(**shift)
        answer = client.post("/admin/account/end-others/", headers={"referer": "http://testserver/admin/account/?a=1"})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=%2Fadmin%2Faccount%2F%3Fa%3D1")
        assert "nothing was done" in text(client.get(answer["Location"]))
        assert SignIn.objects.latest("started_at").end == end
        SignIn.objects.all().delete()
    foreign = client.post("/admin/account/end-others/", headers={"referer": "https://evil.example/admin/"})
    assert foreign["Location"] == "/admin/login/?next=%2Fadmin%2F"
    assert give_password(client, after="https://evil.example/")["Location"] == "/admin/"


def test_sign_ins_are_seen_and_ended_by_oneself_and_by_administrators(client, kim, administrator):
    browsers = [Client(headers={"user-agent": f"Mozilla/5.0 (X11; Linux) Firefox/{number}"}) for number in range(4)]
    for browser in browsers:
        give_password(browser)
    here, *others = SignIn.objects.order_by("started_at")
    page = text(browsers[0].get("/admin/account/"))
    assert page.count("Firefox on Linux</td>") == 4
    assert str(browsers[0].session.session_key) not in page

    browsers[0].post("/admin/account/end/", {"sign_in": others[0].public_id})
    assert [is_in(browser) for browser in browsers] == [True, False, True, True]
    boss = Client()
    boss.force_login(administrator)
    boss.post(f"/admin/users/user/{kim.public_id}/end-sign-in/", {"sign_in": others[1].public_id})
    elsewhere = f"/admin/users/user/{administrator.public_id}/end-sign-in/"
    assert boss.post(elsewhere, {"sign_in": others[0].public_id}).status_code == 404
    assert [is_in(browser) for browser in browsers] == [True, False, False, True]
    client.force_login(factories.person("operator"))
    client.post("/admin/account/end/", {"sign_in": here.public_id})
    assert is_in(browsers[0]), "somebody else's is not mine to end"
    browsers[0].post("/admin/account/end-others/")
    assert [is_in(browser) for browser in browsers] == [True, False, False, False]
    browsers[0].post("/admin/logout/")
    assert not is_in(browsers[0])
    ends = {sign_in.pk: sign_in.end for sign_in in SignIn.objects.filter(user=kim)}
    assert [ends[one.pk] for one in (here, *others)] == ["signed_out", "ended", "ended_by_administrator", "ended"]
    assert len(events("user.signed_out")) == 4


def test_a_prefix_of_addresses_takes_nobody_past_the_end_of_their_sign_in(client, kim):
    give_password(client)
    assert client.get("/admin/account/", SCRIPT_NAME="/x").status_code == 200
    SignIn.objects.update(ended_at=Now(), end="ended")
    answer = client.get("/admin/account/", SCRIPT_NAME="/x")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


@contextmanager
def shut_out_at(statement, person):
    """Have somebody shut the person out right after the database was asked this."""

    def execute(execute, sql, params, many, context):
        outcome = execute(sql, params, many, context)
        if sql.startswith(statement):
            User.objects.filter(pk=person.pk).update(is_active=False)
        return outcome

    with connection.execute_wrapper(execute):
        yield


def test_who_is_shut_out_between_password_and_first_page_is_told_so(client, kim, settings):
    with shut_out_at('DELETE FROM "users_attempts"', kim):
        assert "password is wrong" in text(give_password(client))
    assert not is_in(client)

    settings.LIVE = True
    User.objects.filter(pk=kim.pk).update(is_active=True)
    give_password(client)
    client.get("/admin/sign-in/second-factor/")
    with shut_out_at('INSERT INTO "users_recoverycode"', kim):
        code = signing_in.Phone(kim).code()
        page = client.post("/admin/sign-in/second-factor/", {"code": code}, follow=True)
    assert "password is wrong" in text(page)
    assert not SignIn.objects.exists()


def test_every_way_back_to_the_password_says_why(client, kim):
    for page in ("/admin/sign-in/code/", "/admin/sign-in/second-factor/"):
        assert "Begin with your password" in text(client.get(page, follow=True))
    give_password(client)
    page = text(client.post("/admin/sign-in/second-factor/", {"code": "000000"}))
    assert "not valid any more" in page
    client.post("/admin/sign-in/second-factor/", {"code": signing_in.Phone(kim).code()})
    assert "have a second factor already" in text(client.get("/admin/sign-in/second-factor/", follow=True))
    SignIn.objects.update(ended_at=Now(), end="second_factor_reset")
    said = text(client.get("/admin/account/", follow=True))
    assert "Your sign-in is over: the second factor was taken away." in said
    assert "Your sign-in is over" not in text(client.get("/admin/login/"))


def test_a_wrong_first_code_is_refused_as_such(kim):
    phone = signing_in.Phone(kim)
    with pytest.raises(CannotEnroll) as refusal:
        enroll_second_factor(kim.pk, phone.factor.pk, "000000x")
    assert refusal.value.code == "wrong-code"


def test_another_password_a_reset_and_being_shut_out_end_sign_ins(client, kim, administrator):
    here, there = Client(), Client()
    for browser in (here, there):
        give_password(browser)
    form = {"present": PASSWORD, "new": "another battery horse", "again": "another battery horse"}
    here.post("/admin/password_change/", form | {"present": "guess"})
    assert is_in(there)
    here.post("/admin/password_change/", form)
    assert (is_in(here), is_in(there)) == (True, False)
    assert User.objects.get(pk=kim.pk).check_password("another battery horse")

    signing_in.phone_of(kim)  # set up without a browser: whoever was in without it, is out
    assert not is_in(here)
    here.force_login(User.objects.get(pk=kim.pk))
    reset_second_factor(kim.pk, by=administrator)
    assert not is_in(here)
    assert not SecondFactor.objects.exists()

    here.force_login(User.objects.get(pk=kim.pk))
    deactivate_person(kim.pk, by=administrator)
    assert not is_in(here)
    assert sorted(SignIn.objects.values_list("end", flat=True)) == [
        "ended",
        "password_changed",
        "second_factor_reset",
        "shut_out",
    ]


ANOTHER_PHONE = "/admin/sign-in/another-phone/"


def waiting_phone(person):
    """Return the phone that has scanned what the page to use another one shows."""
    phone = signing_in.Phone.__new__(signing_in.Phone)
    phone.factor = SecondFactor.objects.get(user=person, enrolled_at=None)
    return phone


def test_a_new_phone_takes_the_place_of_the_old_one_by_its_first_code(client, kim):
    old = signing_in.phone_of(kim)
    client.force_login(kim)
    elsewhere = Client()
    elsewhere.force_login(kim)
    recovery = client.post("/admin/account/recovery-codes/").context["codes"]

    assert client.get(ANOTHER_PHONE).context["drawing"].startswith("<svg")
    new = waiting_phone(kim)
    assert "This code is wrong" in text(client.post(ANOTHER_PHONE, {"code": "000000x"}))
    assert waiting_phone(kim).factor == new.factor, "a wrong code does not ask for another scan"
    assert SecondFactor.objects.get(user=kim, enrolled_at__isnull=False) == old.factor, "the old one works until then"
    codes = client.post(ANOTHER_PHONE, {"code": new.code()}).context["codes"]

    assert SecondFactor.objects.get(user=kim) == new.factor
    assert [event.subject for event in events("user.second_factor_replaced")] == [kim.public_id]
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    for code, opens in ((totp_code(old), False), (recovery[0], False), (codes[0], True), (new.code(), True)):
        other = Client()
        give_password(other)
        give_code(other, code)
        assert is_in(other) is opens


def totp_code(phone):
    """Return what an app shows whose secret is no longer kept here."""
    step = int(time.time()) // 30
    return totp_of(phone.factor).generate(step * 30).decode()


def test_another_phone_is_asked_for_with_the_present_one(client, kim):
    phone = signing_in.phone_of(kim)
    client.force_login(kim)
    SignIn.objects.update(confirmed_at=None)
    for answer in (client.get(ANOTHER_PHONE), client.post(ANOTHER_PHONE, {"code": "123456"})):
        assert "Confirm that it is you" in text(answer)
    assert SecondFactor.objects.get(user=kim) == phone.factor


def test_without_a_phone_there_is_none_to_replace(client, kim):
    client.force_login(kim)
    answer = client.get(ANOTHER_PHONE)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/account/")
    assert not SecondFactor.objects.exists()
    assert Client().get(ANOTHER_PHONE).status_code == 302
