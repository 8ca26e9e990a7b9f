"""
Fifty ways around four eyes, each of which fails and is told to the audit trail.

The numbers are those of the catalogue in the project's threat model (N1 to N50). What has no door at all is tried at
where the door would be, and leaves nothing to tell; everything else leaves an event.
"""

import pytest

from tests.matrix import tricks_of_people, tricks_of_platforms  # noqa: F401  they register their tricks
from tests.matrix.conftest import rolled_back
from tests.matrix.made_of import TRICKS

NUMBERS = range(1, 51)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"N{number}")
def test_trick_fails(world, number):
    with rolled_back():
        TRICKS[number](world)


def test_none_is_missing():
    assert TRICKS.keys() == set(range(1, 51))
