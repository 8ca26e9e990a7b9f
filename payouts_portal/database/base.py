"""Django's PostgreSQL backend, which also starts the embedded server when it is down."""

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import OperationalError


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
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if self.cluster is None or self.cluster.answers():
                raise
        self.cluster.start()
        return super().get_new_connection(self.get_connection_params())
