"""The database as the one clock and the one lock that all processes share."""

import json
from functools import cache
from itertools import chain
from pathlib import Path

from django.db import connection, models, transaction
from django.db.models.fields.related import ForeignObject

from apps.core.errors import NotFound
from apps.core.statements import ask, rows_where, send


@models.Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(models.Lookup):
    """`pk__any_of=ids`: as `in`, with one parameter however many ids; a thousand cost a fifth of the time."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        prepared = [self.lhs.output_field.get_db_prep_value(value, connection) for value in self.rhs]
        return f"{column} = ANY(%s)", [*parameters, prepared]


class QuickRows:
    """
    Mixin for models of which thousands are read or made at once: instances come about without the constructor.

    The constructor would set field by field and send signals that nobody here listens to. What a model's own
    constructor adds belongs into `_begin`.
    """

    @classmethod
    def from_db(cls, db, field_names, values):
        if len(values) != len(cls._meta.concrete_fields):
            return super().from_db(db, field_names, values)
        row = cls._bare()
        row._state.adding, row._state.db = False, db
        row.__dict__.update(zip(_names(cls), values, strict=True))
        row._begin()
        return row

    @classmethod
    def make(cls, **values):
        """Return an unsaved row with these columns, such as `partner_id=`, and defaults for the others."""
        row, (fixed, made) = cls._bare(), _defaults(cls)
        row.__dict__.update(fixed)
        row.__dict__.update(values)
        for name, default in made:
            if name not in values:
                row.__dict__[name] = default()
        row._begin()
        return row

    def point_at(self, **rows):
        """Set foreign keys to rows, such as `partner=`."""
        for name, row in rows.items():
            field = self._meta.get_field(name)
            self.__dict__[field.attname] = row and row.pk
            field.set_cached_value(self, row)

    @classmethod
    def _bare(cls):
        row = cls.__new__(cls)
        row._state = models.base.ModelState()
        return row

    def _begin(self):
        """Set what is no column."""


@cache
def _names(model):
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _defaults(model):
    """Return the defaults of a model's columns: those that are always the same, and those that are made anew."""
    fixed, made = {}, []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            fixed[field.attname] = field.get_default()
    return fixed, made


class LockingQuerySet(models.QuerySet):
    """Rows that operations lock before they decide."""

    def lock(self, ids):
        """
        Lock the rows in id order and return them in that order; rows that refer to them can still be written.

        :raises NotFound: naming the ids that are not there; the locks are given back with the transaction.
        """
        assert_in_transaction()
        wanted = set(ids)
        rows = self._locked(wanted)
        missing = wanted - {row.pk for row in rows}
        if missing:
            raise NotFound(f"{len(missing)} of {len(wanted)} are not there.")
        return rows

    def _locked(self, ids):
        if self.query.where or self.query.select_related:
            return list(self.filter(pk__any_of=ids).order_by("pk").select_for_update(no_key=True, of=("self",)))
        pk = self.model._meta.pk.column
        return rows_where(self.model, f"WHERE {pk} = ANY(%s) ORDER BY {pk} FOR NO KEY UPDATE", [list(ids)])


def attach(rows, *names) -> None:
    """Load what these foreign keys of model instances point at, with one query per key, each row pointed at once."""
    for name in names if rows else ():
        field = rows[0]._meta.get_field(name)
        ids = {getattr(row, field.attname) for row in rows} - {None}
        by_id = f"WHERE {field.related_model._meta.pk.column} = ANY(%s)"
        found = {one.pk: one for one in rows_where(field.related_model, by_id, [list(ids)])} if ids else {}
        for row in rows:
            field.set_cached_value(row, found.get(getattr(row, field.attname)))


def insert_rows(rows, *, wait=True) -> None:
    """
    Insert model instances of one class, many by COPY: as `bulk_create`, in a fifth of the time, and none need be kept.

    What the database fills in, numbers, defaults and columns it reckons, is left to it and not read back. Who does not
    `wait` learns later of what was refused: as soon as somebody asks, settles or commits.
    """
    rows = iter(rows)
    first, second = next(rows, None), next(rows, None)
    if first is None:
        return
    if second is None:  # one row is sent in one go, and copied in three
        _insert_together([first], ask if wait else send)
        return
    table, columns, _, values = _columns(type(first))
    values = [value.remembering() if isinstance(value, _JsonReader) else value for value in values]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        alias, write_row = connection.alias, copy.write_row
        for row in chain([first, second], rows):
            write_row([value(row) for value in values])
            row._state.adding, row._state.db = False, alias


