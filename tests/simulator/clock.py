"""The clock of one schedule: the database's, the bank's and the workers' at once. It goes on only when it is told to."""

import heapq
import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from unittest.mock import patch

from apps.core.database import database_now


class Clock:
    """Time as everybody in a schedule reads it, and what will happen at moments that lie ahead."""

    def __init__(self, begins):
        self.begins = self.now = begins.replace(microsecond=0)
        self._ahead, self._order = [], count()

    def read(self):
        return self.now

    def monotonic(self) -> float:
        return (self.now - self.begins).total_seconds()

    def at(self, moment, action) -> None:
        """Have something happen when the clock comes by."""
        heapq.heappush(self._ahead, (moment, next(self._order), action))

    def run(self, seconds) -> None:
        """Let time pass; what lies ahead happens on the way, at its own moment."""
        ends = self.now + timedelta(seconds=seconds)
        while self._ahead and self._ahead[0][0] <= ends:
            moment, _, action = heapq.heappop(self._ahead)
            self.now = max(self.now, moment)
            action()
        self.now = ends

    @contextmanager
    def governing(self):
        """Let the product read this clock for the database's until the block ends."""
        with _read_by_everybody(self.read), patch("django.utils.timezone.now", self.read):
            yield self


def clock_of_this_machine():
    """Let the product read this machine's clock, which is the database's as well, without asking the database."""
    return _read_by_everybody(lambda: datetime.now(UTC))


@contextmanager
def _read_by_everybody(read):
    with ExitStack() as stack:
        for module in _readers(len(sys.modules)):
            stack.enter_context(patch.object(module, "database_now", read))
        yield


@cache
def _readers(_modules):
    """Return every module of the product that reads the database's clock; looked for again once more are loaded."""
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("apps.")]
    return [module for module in ours if getattr(module, "database_now", None) is database_now]
