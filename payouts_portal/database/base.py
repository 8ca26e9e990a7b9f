"""Django's PostgreSQL backend, which also starts the embedded server when it is down."""

import select
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import get_ident
from uuid import UUID

from django.db import DatabaseError
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
    """
    Writes lists in less time than psycopg takes: of ids, which it looks into one by one for what must be quoted, and of one
    thing, whose type it seeks as if there were many.
    """

    def get_key(self, obj, format):
        if len(obj) == 1 and not self.oid and type(obj[0]) in (str, bytes, UUID):
            return self.cls, type(obj[0])
        return super().get_key(obj, format)

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
        planned = self._ready()
        try:
            return planned.ask(statement, values)
        except Exception:
            with self.wrap_database_errors:
                raise

    def send(self, statement, values=()) -> None:
        """
        Have a statement executed within a transaction, without waiting for it: it returns nothing that anybody needs.

        If it fails, whoever asks, opens a cursor, settles or commits next is told, and nothing that came after it is done.
        """
        if self.execute_wrappers or self.queries_logged or not self.in_atomic_block:
            self.ask(statement, values)
            return
        planned = self._ready()
        with self.wrap_database_errors:
            planned.send(statement, values)

    def settle(self) -> None:
        """
        Wait until all that was sent is done.

        :raises DatabaseError: if one of the statements failed.
        """
        if self._has_planned:
            with self.wrap_database_errors:
                self._planned.settle()

    def _ready(self):
        """Return what this connection has planned, once it may be used."""
        if self._thread_ident != get_ident():
            self.validate_thread_sharing()
        if self.needs_rollback:
            self.validate_no_broken_transaction()
        if not self.in_atomic_block or self.connection is None:
            self.close_if_health_check_failed()
            self.ensure_connection()
        if not self._has_planned:
            self._planned = PlannedStatements(self.connection)
        return self._planned

    @property
    def _has_planned(self):
        return self._planned is not None and self._planned.connection is self.connection

    def _cursor(self, name=None):
        self.settle()
        return super()._cursor(name)

    def _commit(self):
        with self.wrap_database_errors:
            if self._has_planned and self._planned.commit():
                return
        super()._commit()

    def _rollback(self):
        self._settle_to_undo()
        super()._rollback()

    def _savepoint_rollback(self, sid):
        self._settle_to_undo()
        super()._savepoint_rollback(sid)

    def _settle_to_undo(self):
        with suppress(DatabaseError):  # it is undone, whatever has become of it
            self.settle()

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
