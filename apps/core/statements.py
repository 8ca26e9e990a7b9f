"""
Statements that are the same each time but for their values: written once, and read and planned by the server once per connection.

A request asks some twenty of them. Putting a queryset together and writing it as SQL costs several times what its answer
does, and so does planning it anew each time; so what every request asks is asked here. A plan has to do for any values
(`plan_cache_mode` in the settings): ask so that an index finds the rows.
"""

import json
from dataclasses import dataclass
from functools import cache

from django.db import connection, models


def ask(sql: str, values=()) -> list[tuple]:
    """Execute a statement and return its rows; none if it returns nothing. Values of no clear type need a cast in the SQL."""
    return connection.ask(sql, values)


def send(sql: str, values=()) -> None:
    """
    Have a statement executed without waiting for it, within a transaction: one that returns nothing anybody needs.

    The database is at it while the caller goes on. If it fails, whoever asks, settles or commits next is told.
    """
    connection.send(sql, values)


def settle() -> None:
    """
    Wait until all that was sent is done.

    :raises DatabaseError: if one of the statements failed.
    """
    connection.settle()


def rows_where(model, condition: str, values=(), *, newest_of=()) -> list:
    """
    Return the rows of a model under a condition in SQL, such as ``WHERE partner_id = %s ORDER BY id``.

    It is what a queryset returns, without a queryset that is put together and written as SQL each time. With `newest_of`,
    of the rows that are alike in these columns only the first is returned.
    """
    reading = _reading(model)
    distinct = f"DISTINCT ON ({', '.join(newest_of)}) " if newest_of else ""
    return reading.instances(ask(f"SELECT {distinct}{reading.columns} FROM {reading.table} {condition}", values))  # noqa: S608 - columns of our models, and our own words


def joined_rows(models: tuple, source: str, values=()) -> list[tuple]:
    """
    Return one row of each of these models per row of a join in SQL, such as ``FROM … JOIN … WHERE …``.

    Each table goes by its own name. None stands for a row that an outer join did not find.
    """
    readings, start, sides = [_reading(model) for model in models], 0, []
    found = ask(f"SELECT {', '.join(reading.columns for reading in readings)} {source}", values)  # noqa: S608 - as above
    for reading in readings:
        end = start + len(reading.names)
        sides.append(reading.instances(row[start:end] for row in found))
        start = end
    return list(zip(*sides, strict=True))


@dataclass(frozen=True)
class _Reading:
    """How rows of a model are asked for in SQL, and made into instances."""

    model: type
    table: str
    columns: str
    names: list[str]
    key: int
    converters: list[tuple]

    def instances(self, rows) -> list:
        """Return an instance per row, None where there is no key."""
        from_db, names, key, using = self.model.from_db, self.names, self.key, connection.alias
        convert = self._converted if self.converters else tuple
        return [None if row[key] is None else from_db(using, names, convert(row)) for row in rows]

    def _converted(self, row):
        values = list(row)
        for place, functions, expression in self.converters:
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return values


@cache
def _reading(model) -> _Reading:
    quote, fields = connection.ops.quote_name, model._meta.concrete_fields
    table, names = model._meta.db_table, [field.attname for field in fields]
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    converters = compiler.get_converters([field.get_col(table) for field in fields])
    return _Reading(
        model,
        quote(table),
        ", ".join(f"{quote(table)}.{quote(field.column)}" for field in fields),
        names,
        names.index(model._meta.pk.attname),
        [
            (place, [_quick(function) for function in functions], what)
            for place, (functions, what) in converters.items()
        ],
    )


def _quick(function):
    """Return what reads a column, or what does the same with JSON in a third of the time."""
    field = getattr(function, "__self__", None)
    reads_json = type(field) is models.JSONField and field.decoder is None and function.__name__ == "from_db_value"
    return _read_json if reads_json else function


_scan_json = json.JSONDecoder().scan_once


def _read_json(text, expression, connection):
    """Return what PostgreSQL's text of a jsonb says; it has no space around it."""
    return None if text is None else _scan_json(text, 0)[0]
