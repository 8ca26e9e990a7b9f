import pytest

from apps.core.permissions import SYSTEM
from apps.users.operations import create_person


@pytest.fixture
def administrator(db):
    return create_person("ada@example.com", "Ada Min", roles=["administrator"], by=SYSTEM)


@pytest.fixture
def person(db):
    return create_person("pat@example.com", "Pat Person", by=SYSTEM)
