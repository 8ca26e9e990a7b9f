"""What SEPA credit transfer can do, as dated facts with their sources."""

from datetime import date, time

from apps.rails.calendars import TARGET
from apps.rails.contract import Capabilities, Limits, Source

_START = date(2008, 1, 28)

# By the country code of the IBAN: the islands and overseas territories inside the scheme carry IBANs of these countries.
_FROM_THE_START = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_COUNTRIES = dict.fromkeys(_FROM_THE_START.split(), _START) | {
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

CAPABILITIES = Capabilities(
    limits={"EUR": Limits(minimum=1, maximum=999_999_999_99)},
    countries=_COUNTRIES,
    calendar=TARGET,
    cut_offs=(time(15, 0),),
    banking_days_to_credit=1,
    finality="Credited at the latest one banking day after execution. It can then only be given back by the recipient's "
    "bank (return) or asked back (recall).",
    max_name_length=70,
    max_remittance_length=140,
    max_transactions_per_file=10_000,
    sources=(
        Source(
            "limits, name 70, remittance 140, characters",
            "EPC132-08 C2PSP implementation guidelines",
            date(2026, 11, 1),
        ),
        Source("countries", "EPC409-09 list of SEPA scheme countries", date(2026, 11, 1)),
        Source("days to credit, finality", "EPC125-05 SEPA credit transfer rulebook", date(2026, 11, 1)),
        Source("calendar", "European Central Bank, TARGET long-term calendar", date(2026, 11, 1)),
        Source("cut-off, transactions per file", "house rule: inside what most banks publish", date(2026, 11, 1)),
    ),
)
