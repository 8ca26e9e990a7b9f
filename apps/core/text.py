"""Text that people and programs send us: what is let in, and in which shape it is kept."""

import re
import unicodedata

_SPACES = re.compile(r" {2,}")
_DIGIT_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])", re.ASCII)

# Control, format (zero width, bidirectional overrides, byte order mark), surrogate, private and unassigned code
# points, line and paragraph separators: invisible or dangerous wherever a name or a reference is shown.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


# What spreadsheets take for the beginning of a formula, or pass over before one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "＝", "＋", "－", "＠")


class InvalidText(ValueError):
    """Text that is refused; `code` is stable, `detail` tells a person what to do."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


def whole_number(text: str | None, most_digits: int) -> int | None:
    """Return the number that a form's text writes in ASCII digits, no more than so many of them; None if it writes none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= most_digits else None


def check_text(value: str, *, max_length: int, blank: bool = False) -> str:
    """
    Return the text in NFC, trimmed, with inner runs of spaces made one.

    :raises InvalidText: with code ``forbidden-character``, ``blank``, ``too-long`` or ``card-number-not-allowed``.
    """
    text = value if value.isascii() and value.isprintable() else _composed(value)
    text = _SPACES.sub(" ", text).strip()
    if not text and not blank:
        raise InvalidText("blank", "This may not be empty.")
    if len(text) > max_length:
        raise InvalidText("too-long", f"At most {max_length} characters.")
    if contains_card_number(text):
        raise InvalidText("card-number-not-allowed", "This looks like a card number, which may not be sent here.")
    return text


def _composed(value: str) -> str:
    """Return the text in NFC with every kind of space as a plain one; text of printable ASCII is that already."""
    for character in value:
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
            raise InvalidText("forbidden-character", f"The character U+{ord(character):04X} is not allowed here.")
    text = unicodedata.normalize("NFC", value)
    return "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)


def forbidden_in(value: str) -> str:
    """Return the first character of a text of any number of lines that `check_text` refuses in a line, or nothing."""
    characters = (one for one in value if one not in "\t\r\n" and unicodedata.category(one) in _FORBIDDEN_CATEGORIES)
    return "" if value.isascii() and value.isprintable() else next(characters, "")


def no_formula(text: str) -> str:
    """Return the text of a cell as no spreadsheet takes it for a formula: with an apostrophe before it where one would."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def contains_card_number(text: str) -> bool:
    """Tell whether the text holds 13 to 19 digits, spaced or not, that pass the Luhn check (ISO/IEC 7812-1)."""
    return any(_luhn(re.sub(r"[ -]", "", match.group())) for match in _DIGIT_RUN.finditer(text))


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
