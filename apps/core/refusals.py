"""
Who was refused what, noted while a door is open.

A door opens the notes around one request; whoever refuses writes into them. They are recorded when the door closes, and
so after the transaction of the refused operation is rolled back. Where no door is open nothing is noted.
"""

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from apps.core.errors import DomainError

MOST_NOTED = 20
"""In one request; a set that is refused is one refusal."""
MOST_NAMED = 5
"""Of the objects and of the kinds of faults of one refusal."""
NOT_TOLD = (422, 503)
"""Content with faults, and what is not there at the moment: nobody tried to do what they may not."""

_PUBLIC_ID = re.compile(r"[a-z]{1,4}_[0-9a-z]{26}")
_notes: ContextVar[list | None] = ContextVar("refusals", default=None)


@dataclass(frozen=True)
class Refusal:
    """One thing that somebody may not do: `action` is the permission they lack, or empty if it is not for want of one."""

    by: object
    code: str
    action: str = ""
    objects: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@contextmanager
def noting():
    """Open the notes, and give the list that they are written into."""
    noted: list[Refusal] = []
    token = _notes.set(noted)
    try:
        yield noted
    finally:
        _notes.reset(token)


def note(by, code: str, **details) -> None:
    """Write down that `by` was refused, if a door is open; the same refusal once."""
    noted = _notes.get()
    refusal = Refusal(by, code, **details)
    if noted is not None and by is not None and refusal not in noted and len(noted) < MOST_NOTED:
        noted.append(refusal)


def note_error(by, error: DomainError) -> None:
    """Write down what a door tells somebody who was refused, with what its faults name; see `NOT_TOLD`."""
    if error.status in NOT_TOLD or error.extra.get("permission"):  # the latter was noted where it was asked for
        return
    faults = tuple(sorted({fault.code for fault in error.errors}))
    named = {fault.pointer.strip("/") for fault in error.errors}
    objects = tuple(sorted(filter(_PUBLIC_ID.fullmatch, named)))
    note(by, error.code, faults=faults[:MOST_NAMED], objects=objects[:MOST_NAMED])
