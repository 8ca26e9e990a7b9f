"""Chance that follows from the seed: ids, references and secrets are the same whenever a schedule is run again."""

from contextlib import ExitStack, contextmanager
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

_EPOCH = 1_800_000_000_000_000_000
_BETWEEN_IDS = 1_000_000
"""Nanoseconds: ids that are made one after the other sort in that order, as they do in one real process."""


@contextmanager
def seeded(seed: int):
    """Let everything that the product calls chance follow from the seed until the block ends; yields another source for the caller."""
    chance, clock = Random(f"ids {seed}"), _EPOCH

    def time_ns():
        nonlocal clock
        clock += _BETWEEN_IDS
        return clock

    source = {"urandom": chance.randbytes, "token_bytes": chance.randbytes, "time_ns": time_ns}
    places = ("apps.core.ids.os", "apps.core.ids.time", "apps.core.ids.secrets", "apps.core.crypto.os")
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(patch(place, SimpleNamespace(**source)))
        yield Random(f"steps {seed}")  # noqa: S311 - a simulation
