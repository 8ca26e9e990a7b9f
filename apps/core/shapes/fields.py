"""
Fields: what a request may say, each checked strictly and described in JSON Schema from the same object.

`read(value, pointer, faults, whole)` returns the clean value, or appends to `faults` and returns None, so that one
answer names every fault. `whole` is the object the value is a member of, for the field whose meaning hangs on another
(an amount on its currency). Nothing is coerced: a number is no string, and a name in another shape is no date.
"""

import re
from copy import copy
from datetime import date, datetime

from apps.core.ids import NotAnId, decode
from apps.core.money import InvalidAmount, is_currency, parse_amount
from apps.core.shapes.countries import COUNTRIES
from apps.core.shapes.faults import fault, wrong_type
from apps.core.text import InvalidText, check_text

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
    re.ASCII,
)
AMOUNT_PATTERN = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$"
_LOCAL_PART_OF_AN_ID = "[0-9a-hjkmnp-tv-z]{26}"


class Field:
    """A member of an object. Optional members that are absent read as `default`."""

    def __init__(self, help_text="", *, required=True, default=None, example=None, title=""):
        self.title = title
        self.help_text = help_text
        self.required = required
        self.default = default
        self.example = example

    def optional(self):
        """Return this member as one that may be left out, and then reads as None."""
        other = copy(self)
        other.required, other.default = False, None
        return other

    def read(self, value, pointer, faults, whole):
        raise NotImplementedError

    def shape(self) -> dict:
        """Return the field's JSON Schema without its prose."""
        raise NotImplementedError

    def schema(self) -> dict:
        """Return the field's JSON Schema."""
        prose = {"title": self.title} if self.title else {}
        prose |= {"description": self.help_text} if self.help_text else {}
        example = {"examples": [self.example]} if self.example is not None else {}
        return {**self.shape(), **prose, **example}


class Text(Field):
    """A string in the house's clean form (`apps.core.text`)."""

    def __init__(self, help_text="", *, max_length, blank=False, **options):
        super().__init__(help_text, **options)
        self.max_length = max_length
        self.blank = blank

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            return check_text(value, max_length=self.max_length, blank=self.blank)
        except InvalidText as error:
            return fault(faults, pointer, error.code, error.detail)

    def shape(self):
        # No maxLength: the limit counts the cleaned text, which may be shorter than what was sent.
        return {"type": "string"} if self.blank else {"type": "string", "minLength": 1}


class Email(Field):
    """An e-mail address of ASCII letters with a domain name."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        if len(value) > 254 or not _EMAIL.fullmatch(value):
            return fault(faults, pointer, "email-format", "This is no e-mail address such as ann@example.org.")
        return value

    def shape(self):
        return {"type": "string", "format": "email", "maxLength": 254}


class Choice(Field):
    """One of a few words."""

    def __init__(self, *words, help_text="", **options):
        super().__init__(help_text, **options)
        self.words = words

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        if value not in self.words:
            return fault(faults, pointer, "unknown-choice", f"One of: {', '.join(self.words)}.")
        return value

    def shape(self):
        return {"type": "string", "enum": list(self.words)}


class Country(Field):
    """An ISO 3166-1 alpha-2 code."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        if value not in COUNTRIES:
            return fault(
                faults, pointer, "unknown-country", "Use an ISO 3166-1 code of two capital letters, such as DE."
            )
        return value

    def shape(self):
        return {"type": "string", "pattern": "^[A-Z]{2}$"}


class Currency(Field):
    """An ISO 4217 code of a currency in use."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        if not is_currency(value):
            return fault(faults, pointer, "unknown-currency", "Use a current ISO 4217 code in capital letters: EUR.")
        return value

    def shape(self):
        return {"type": "string", "pattern": "^[A-Z]{3}$"}


class Amount(Field):
    """Money as decimal text, in the currency that the same object names; read as integer minor units."""

    def read(self, value, pointer, faults, whole):
        currency = whole.get("currency")
        known = is_currency(currency)
        try:
            # With no usable currency the shape alone is judged; the currency's own fault is named beside it.
            amount = parse_amount(value, currency if known else "KWD")
            return amount if known else None
        except InvalidAmount as error:
            if known or error.code not in ("too-many-decimals", "amount-out-of-range"):
                fault(faults, pointer, error.code, error.detail)
            if type(value) in (int, float) and value <= 0:
                fault(faults, pointer, "amount-not-positive", "The amount must be greater than zero.")
            return None

    def shape(self):
        return {"type": "string", "pattern": AMOUNT_PATTERN}


class Integer(Field):
    """A whole number between two bounds; `1.0` and `1e3` are none."""

    def __init__(self, help_text="", *, minimum, maximum, **options):
        super().__init__(help_text, **options)
        self.minimum, self.maximum = minimum, maximum

    def read(self, value, pointer, faults, whole):
        if type(value) is not int:
            return wrong_type(faults, pointer, "integer")
        if not self.minimum <= value <= self.maximum:
            return fault(faults, pointer, "out-of-range", f"From {self.minimum} to {self.maximum}.")
        return value

    def shape(self):
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class Flag(Field):
    """True or false."""

    def read(self, value, pointer, faults, whole):
        return value if isinstance(value, bool) else wrong_type(faults, pointer, "boolean")

    def shape(self):
        return {"type": "boolean"}


class Date(Field):
    """A calendar date, `2026-11-23`."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            return self.check(date.fromisoformat(_DATE.fullmatch(value).group()), pointer, faults)
        except (AttributeError, ValueError):
            return fault(faults, pointer, "date-format", "Use a date of the calendar in the form 2026-11-23.")

    def check(self, day, pointer, faults):
        return day

    def shape(self):
        return {"type": "string", "format": "date"}


class BirthDate(Date):
    """A date of birth of somebody who can be alive."""

    MAX_AGE_YEARS = 120

    def check(self, day, pointer, faults):
        today = date.today()
        if not today.year - self.MAX_AGE_YEARS <= day.year or day > today:
            return fault(faults, pointer, "date-out-of-range", "A day of the past 120 years.")
        return day


class Timestamp(Field):
    """A moment with its offset from UTC (RFC 3339), `2026-11-23T09:30:00Z`."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            moment = datetime.fromisoformat(_TIMESTAMP.fullmatch(value).group())
            if not 2000 <= moment.year <= 2999:
                return fault(faults, pointer, "date-out-of-range", "A moment between the years 2000 and 2999.")
        except (AttributeError, ValueError):
            return fault(faults, pointer, "timestamp-format", "A moment with its offset: 2026-11-23T09:30:00Z.")
        return moment

    def shape(self):
        return {"type": "string", "format": "date-time"}


class Identifier(Field):
    """The public id of one of the partner's own things; read as its UUID."""

    def __init__(self, prefix, help_text="", **options):
        super().__init__(help_text, **options)
        self.prefix = prefix

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            return decode(self.prefix, value)
        except NotAnId:
            return fault(
                faults, pointer, "unknown-id", f"There is nothing here with this id; ids begin {self.prefix}_."
            )

    def shape(self):
        return {"type": "string", "pattern": f"^{self.prefix}_{_LOCAL_PART_OF_AN_ID}$"}


class Url(Field):
    """An address; what it may point at is judged by the operation that keeps it."""

    def read(self, value, pointer, faults, whole):
        return value if isinstance(value, str) else wrong_type(faults, pointer, "string")

    def shape(self):
        return {"type": "string", "format": "uri", "maxLength": 2048}
