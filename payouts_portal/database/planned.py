"""
Statements that the server reads and plans once per session, and executes with other values each time.

psycopg's own cursor does so too, and makes up its mind anew each time what to plan, how to write the values and how to
read the rows: that takes longer than a small answer.
"""

from psycopg import errors, pq
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.generators import execute

_PLAN_IS_GONE = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
"""What the server says if a table's columns have changed since, or if somebody has thrown the plan away."""

MOST_PLANNED = 500
"""Statements that one session keeps; there are fewer that are asked this way."""


class PlannedStatements:
    """What one connection has planned."""

    def __init__(self, connection):
        self.connection = connection
        self._statements, self._names_given = {}, 0

    def ask(self, text, values=()) -> list[tuple]:
        """
        Execute a statement and return its rows, none if it returns nothing.

        It is planned by the types of its values as well: what is a number now may be NULL the next time.
        """
        statement = self._statements.get(text)
        if statement is None:
            statement = self._read(text, values)
        else:
            statement.query.dump(values)
        name = statement.names.get(statement.query.types) or self._plan(statement)
        [result] = self.connection.wait(self._execute(name, statement.query))
        if result.status == pq.ExecStatus.TUPLES_OK:
            return statement.rows(result, name)
        if result.status == pq.ExecStatus.COMMAND_OK:
            return []
        error = errors.error_from_result(result, encoding=statement.encoding)
        if isinstance(error, _PLAN_IS_GONE):
            del self._statements[text]
        raise error

    def _read(self, text, values):
        if len(self._statements) == MOST_PLANNED:
            self._forget_all()
        statement = self._statements[text] = _Statement(self.connection, text, values)
        return statement

    def _forget_all(self):
        statements, self._statements = self._statements, {}
        for statement in statements.values():
            for name in statement.names.values():
                self.connection.execute(b"DEALLOCATE " + name)

    def _plan(self, statement):
        self._names_given += 1
        name = b"planned_%d" % self._names_given
        [result] = self.connection.wait(self._prepare(name, statement.query))
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result, encoding=statement.encoding)
        statement.names[statement.query.types] = name
        return name

    def _prepare(self, name, query):
        yield from self.connection._start_query()
        self.connection.pgconn.send_prepare(name, query.query, param_types=query.types)
        return (yield from execute(self.connection.pgconn))

    def _execute(self, name, query):
        yield from self.connection._start_query()  # begins a transaction where one is to be begun
        self.connection.pgconn.send_query_prepared(name, query.params, param_formats=query.formats)
        return (yield from execute(self.connection.pgconn))


class _Statement:
    """A statement, how its values are written and its rows are read, and its names by the types of its values."""

    def __init__(self, connection, text, values):
        self._transformer = Transformer(connection)
        self.encoding = self._transformer.encoding
        self.query, self.names, self._columns_of = PostgresQuery(self._transformer), {}, None
        self.query.convert(text, values)

    def rows(self, result, name) -> list[tuple]:
        """Return the rows of a result; the columns of a plan are always the same, or the server refuses to execute it."""
        self._transformer.set_pgresult(result, set_loaders=name != self._columns_of)
        self._columns_of = name
        return self._transformer.load_rows(0, result.ntuples, tuple)
