from datetime import date
from pathlib import Path

import pytest

from apps.compliance.operations import load_watchlist, screen
from apps.core.permissions import SYSTEM
from apps.partners.operations import create_partner
from apps.recipients.operations import RecipientDraft, create_recipients
from apps.users.operations import create_person

LISTS = Path(__file__).parent / "lists"
TAVISH = ("Tavish Oldane Brannigor", "IR", date(1961, 3, 14))
NOBODY = ("Ottoline Fairweather", "DE", date(1990, 1, 1))


def files(version):
    """The three files of an invented list; `second` changes 9002, drops 9007 and adds 9008."""
    return [LISTS / version / name for name in ("sdn.csv", "alt.csv", "add.csv")]


def load(version="first"):
    return load_watchlist(files(version), by=SYSTEM).watchlist


def recipients(partner, *people):
    """Recipient versions of people given as (name, country, date of birth)."""
    drafts = [
        RecipientDraft(kind="individual", name=name, country=country, date_of_birth=born_on)
        for name, country, born_on in people
    ]
    return [recipient.version for recipient in create_recipients(partner.pk, drafts, by=SYSTEM)]


def verdict(version):
    return screen([version.pk], by=SYSTEM)[version.pk]


@pytest.fixture
def partner(db):
    return create_partner("Acme Market", "sandbox", by=SYSTEM)


@pytest.fixture
def tavish(partner):
    return recipients(partner, TAVISH)[0]


@pytest.fixture
def analyst(db):
    return create_person("ana@example.com", "Ana Lyst", roles=["compliance_analyst"], by=SYSTEM)


@pytest.fixture
def officer(db):
    return create_person("olive@example.com", "Olive Officer", roles=["compliance_officer"], by=SYSTEM)
