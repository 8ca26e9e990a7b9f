"""
Money: integer minor units beside an ISO 4217 currency.

Exponents come from the standard's own table (JPY 0, EUR 2, KWD 3). Text becomes money by one strict shape, and never
by rounding.
"""

import re
from functools import cache

from iso4217 import Currency

MAX_AMOUNT = 10**15 - 1
"""Largest amount in minor units: far inside a 64-bit integer, so that sums of a ledger stay inside too."""

# Codes that are in the standard but are no money one can pay with: metals, funds, bond units, tests, no currency.
_NOT_PAYABLE = frozenset(
    [
        "BOV",
        "CHE",
        "CHW",
        "CLF",
        "COU",
        "MXV",
        "USN",
        "UYI",
        "UYW",
        "XAD",
        "XAG",
        "XAU",
        "XBA",
        "XBB",
        "XBC",
        "XBD",
        "XDR",
        "XPD",
        "XPT",
        "XSU",
        "XTS",
        "XUA",
        "XXX",
    ]
)
_SHAPE = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]+))?", re.ASCII)


class InvalidAmount(ValueError):
    """Text that is not an amount; `code` is stable, `detail` tells a person what to do."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


@cache
def _exponents() -> dict[str, int]:
    return {
        currency.code: currency.exponent
        for currency in Currency
        if currency.code not in _NOT_PAYABLE and currency.exponent is not None
    }


def is_currency(code) -> bool:
    """Tell whether the code is a current ISO 4217 currency that can be paid."""
    return isinstance(code, str) and code in _exponents()


def currencies() -> list[str]:
    """Return the codes of all currencies that can be paid, in order."""
    return sorted(_exponents())


def exponent(currency: str) -> int:
    """Return the number of decimals of the currency's minor unit."""
    return _exponents()[currency]


def parse_amount(text, currency: str) -> int:
    """
    Return the minor units of an amount such as ``"125.50"``.

    :raises InvalidAmount: with code ``unknown-currency``, ``amount-must-be-string``, ``amount-format``,
        ``too-many-decimals``, ``amount-not-positive`` or ``amount-out-of-range``.
    """
    if not is_currency(currency):
        raise InvalidAmount("unknown-currency", "Use a current ISO 4217 code in capital letters, such as EUR.")
    if not isinstance(text, str):
        raise InvalidAmount("amount-must-be-string", 'Send the amount as a string, such as "125.50".')
    if re.fullmatch(r"-0(\.0+)?|-[1-9][0-9]{0,14}(\.[0-9]+)?", text):
        raise InvalidAmount("amount-not-positive", "The amount must be greater than zero.")
    match = _SHAPE.fullmatch(text)
    if not match:
        raise InvalidAmount(
            "amount-format",
            "Digits with a point before the decimals, without sign, spaces, separators or exponent: 125.50.",
        )
    whole, decimals = match.group(1), match.group(2) or ""
    places = exponent(currency)
    if len(decimals) > places:
        raise InvalidAmount("too-many-decimals", f"{currency} has {places} decimals.")
    amount = int(whole) * 10**places + int(decimals.ljust(places, "0") or "0")
    if amount == 0:
        raise InvalidAmount("amount-not-positive", "The amount must be greater than zero.")
    if amount > MAX_AMOUNT:
        raise InvalidAmount("amount-out-of-range", f"At most {format_amount(MAX_AMOUNT, currency)} {currency}.")
    return amount


def format_amount(amount: int, currency: str) -> str:
    """Return minor units as plain decimal text with the currency's decimals: 12550 EUR is ``"125.50"``."""
    places = exponent(currency)
    sign, digits = ("-", str(-amount)) if amount < 0 else ("", str(amount))
    if places == 0:
        return sign + digits
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def allocate(total: int, weights: list[int]) -> list[int]:
    """
    Split a total by weights so that the parts sum to it exactly.

    Leftover units go one each to the largest remainders, earlier parts first.

    :raises ValueError: if the weights are empty, negative or all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and sum to more than zero")
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in remainders[: total - sum(parts)]:
        parts[i] += 1
    return parts
