"""Django's PostgreSQL backend, which also starts the embedded server when it is down."""

import select
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import OperationalError
from psycopg._preparing import PrepareManager
from psycopg.adapt import Loader
from psycopg.types.array import ListDumper
from psycopg.types.uuid import UUIDDumper

MOST_PREPARED = 300
"""Statements planned per connection; there are fewer that are asked this way."""


class MomentLoader(Loader):
    """Reads a timestamptz in a third of the time that psycopg's own loader takes."""

    timezone = UTC  # Django compares it with the connection's before it puts its own loader in this one's place

    def load(self, data):
        return datetime.fromisoformat(bytes(data).decode()).astimezone(UTC)


class ListsDumper(ListDumper):
    """Writes a list of ids in a tenth of the time that psycopg takes, which looks into each for what must be quoted."""

    def dump(self, obj):
        if not isinstance(self.sub_dumper, UUIDDumper) or not obj or isinstance(obj[0], list):
            return super().dump(obj)
        return b"{%b}" % b",".join([b"NULL" if one is None else b"%032x" % one.int for one in obj])


class PlannedEachTime(base.Cursor):
    """Django's usual cursor: the statement is sent with its values in it, and remembered by nobody."""

    def execute(self, query, params=None, *, prepare=False, binary=None):
        return super().execute(query, params, prepare=prepare, binary=binary)


class PlannedOnce(base.ServerBindingCursor):
    """A cursor whose statements the server reads and plans once per connection; the values are sent beside them."""

    def execute(self, query, params=None, *, prepare=True, binary=None):
        return super().execute(query, params, prepare=prepare, binary=binary)


class KeptStatements(PrepareManager):
    """
    What a connection has prepared, kept over rollbacks.

    psycopg would plan all anew, since what a transaction created could be gone with it. Here nothing is created but by
    migrations, and the server itself plans anew what is changed.
    """

    def clear(self) -> bool:
        return False


class DatabaseWrapper(base.DatabaseWrapper):
    """
    A connection to PostgreSQL.

    With `CLUSTER` in the database's settings the server is that embedded cluster. Whoever finds it down, also after it
    was killed, starts it and goes on.
    """

    _planned = None
    _takes_savepoints = True

    @property
    def cluster(self):
        return self.settings_dict.get("CLUSTER")

    def get_connection_params(self):
        params = super().get_connection_params()
        if self.cluster:
            params["host"] = str(self.cluster.socket_folder)
        return params | {"cursor_factory": PlannedEachTime}

    def ask(self, statement, values=()) -> list[tuple]:
        """
        Execute a statement that is the same each time but for its values, and return its rows.

        All of them share one cursor, which knows by now how values are written and read; a new one learns it anew, and
        that takes longer than a small answer.
        """
        if self.execute_wrappers or self.queries_logged:  # whoever listens hears of it as of any other, values and all
            with self.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        self.close_if_health_check_failed()
        self.ensure_connection()
        cursor = self._planned
        if cursor is None or cursor.connection is not self.connection:
            cursor = self._planned = PlannedOnce(self.connection)
        with self.wrap_database_errors:
            cursor.execute(statement, values)
        return cursor.fetchall() if cursor.pgresult.nfields else []

    @contextmanager
    def all_or_nothing(self):
        """Let blocks within this one take no savepoints: what fails in any of them undoes the whole transaction."""
        before, self._takes_savepoints = self._takes_savepoints, False
        try:
            yield
        finally:
            self._takes_savepoints = before

    def savepoint(self):
        return super().savepoint() if self._takes_savepoints else None

    def is_usable(self):
        """
        Tell whether the session still stands; the server says on the socket that it has ended it.

        So nobody has to be asked before each request, as long as nothing was said.
        """
        if self.connection.closed:
            return False
        said = select.poll()
        said.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if said.poll(0) else True

    @async_unsafe
    def get_new_connection(self, conn_params):
        connection = self._connect(conn_params)
        connection.adapters.register_loader("timestamptz", MomentLoader)
        connection.adapters.register_dumper(list, ListsDumper)
        connection._prepared = KeptStatements()
        connection.prepare_threshold = sys.maxsize  # what is prepared says so: see PlannedOnce
        connection.prepared_max = MOST_PREPARED
        return connection

    def _connect(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if self.cluster is None or self.cluster.answers():
                raise
        self.cluster.start()
        return super().get_new_connection(self.get_connection_params())
