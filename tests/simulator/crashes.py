"""
Death of a process, at a boundary that chance chooses.

A crash is no `Exception`, so nothing in the product can take it for a failure and go on. The transaction is rolled back,
what was committed or given away before stays, and the next step is another process's.
"""

import os
import re
from collections import Counter
from contextlib import ExitStack, contextmanager
from pkgutil import resolve_name
from unittest.mock import patch

from django.db import DEFAULT_DB_ALIAS, connection, connections

STATEMENT, COMMIT, OUTSIDE_WORLD = "statement", "commit", "outside"

OUTSIDE = (
    "apps.rails.transports.folder.place",
    "apps.rails.transports.folder.put_away",
    "apps.rails.transports.folder._write_beside",
    "apps.sandbox.folder.take_file",
    "apps.sandbox.folder._archive",
    "apps.sandbox.folder._write",
)
"""Functions at whose beginning and end something outside the database has changed or is about to."""

LIKELY = {STATEMENT: (4, 20), COMMIT: (4, 3), OUTSIDE_WORLD: (2, 3)}
"""For each kind of boundary its weight, and at which of a step's the crash may be: idle steps have few of them."""


_SAVEPOINT = re.compile(r'"s\d+_x\d+"')
"""A name that Django makes of the thread and a counter: no other run has the same."""


class Crash(BaseException):
    """The process has died here."""


class Boundaries:
    """Watches the boundaries that steps cross and crashes at the one that is armed; `uploads` counts files by name."""

    def __init__(self):
        self.armed, self.crossed, self.uploads = None, Counter(), Counter()

    def arm(self, chance) -> None:
        """Choose a boundary of the next step; it may have fewer, and then nothing happens."""
        kinds = list(LIKELY)
        kind = chance.choices(kinds, [LIKELY[kind][0] for kind in kinds])[0]
        self.armed = (kind, chance.randint(1, LIKELY[kind][1]))
        self.crossed.clear()

    def disarm(self) -> None:
        self.armed = None

    def comes(self, kind) -> bool:
        """Tell whether the process dies at this boundary; it does so only once."""
        if self.armed is None or self.armed[0] != kind:
            return False
        self.crossed[kind] += 1
        if self.crossed[kind] != self.armed[1]:
            return False
        self.disarm()
        return True

    @contextmanager
    def watched(self):
        """Watch the database connection and the outside world until the block ends."""
        with ExitStack() as stack:
            database = connections[DEFAULT_DB_ALIAS]  # itself: the proxy would look for it at each statement
            stack.enter_context(database.execute_wrapper(self._statement))
            for name in ("ask", "send"):
                stack.enter_context(patch.object(database, name, self._quietly(database, getattr(database, name))))
            stack.enter_context(patch.object(database, "commit", self._commit(database.commit)))
            stack.enter_context(patch("os.link", self._link(os.link)))
            for name in OUTSIDE:
                stack.enter_context(patch(name, self._outside(name, resolve_name(name))))
            yield

    def _statement(self, execute, sql, params, many, context):
        self._begin(sql)
        return execute(sql, params, many, context)

    def _quietly(self, database, execute):
        """Watch what is asked or sent without a cursor of its own, on the way that it takes where nobody listens."""

        def executes(sql, values=()):
            self._begin(sql)
            listeners, database.execute_wrappers = database.execute_wrappers, []
            try:
                return execute(sql, values)
            finally:
                database.execute_wrappers = listeners

        return executes

    def _begin(self, sql):
        if self.comes(STATEMENT):
            raise Crash(f"before {' '.join(_SAVEPOINT.sub('…', str(sql)).split())[:60]}")

    def _commit(self, commit):
        def commits():
            if self.comes(COMMIT):
                connection.rollback()
                raise Crash("before a commit")
            commit()
            if self.comes(COMMIT):
                connection.run_on_commit = []
                raise Crash("after a commit")

        return commits

    def _link(self, link):
        def links(source, target, **options):
            link(source, target, **options)
            folder, name = os.path.split(target)
            if os.path.basename(folder) == "to_bank":
                self.uploads[name] += 1

        return links

    def _outside(self, name, function):
        short = name.removeprefix("apps.")

        def crosses(*args, **kwargs):
            if self.comes(OUTSIDE_WORLD):
                raise Crash(f"before {short}")
            result = function(*args, **kwargs)
            if self.comes(OUTSIDE_WORLD):
                raise Crash(f"after {short}")
            return result

        return crosses
