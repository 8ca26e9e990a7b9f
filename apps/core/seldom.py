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
from threading import Lock

from apps.core.statements import ask

MOST_KEPT = 1_000

_states = ContextVar("the states of the watched tables, once one of them was asked for", default=None)
_kept, _lock = OrderedDict(), Lock()


@contextmanager
def read_seldom():
    """Within the block, look once in which states the watched tables are, and keep what is read of them for later blocks."""
    token = _states.set({})
    try:
        yield
    finally:
        _states.reset(token)


def seldom(model, key, load):
    """
    Return what `load` returns of a model whose table is watched, from memory if it was loaded in this state of the table.

    `key` tells apart what is loaded of one table. Nobody changes what is returned: others have it, too. Outside of
    `read_seldom` it is always loaded.
    """
    states = _states.get()
    if states is None:
        return load()
    if not states:
        states.update(ask("SELECT name, state FROM core_tablechange"), asked=None)
    table = model._meta.db_table
    state, place = states.get(table), (table, key)
    with _lock:
        if place in _kept and _kept[place][0] == state:
            _kept.move_to_end(place)
            return _kept[place][1]
    loaded = load()
    with _lock:
        _kept[place] = (state, loaded)
        _kept.move_to_end(place)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return loaded
