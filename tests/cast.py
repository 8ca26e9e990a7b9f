"""The cast: people with one role each, a funded platform, our bank account, a policy and a watchlist."""

import pytest

from tests import factories


@pytest.fixture
def operator(db):
    return factories.person("operator", "Oda Operator")


@pytest.fixture
def approvers(db):
    return [factories.person("approver", f"{name} Approver") for name in ("Ann", "Bo", "Cy")]


@pytest.fixture
def analyst(db):
    return factories.person("compliance_analyst", "Lin Analyst")


@pytest.fixture
def officer(db):
    return factories.person("compliance_officer", "Olu Officer")


@pytest.fixture
def treasurer(db):
    return factories.person("treasurer", "Tor Treasurer")


@pytest.fixture
def colleague(db):
    """A second treasurer, for what takes two."""
    return factories.person("treasurer", "Tove Treasurer")


@pytest.fixture
def auditor(db):
    return factories.person("auditor", "Ada Auditor")


@pytest.fixture
def bank_folder(tmp_path, settings):
    settings.BANK_FOLDER = tmp_path / "bank"
    return settings.BANK_FOLDER


@pytest.fixture
def watchlist(db, tmp_path):
    return factories.watchlist(tmp_path)


@pytest.fixture
def bank_account(db, bank_folder):
    return factories.bank_account()


@pytest.fixture
def platform(db, watchlist, bank_account, approvers):
    """A sandbox platform with 100,000.00 EUR whose payouts need nobody up to 1,000.00, one to 10,000.00, then two."""
    platform = factories.partner("Quillmarket")
    factories.policy((100_000, 0), (1_000_000, 1), (None, 2), platform=platform)
    factories.fund(platform, bank_account, 10_000_000)
    return platform


@pytest.fixture
def key(platform):
    """The platform's service user, acting through a key with every scope."""
    return factories.key_of(platform)[0]
