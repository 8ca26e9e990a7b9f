import pytest

from apps.core.permissions import SYSTEM
from apps.partners.operations import create_partner
from apps.users.operations import create_person


@pytest.fixture
def administrator(db):
    return create_person("ada@example.com", "Ada Min", roles=["administrator"], by=SYSTEM)


@pytest.fixture
def partner(db):
    return create_partner("Acme Market", "sandbox", by=SYSTEM)
