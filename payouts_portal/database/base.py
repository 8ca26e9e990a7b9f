"""Django's PostgreSQL backend, which also starts the embedded server when it is down."""

from datetime import UTC, datetime

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import OperationalError
from psycopg.adapt import Loader


class MomentLoader(Loader):
    """Reads a timestamptz in a third of the time that psycopg's own loader takes."""

    timezone = UTC  # Django compares it with the connection's before it puts its own loader in this one's place

    def load(self, data):
        return datetime.fromisoformat(bytes(data).decode()).astimezone(UTC)


class DatabaseWrapper(base.DatabaseWrapper):
    """
    A connection to PostgreSQL.

    With `CLUSTER` in the database's settings the server is that embedded cluster. Whoever finds it down, also after it
    was killed, starts it and goes on.
    """

    @property
    def cluster(self):
        return self.settings_dict.get("CLUSTER")

    def get_connection_params(self):
        params = super().get_connection_params()
        if self.cluster:
            params["host"] = str(self.cluster.socket_folder)
        return params

    @async_unsafe
    def get_new_connection(self, conn_params):
        connection = self._connect(conn_params)
        connection.adapters.register_loader("timestamptz", MomentLoader)
        return connection

    def _connect(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if self.cluster is None or self.cluster.answers():
                raise
        self.cluster.start()
        return super().get_new_connection(self.get_connection_params())
