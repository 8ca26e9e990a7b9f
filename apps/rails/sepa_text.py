"""
The character set that every SEPA bank accepts, and the way into it.

Letters a–z and A–Z, digits, space and ``/ - ? : ( ) . , ' +`` (EPC132-08, 1.4). Other letters are written in Latin ones;
signs are replaced by the nearest allowed one; pictures are dropped. The result is shown to whoever sends the payment,
since it is what the recipient will read.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from apps.core.errors import Fault

_ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*", re.ASCII)
_FORBIDDEN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+", re.ASCII)
_SPACES = re.compile(r" {2,}")

_LETTERS = str.maketrans(
    {
        "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "SS",
        "Å": "Aa", "å": "aa", "Æ": "Ae", "æ": "ae", "Ø": "Oe", "ø": "oe", "Œ": "Oe", "œ": "oe",
        "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d",
        "€": "EUR", "£": "GBP", "¥": "JPY",
    }
)  # fmt: skip
_SIGNS = str.maketrans(
    {
        "&": "+", "@": "(at)", "_": "-", "*": ".", "!": ".", ";": ",", '"': "'", "`": "'", "´": "'", "^": "'",
        "[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "\\": "-", "|": "-", "~": "-", "=": "-",
        "#": ".", "%": ".", "$": ".",
    }
)  # fmt: skip


@lru_cache(maxsize=2048)
def to_bank_text(text: str) -> str:
    """Return the text in the SEPA character set, with single spaces; empty if nothing of it can be written."""
    if _ALLOWED.fullmatch(text):
        return _SPACES.sub(" ", text).strip()
    text = unicodedata.normalize("NFKC", text).translate(_LETTERS)
    latin = "".join(character if character.isascii() else _latin(character) for character in text)
    return _SPACES.sub(" ", _FORBIDDEN.sub(" ", latin.translate(_SIGNS))).strip()


def is_bank_text(text: str) -> bool:
    """Tell whether the text consists of the SEPA character set only."""
    return bool(_ALLOWED.fullmatch(text))


def check_name(name: str, pointer: str, max_length: int) -> list[Fault]:
    """Return what keeps a name from being sent: nothing readable is left of it, or it becomes too long."""
    return _check_readable(name, pointer, max_length)


def check_reference(reference: str, pointer: str, max_length: int) -> list[Fault]:
    """
    Return what keeps a reference or remittance text from being sent. An empty one is right.

    A slash at either end and two slashes in a row have a meaning of their own between banks and are refused.
    """
    if not reference:
        return []
    written = to_bank_text(reference)
    faults = _check_readable(reference, pointer, max_length)
    if written.startswith("/") or written.endswith("/") or "//" in written:
        detail = "Banks do not accept a slash at the start or the end, nor two slashes in a row."
        faults.append(Fault(pointer, "slash-not-allowed", detail))
    return faults


def _check_readable(text: str, pointer: str, max_length: int) -> list[Fault]:
    written = to_bank_text(text)
    if not any(character.isalnum() for character in written):
        detail = "Nothing is left of this in the letters that SEPA banks accept."
        return [Fault(pointer, "empty-in-bank-characters", detail)]
    if len(written) > max_length:
        detail = f"At most {max_length} characters as the bank sees it; this becomes {len(written)}: {written}"
        return [Fault(pointer, "too-long-for-rail", detail)]
    return []


def _latin(character: str) -> str:
    # Symbols have names in the table ("smile", "heart"), which nobody wants to read in a payment.
    if unicodedata.category(character) in {"So", "Sk", "Cn", "Co", "Cf", "Cs"}:
        return ""
    return anyascii(character)
