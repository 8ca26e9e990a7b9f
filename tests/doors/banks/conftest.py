import pytest

from tests import factories
from tests.reconciliation.conftest import bank, sent, stated  # noqa: F401 fixtures of the tests here


@pytest.fixture
def administrator(db):
    return factories.person("administrator", "Ari Administrator")
