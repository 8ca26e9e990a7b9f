"""Money: the API writes amounts as decimal text; programs count integer minor units. Nothing is ever rounded."""

import re

from .generated.currencies import EXPONENTS

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)


def minor_units(amount: str, currency: str) -> int:
    """
    Return an amount as the API writes it in minor units: ``"125.50"``, ``"EUR"`` is 12550.

    :raises ValueError: if it is no amount, has more decimals than the currency, or the currency is unknown.
    """
    match = _AMOUNT.fullmatch(amount)
    decimals = _exponent(currency)
    if not match or len(match[3] or "") > decimals:
        raise ValueError(f"{amount!r} is no amount of {currency}, which has {decimals} decimals.")
    return int(match[1] + match[2] + (match[3] or "").ljust(decimals, "0"))


def amount_of(minor_units: int, currency: str) -> str:
    """
    Return minor units as the API takes them: 12550, ``"EUR"`` is ``"125.50"``.

    :raises TypeError: if they are no integer; a float is none.
    :raises ValueError: if the currency is unknown.
    """
    if type(minor_units) is not int:
        raise TypeError("Minor units are an integer.")
    decimals = _exponent(currency)
    digits = str(abs(minor_units)).rjust(decimals + 1, "0")
    sign = "-" if minor_units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _exponent(currency: str) -> int:
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise ValueError(f"{currency!r} is no currency of ISO 4217.") from None
