"""
What every request needs and people change seldom: kept in memory for as long as its table is in the same state.

    with read_seldom():
        accounts = seldom(BankAccount, (mode, partner_id), load)

The database tells the state of each watched table (`core_watch_table` in sql/table_changes.sql), all of them in one look. So
what is kept is never older than what a statement at that moment would have read, in whatever process it was changed.
"""

from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from threading import Lock

from apps.core.statements import ask

MOST_KEPT = 1_000
_LOOK = "SELECT now, name, state FROM clock_timestamp() AS now LEFT JOIN core_tablechange ON true"

_kept, _lock = OrderedDict(), Lock()


class _Look:
    """In which states the watched tables are, and when that was asked."""

    @cached_property
    def _found(self):
        return ask(_LOOK)

    @property
    def at(self) -> datetime:
        return self._found[0][0]

    @cached_property
    def states(self) -> dict:
        return {name: state for _, name, state in self._found}


_look = ContextVar("the look of the block that is being executed", default=None)


@contextmanager
def read_seldom():
    """Within the block, look once in which states the watched tables are, and keep what is read of them for later blocks."""
    token = _look.set(_Look())
    try:
        yield
    finally:
        _look.reset(token)


def looked_at() -> datetime:
    """Return the database's clock when the block looked: now, if it had not looked yet or this is in no block."""
    return (_look.get() or _Look()).at


def seldom(model, key, load):
    """
    Return what `load` returns of a model whose table is watched, from memory if it was loaded in this state of the table.

    `key` tells apart what is loaded of one table. Nobody changes what is returned: others have it, too. Outside of
    `read_seldom` it is always loaded.
    """
    look = _look.get()
    if look is None:
        return load()
    table = model._meta.db_table
    state, place = look.states.get(table), (table, key)
    with _lock:
        if place in _kept and _kept[place][0] == state:
            _kept.move_to_end(place)
            return _kept[place][1]
    loaded = load()
    if _Look().states.get(table) != state:  # it may hold what was changed since
        return loaded
    with _lock:
        _kept[place] = (state, loaded)
        _kept.move_to_end(place)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return loaded
