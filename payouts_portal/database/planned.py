"""
Statements that the server reads and plans once per session, and executes with other values each time.

psycopg's own cursor does so too, and makes up its mind anew each time what to plan, how to write the values and how to
read the rows: that takes longer than a small answer.

A statement whose answer nobody needs can be sent without waiting for it: the server is at it while the caller goes on.
"""

from psycopg import errors, pq
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.generators import execute, fetch_many, send

_PLAN_IS_GONE = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
"""What the server says if a table's columns have changed since, or if somebody has thrown the plan away."""

_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)

MOST_PLANNED = 500
"""Statements that one session keeps; there are fewer that are asked this way."""


class PlannedStatements:
    """What one connection has planned, and what was sent to it of which nobody knows yet whether it was done."""

    def __init__(self, connection):
        self.connection, self.pgconn = connection, connection.pgconn
        self._statements, self._names_given, self._sent = {}, 0, []

    def ask(self, text, values=()) -> list[tuple]:
        """
        Execute a statement and return its rows, none if it returns nothing.

        It is planned by the types of its values as well: what is a number now may be NULL the next time. What was sent
        before is done first, and its error raised here.
        """
        statement, name = self._planned(text, values)
        if self._sent or self._begins():
            self._send(text, name, statement)
            result = self._answers()[-1]
        else:
            [result] = self.connection.wait(self._execute(name, statement))
            self._check(text, result)
        return statement.rows(result, name)

    def send(self, text, values=()) -> None:
        """
        Have a statement executed, within a transaction, without waiting for it; it returns nothing that anybody needs.

        If it fails, whoever asks, settles or commits next is told, and nothing that was sent after it is done. Until then the
        server does not count the session as idle, so it does not end one that stands still meanwhile.
        """
        statement, name = self._planned(text, values)
        if not self._sent and not self._begins():
            self.pgconn.enter_pipeline_mode()
        self._send(text, name, statement)
        self.pgconn.flush()

    def settle(self) -> None:
        """
        Wait until all that was sent is done.

        :raises psycopg.Error: if one of them failed.
        """
        if self._sent:
            self._answers()

    def commit(self) -> bool:
        """
        Commit what was sent without another round trip, and tell whether anything was.

        :raises psycopg.Error: if a statement failed; nothing is committed then.
        """
        if not self._sent:
            return False
        self.pgconn.send_query_params(b"COMMIT", None)
        self._sent.append("COMMIT")
        self._answers()
        return True

    def _planned(self, text, values):
        """Return the statement with these values, and the name of its plan."""
        statement = self._statements.get(text)
        if statement is None:
            statement = self._read(text, values)
        else:
            statement.take(values)
        name = statement.names.get(statement.types)
        if name is None:
            self.settle()
            name = self._plan(statement)
        return statement, name

    def _read(self, text, values):
        if len(self._statements) == MOST_PLANNED:
            self.settle()
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
        [result] = self.connection.wait(self._prepare(name, statement))
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result, encoding=statement.encoding)
        statement.names[statement.types] = name
        return name

    def _prepare(self, name, statement):
        yield from self.connection._start_query()  # begins a transaction where one is to be begun
        self.pgconn.send_prepare(name, statement.query, param_types=statement.types)
        return (yield from execute(self.pgconn))

    def _execute(self, name, statement):
        self.pgconn.send_query_prepared(name, statement.values, param_formats=statement.formats)
        return (yield from execute(self.pgconn))

    def _begins(self) -> bool:
        """Begin a transaction where one is to be begun, along with what is sent next, and tell whether it was."""
        if self.connection.autocommit or self.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            return False
        self.pgconn.enter_pipeline_mode()
        self.pgconn.send_query_params(self.connection._get_tx_start_command(), None)
        self._sent.append("BEGIN")
        return True

    def _send(self, text, name, statement):
        self.pgconn.send_query_prepared(name, statement.values, param_formats=statement.formats)
        self._sent.append(text)

    def _answers(self) -> list:
        """Wait for what was sent, and return the answers of the server, each without fault."""
        sent, self._sent = self._sent, []
        try:
            self.pgconn.pipeline_sync()
            results = self.connection.wait(self._receive(len(sent)))
            self.pgconn.exit_pipeline_mode()
        except BaseException:  # nobody knows any more which answer would be to what
            self.connection.close()
            raise
        for text, result in zip(sent, results, strict=True):
            self._check(text, result)
        return results

    def _receive(self, count):
        yield from send(self.pgconn)
        results = []
        for _ in range(count):
            results += yield from fetch_many(self.pgconn)
        yield from fetch_many(self.pgconn)  # that all is in step again
        return results

    def _check(self, text, result):
        """Raise the error that a result tells of; a plan that is gone is forgotten, so that it is made anew."""
        if result.status in _DONE:
            return
        error = errors.error_from_result(result, encoding=self.connection.info.encoding)
        if isinstance(error, _PLAN_IS_GONE):
            self._statements.pop(text, None)
        raise error


class _Statement:
    """A statement, how its values are written and its rows are read, and its names by the types of its values."""

    def __init__(self, connection, text, values):
        self._transformer, self._columns_of = Transformer(connection), None
        self.encoding, self.names = self._transformer.encoding, {}
        read = PostgresQuery(self._transformer)
        read.convert(text, values)
        self.query, self.values, self.types, self.formats = read.query, read.params, read.types, read.formats
        self._order, self._wanted = read._order, read._want_formats

    def take(self, values) -> None:
        """Write other values as the server reads them."""
        if self._order is not None:
            values = [values[name] for name in self._order]
        self.values = self._transformer.dump_sequence(values, self._wanted)
        self.types, self.formats = self._transformer.types or (), self._transformer.formats

    def rows(self, result, name) -> list[tuple]:
        """Return the rows of a result; the columns of a plan are always the same, or the server refuses to execute it."""
        if result.status == pq.ExecStatus.COMMAND_OK:
            return []
        self._transformer.set_pgresult(result, set_loaders=name != self._columns_of)
        self._columns_of = name
        return self._transformer.load_rows(0, result.ntuples, tuple)
