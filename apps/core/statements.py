"""
Statements that are the same each time but for their values: written once, and read and planned by the server once per connection.

A request asks some twenty of them. Putting a queryset together and writing it as SQL costs several times what its answer
does, and so does planning it anew each time; so what every request asks is asked here. A plan has to do for any values
(`plan_cache_mode` in the settings): ask so that an index finds the rows.
"""

from functools import cache

from django.db import connection

from apps.core.database import quick_converters


def ask(sql: str, values=()) -> list[tuple]:
    """Execute a statement and return its rows; none if it returns nothing. Values of no clear type need a cast in the SQL."""
    return connection.ask(sql, values)


def joined_rows(models: tuple, source: str, values=()) -> list[tuple]:
    """
    Return one row of each of these models per row of a join in SQL, such as ``FROM … JOIN … WHERE …``.

    Each table goes by its own name. None stands for a row that an outer join did not find.
    """
    columns, places = _columns(models)
    found, alias = [], connection.alias
    for row in ask(f"SELECT {columns} {source}", values):  # noqa: S608 - columns of our models, and our own words
        found.append(tuple([_instance(alias, model, row[start:end], *how) for model, start, end, *how in places]))
    return found


def _instance(alias, model, values, names, pk, converters):
    if values[pk] is None:
        return None
    if converters:
        values = list(values)
        for place, functions, expression in converters:
            for function in functions:
                values[place] = function(values[place], expression, connection)
    return model.from_db(alias, names, values)


@cache
def _columns(models):
    """Return the columns of the models, and for each where its own stand, how they are called and how they are read."""
    quote, columns, places = connection.ops.quote_name, [], []
    for model in models:
        table, fields = model._meta.db_table, model._meta.concrete_fields
        compiler = model._base_manager.all().query.get_compiler(connection=connection)
        converters = compiler.get_converters([field.get_col(table) for field in fields])
        names = [field.attname for field in fields]
        reading = quick_converters(converters)
        start, pk = len(columns), names.index(model._meta.pk.attname)
        columns += [f"{quote(table)}.{quote(field.column)}" for field in fields]
        places.append((model, start, len(columns), names, pk, reading))
    return ", ".join(columns), places
