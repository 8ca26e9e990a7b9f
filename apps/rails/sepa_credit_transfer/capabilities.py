"""What SEPA credit transfer can do, as dated facts with their sources."""

from datetime import date, time

from apps.rails.calendars import TARGET
from apps.rails.contract import Capabilities, Limits, Source
from apps.rails.sepa_countries import COUNTRIES, SOURCE

CAPABILITIES = Capabilities(
    limits={"EUR": (Limits(minimum=1, maximum=999_999_999_99),)},
    countries=COUNTRIES,
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
        SOURCE,
        Source("days to credit, finality", "EPC125-05 SEPA credit transfer rulebook", date(2026, 11, 1)),
        Source("calendar", "European Central Bank, TARGET long-term calendar", date(2026, 11, 1)),
        Source("cut-off, transactions per file", "house rule: inside what most banks publish", date(2026, 11, 1)),
    ),
)
