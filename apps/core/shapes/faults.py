"""Noting what is wrong with a document: each fault with its place, and nothing of the document's content repeated."""

import re

from apps.core.errors import Fault

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", re.ASCII)


def fault(faults, pointer, code, detail):
    """Note a fault; return None, which stands for the value that cannot be used."""
    faults.append(Fault(pointer, code, detail))


def wrong_type(faults, pointer, expected):
    """Note that a value has another JSON type than it should."""
    faults.append(Fault(pointer, "type", f"This must be {'an' if expected[0] in 'aio' else 'a'} {expected}."))


def below(pointer: str, name: str) -> str:
    """Return the pointer of a member; a name that is no plain word is not repeated, since it could be anything."""
    return f"{pointer}/{name}" if NAME.fullmatch(name) and sum(map(str.isdigit, name)) < 8 else pointer
