"""Saving some columns of many rows by one statement that is the same however many there are."""

from functools import cache

from django.db import connection, models

from apps.core.statements import ask


def update_rows(rows, *names) -> None:
    """
    Save these fields of model instances of one class, by one statement: as `bulk_update`, in a tenth of the time.

    JSON is not among what it can save.
    """
    rows = list(rows)
    if rows:
        sql, read = _update(type(rows[0]), names)
        ask(sql, [[one(row) for row in rows] for one in read])


@cache
def _update(model, names):
    """Return the statement, and for each list that it takes how to read its values off an instance."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [meta.pk, *(meta.get_field(name) for name in names)]
    columns = [quote(field.column) for field in fields]
    changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    lists = ", ".join(f"%s::{_type(field)}[]" for field in fields)
    sql = (
        f"UPDATE {quote(meta.db_table)} AS row SET {changes} FROM unnest({lists}) AS new ({', '.join(columns)})"  # noqa: S608 - columns of our models
        f" WHERE row.{columns[0]} = new.{columns[0]}"
    )
    return sql, [_reader(field) for field in fields]


def _type(field) -> str:
    return "text" if _is_text(field) else field.rel_db_type(connection)


def _reader(field):
    name = field.attname
    if _is_text(field):  # an enumeration's member is its value
        return lambda row: None if row.__dict__[name] is None else str(row.__dict__[name])
    return lambda row: row.__dict__[name]


def _is_text(field) -> bool:
    return isinstance(field, models.CharField | models.TextField)
