"""People at the pages of the admin, and what they find there."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.events.queries import latest_of
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from tests import factories


@pytest.fixture
def as_(db):
    """Return a client in which a person is signed in."""

    def signed_in(person):
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def large(platform, key):
    """A payout of 10,000.01 EUR, which two people must approve."""
    draft = factories.payout_draft(amount=1_000_001, reference="LARGE")
    [payout] = create_payouts(platform.pk, [draft], by=key)
    return Payout.objects.with_facts().get(pk=payout.pk)


@pytest.fixture
def in_review(platform, key):
    """A payout of 450.00 EUR to somebody who is called almost like a listed person."""
    draft = factories.payout_draft(amount=45_000, recipient=factories.recipient_draft(name="Zoltar Vexwik"))
    [payout] = create_payouts(platform.pk, [draft], by=key)
    return Payout.objects.with_facts().get(pk=payout.pk)


def seen(payout) -> dict:
    """Return the field by which a form of the payout's page says what it showed."""
    return {"seen": latest_of([payout.public_id])[payout.public_id].sequence}


def queries_of(client, address) -> int:
    """Return how many queries a page takes, once the session has its token."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def text_of(answer) -> str:
    """Return what a page says, without its markup."""
    html = answer.content.decode()
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", html[html.find("<body") :], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def told(answer) -> str:
    """Return what the page tells about what was just done."""
    return " ".join(str(message) for message in answer.context["messages"])
