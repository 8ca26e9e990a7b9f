"""The countries of the SEPA schemes, each with the day on which it joined."""

from datetime import date

from apps.rails.contract import Source

_START = date(2008, 1, 28)

# By the country code of the IBAN: the islands and overseas territories inside the scheme carry IBANs of these countries.
_FROM_THE_START = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
COUNTRIES = dict.fromkeys(_FROM_THE_START.split(), _START) | {
    "MC": date(2009, 11, 2),
    "HR": date(2013, 7, 1),
    "SM": date(2014, 2, 1),
    "AD": date(2019, 3, 1),
    "VA": date(2019, 3, 1),
    "AL": date(2025, 10, 5),
    "MD": date(2025, 10, 5),
    "ME": date(2025, 10, 5),
    "MK": date(2025, 10, 5),
    "RS": date(2026, 5, 31),  # announced for May 2026 without a day: the last one
}

SOURCE = Source("countries", "EPC409-09 list of SEPA scheme countries", date(2026, 11, 1))