def insert_sets(*sets) -> None:
    """Insert rows of several tables, such as things and their first versions; by one statement if there is one of each."""
    if all(len(rows) <= 1 for rows in sets):
        _insert_together([row for rows in sets for row in rows])
        return
    for rows in sets:
        insert_rows(rows)


def _insert_together(rows, execute=ask):
    """Insert rows of different tables by one statement. A trigger before one of them sees nothing of the others."""
    *others, last = [(row, *_columns(type(row))[2:]) for row in rows]
    with_others = ", ".join(f"_{place} AS ({insert})" for place, (_, insert, _) in enumerate(others))
    sql = f"WITH {with_others} {last[1]}" if others else last[1]
    execute(sql, [value(row) for row, _, values in [*others, last] for value in values])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _columns(model):
    """Return a model's table, the columns that an insert fills, the insert of one row, and how to read each off an instance."""
    fields = [field for field in model._meta.concrete_fields if not (field.has_db_default() or field.generated)]
    fields = [field for field in fields if not isinstance(field, models.AutoField)]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    one = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 - columns of our models
    return table, columns, one, [_reader(field) for field in fields]


def _reader(field):
    name, kind = field.attname, field.target_field if field.remote_field else field
    if getattr(field, "auto_now_add", False):
        return lambda row: field.pre_save(row, True)
    if isinstance(kind, models.JSONField):
        return _JsonReader(name, (kind.encoder or json.JSONEncoder)().encode)
    if isinstance(kind, models.CharField | models.TextField):  # an enumeration's member is its value
        return lambda row: None if row.__dict__[name] is None else str(row.__dict__[name])
    return lambda row: row.__dict__[name]


class _JsonReader:
    """Writes a JSON column of instances. One that remembers writes what is the same object in many rows once."""

    def __init__(self, name, encode):
        self.name, self.encode = name, encode

    def __call__(self, row):
        return self.encode(row.__dict__[self.name])

    def remembering(self):
        """Return a function that does so for the rows of one statement, between which nobody changes a value."""
        name, encode, last, text = self.name, self.encode, self, ""

        def read(row):
            nonlocal last, text
            value = row.__dict__[name]
            if not value and type(value) in (dict, list):
                return "{}" if type(value) is dict else "[]"
            if value is not last:
                last, text = value, encode(value)
            return text

        return read


def database_now():
    """Return the database's clock as it is at this moment, not as it was when the transaction began."""
    return ask("SELECT clock_timestamp()")[0][0]


def assert_in_transaction() -> None:
    """Stop a caller that would change money outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("this belongs inside a transaction")


def assert_no_open_transaction() -> None:
    """Stop a caller that would talk to the outside world while it holds locks."""
    # A block that wraps a whole test is not the caller's; Django tells them apart for `atomic(durable=True)` too.
    if any(not block._from_testcase for block in connection.atomic_blocks):
        raise transaction.TransactionManagementError("the outside world is never called inside a transaction")


def positions_taken(error, constraint: str, values) -> list[int]:
    """
    Return at which positions stand the values that a unique constraint refused, whose last column they are.

    Nothing is returned if the error is another one.
    """
    problem = error.__cause__.diag
    if problem.constraint_name != constraint:
        return []
    ends = (", {})", "=({})")  # of several columns, or of one
    told = problem.message_detail
    return [place for place, value in enumerate(values) if value and any(end.format(value) in told for end in ends)]


@cache
def statement(file: str, name: str) -> str:
    """Return a statement of an app that is asked as it is: `statement(__file__, "paid_before.sql")` from a module of it."""
    return (Path(file).resolve().parent / "sql" / name).read_text(encoding="utf-8")


def read_sql(app_file: str, name: str) -> str:
    """Return an app's SQL file, for a migration: `read_sql(__file__, "guards.sql")` from `<app>/migrations/`."""
    return (Path(app_file).resolve().parent.parent / "sql" / name).read_text(encoding="utf-8")
