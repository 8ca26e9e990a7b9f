import pytest

from tests.instant_bank import open_bank


@pytest.fixture
def instant_bank(tmp_path):
    with open_bank(tmp_path / "instant") as bank:
        yield bank
