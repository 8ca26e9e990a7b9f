"""The cast: people with one role each, a funded platform, our bank account, a policy and a watchlist."""

import pytest

from tests import factories


@pytest.fixture
def operator(db):
    return factories.person("operator", "Oda Operator")


@pytest.fixture
def approvers(db, standing):
    return standing.get("approvers") or factories.approvers()


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
def watchlist(db, tmp_path, standing):
    return standing.get("watchlist") or factories.watchlist(tmp_path)


@pytest.fixture
def bank_account(db, bank_folder, standing):
    return standing.get("bank_account") or factories.bank_account()


@pytest.fixture
def platform(db, watchlist, bank_account, approvers, standing):
    """A sandbox platform with 100,000.00 EUR whose payouts need nobody up to 1,000.00, one to 10,000.00, then two."""
    return standing.get("platform") or factories.funded_platform(bank_account)


@pytest.fixture
def key(platform, standing):
    """The platform's service user, acting through a key with every scope."""
    return standing.get("key") or factories.key_of(platform)[0]
