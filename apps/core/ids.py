"""
Identifiers.

Rows carry a UUIDv7 (RFC 9562), so that new rows land at the end of an index. People and programs see it as a
prefixed public id such as ``po_01jdm3…``. Banks see *references*: sixteen capital letters and digits with check
digits in front, so that a reference cut short, padded or typed over by a bank is recognized or rejected, never guessed.
"""

import os
import re
import secrets
import time
import uuid
from datetime import datetime
from functools import cached_property

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: no i, l, o, u
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_ENCODED_LENGTH = 26
_SHIFTS = range(120, -1, -10)
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
"""What ten bits are written as: an id is thirteen look-ups, and a payout is told with seven of them."""

REFERENCE_LENGTH = 16
REFERENCE_KINDS = ("PO", "FU")
_REFERENCE = re.compile(rf"(?:{'|'.join(REFERENCE_KINDS)})[0-9]{{2}}[{_ALPHABET.upper()}]{{12}}")
_DIGITS = {character: str(int(character, 36)) for character in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SEPARATORS = re.compile(r"[\s\-./+]+")


class NotAnId(ValueError):
    """The text is no public id with the expected prefix."""


class PublicId:
    """Mixin for models with a UUID primary key: `public_id` is what leaves the house."""

    id_prefix: str

    @cached_property
    def public_id(self) -> str:
        return encode(self.id_prefix, self.pk)


def uuid7() -> uuid.UUID:
    """
    Return a new UUIDv7: milliseconds, 12 bits of their fraction, then randomness (RFC 9562, 5.7 and 6.2 method 3).

    The fraction keeps rows that one process makes one after the other in that order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = nanoseconds * 4096 // 1_000_000
    value = (milliseconds << 80) | (fraction << 64) | int.from_bytes(os.urandom(8), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def first_uuid7(moment: datetime) -> uuid.UUID:
    """Return the lowest UUIDv7 that could be made at a moment, so that a time bounds a range of ids."""
    return uuid.UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x2 << 62))


def encode(prefix: str, value: uuid.UUID) -> str:
    """Return the public id: prefix, underscore, 26 characters of Crockford base32."""
    number = value.int
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def decode(prefix: str, text: str) -> uuid.UUID:
    """
    Return the UUID behind a public id.

    :raises NotAnId: if the prefix, the length or a character is wrong.
    """
    expected = f"{prefix}_"
    body = text[len(expected) :] if isinstance(text, str) and text.startswith(expected) else ""
    if len(body) != _ENCODED_LENGTH or any(character not in _VALUES for character in body):
        raise NotAnId(f"not an id of the form {expected}…")
    number = 0
    for character in body:
        number = number * 32 + _VALUES[character]
    if number >> 128:
        raise NotAnId(f"not an id of the form {expected}…")
    return uuid.UUID(int=number)


def new_reference(kind: str) -> str:
    """Return a new reference: kind, two check digits, twelve random characters (60 bits)."""
    body = "".join([_ALPHABET[byte % 32] for byte in secrets.token_bytes(12)]).upper()
    return f"{kind}{_check_digits(kind, body)}{body}"


def is_reference(text: str, kind: str | None = None) -> bool:
    """Tell whether the text is a reference of ours with right check digits, and of the given kind."""
    if not isinstance(text, str) or len(text) != REFERENCE_LENGTH or not _REFERENCE.fullmatch(text):
        return False
    if kind is not None and text[:2] != kind:
        return False
    return text[2:4] == _check_digits(text[:2], text[4:])


def find_references(text: str) -> list[str]:
    """
    Return every verified reference of ours in free text, in order, each once.

    Spaces, line breaks, hyphens and case are what banks change, so they do not matter; the check digits do.
    """
    squeezed = _SEPARATORS.sub("", text or "").upper()
    found = []
    for start in range(len(squeezed) - REFERENCE_LENGTH + 1):
        candidate = squeezed[start : start + REFERENCE_LENGTH]
        if candidate not in found and is_reference(candidate):
            found.append(candidate)
    return found


def _check_digits(kind: str, body: str) -> str:
    """Return ISO 7064 mod 97-10 check digits, reckoned as ISO 11649 does."""
    digits = "".join([_DIGITS[character] for character in f"{body}{kind}00"])
    return f"{98 - int(digits) % 97:02d}"
