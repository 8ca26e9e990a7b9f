"""Django's PostgreSQL backend, which also starts the embedded server when it is down."""

import select
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import OperationalError
from psycopg.adapt import Loader
from psycopg.types.array import ListDumper
from psycopg.types.uuid import UUIDDumper

from payouts_portal.database.planned import PlannedStatements


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
        return params

    def ask(self, statement, values=()) -> list[tuple]:
        """
        Execute a statement that is the same each time but for its values, and return its rows.

        It is sent to the server and planned once per connection; any other is sent with its values in it, and remembered
        by nobody.
        """
        if self.execute_wrappers or self.queries_logged:  # whoever listens hears of it as of any other, values and all
            with self.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        self.close_if_health_check_failed()
        self.ensure_connection()
        planned = self._planned
        if planned is None or planned.connection is not self.connection:
            planned = self._planned = PlannedStatements(self.connection)
        with self.wrap_database_errors:
            return planned.ask(statement, values)

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
        return connection

    def _connect(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if self.cluster is None or self.cluster.answers():
                raise
        self.cluster.start()
        return super().get_new_connection(self.get_connection_params())
