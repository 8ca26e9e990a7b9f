"""
A form is done once, however often it is sent: G10 of the catalogue in the project's threat model.

Browsers send a token with every form, which here is really asked for.
"""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db.models import F
from django.test import Client

from apps.core.queue import run_all_jobs
from apps.partners.models import ApiKey, Partner
from apps.payouts.models import Hold
from apps.payouts.operations import create_payouts
from apps.users.models import SentForm
from tests import factories
from tests.threads import at_once

SENT_BEFORE = "This form was sent before, and counts once. To do it again, open its page again."


@pytest.fixture
def administrator(db):
    return factories.person("administrator", "Ada Administrator")


def browser_of(person) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def token_on(client, page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).content.decode())[1]


def told(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_platform_is_added_once_by_one_page_and_twice_by_two(administrator):
    client, page = browser_of(administrator), "/admin/partners/partner/new/"
    form = {"name": "New platform", "mode": "sandbox"}
    first = form | {"csrfmiddlewaretoken": token_on(client, page)}
    assert client.post(page, first).status_code == 302
    again = client.post(page, first, headers={"referer": f"http://testserver{page}"})
    assert (again["Location"], told(again)[-1]) == (page, SENT_BEFORE)
    assert Partner.objects.filter(name="New platform").count() == 1
    client.post(page, form | {"csrfmiddlewaretoken": token_on(client, page)})
    client.post(page, first | {"name": "Another"})
    assert Partner.objects.filter(name="New platform").count() == 2
    assert Partner.objects.filter(name="Another").count() == 1
    assert client.post(page, form).status_code == 403, "without a token it is no form of ours"


def test_two_at_once_make_one_key(committed_db):
    administrator, platform = factories.person("administrator"), factories.partner("Quillmarket")
    client, page = browser_of(administrator), f"/admin/partners/partner/{platform.public_id}/"
    form = {"name": "Key", "scope": "payouts:read", "csrfmiddlewaretoken": token_on(client, page)}

    def press():
        other = Client(enforce_csrf_checks=True)
        other.cookies = client.cookies
        return other.post(f"{page}keys/", form).status_code

    assert sorted(at_once(press, press, press)) == [200, 302, 302]
    assert ApiKey.objects.filter(partner=platform).count() == 1


def test_what_was_refused_is_corrected_and_what_changes_nothing_repeated(platform, key, operator, approvers):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=200_000)], by=key)
    client = browser_of(approvers[0])
    page, queue = f"/admin/payouts/payout/{payout.public_id}/", "/admin/approvals/request/"
    token = token_on(client, page)
    assert (
        client.post(
            "/admin/payouts/payout/po_nonsense/hold/", {"reason": "x", "csrfmiddlewaretoken": token}
        ).status_code
        == 404
    )
    assert not SentForm.objects.exists(), "nothing was done, so it may be sent again"
    held = {"reason": "Recipient called", "csrfmiddlewaretoken": token}
    for _ in range(2):
        client.post(f"{page}hold/", held | {"seen": "0"})
    assert SentForm.objects.count() == 1
    assert Hold.objects.count() == 0, "the page was old"

    ticked = {
        "payout": f"{payout.public_id}:{payout.digest}",
        "decision": "approve",
        "csrfmiddlewaretoken": token_on(client, queue),
    }
    lists = [client.post(f"{queue}decide/", ticked) for _ in range(2)]
    assert [answer.status_code for answer in lists] == [200, 200], "the list only shows what would be decided"
    confirmed = {"list": lists[0].context["list"], "csrfmiddlewaretoken": token_on(client, page)}
    answers = [client.post(f"{queue}confirm/", confirmed) for _ in range(2)]
    assert [told(answer)[-1] == SENT_BEFORE for answer in answers] == [False, True]


def test_forms_are_forgotten_after_a_day(administrator):
    client, page = browser_of(administrator), "/admin/partners/partner/new/"
    for name in ("One", "Two"):
        client.post(page, {"name": name, "mode": "sandbox", "csrfmiddlewaretoken": token_on(client, page)})
    one, two = SentForm.objects.order_by("sent_at", "pk")
    SentForm.objects.filter(pk=one.pk).update(sent_at=F("sent_at") - timedelta(days=1, seconds=1))
    run_all_jobs(["apps.users.jobs.forget_stale"])
    assert list(SentForm.objects.all()) == [two]
