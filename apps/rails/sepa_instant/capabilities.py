"""What SEPA Instant can do, as dated facts with their sources."""

from datetime import date

from apps.rails.calendars import EVERY_DAY, TARGET
from apps.rails.contract import Capabilities, Limits, RecallTerms, Source
from apps.rails.sepa_countries import COUNTRIES, SOURCE

_START = date(2017, 11, 21)

CAPABILITIES = Capabilities(
    limits={
        "EUR": (
            Limits(minimum=1, maximum=15_000_00, since=_START),
            Limits(minimum=1, maximum=100_000_00, since=date(2020, 7, 1)),
            # Since then the scheme has no limit of its own: what is left is the largest amount its messages can carry.
            Limits(minimum=1, maximum=999_999_999_99, since=date(2025, 10, 5)),
        )
    },
    countries={country: max(joined_on, _START) for country, joined_on in COUNTRIES.items()},
    calendar=EVERY_DAY,
    banking_days_to_credit=0,
    seconds_to_credit=10,
    recall=RecallTerms(banking_days_to_answer=15, calendar=TARGET, since=date(2019, 11, 17)),
    finality="Credited within ten seconds or refused. Once credited it can only be given back by the recipient's bank "
    "(return) or asked back (recall).",
    max_name_length=70,
    max_remittance_length=140,
    sources=(
        Source(
            "limits: 15,000 from 2017-11-21, 100,000 from 2020-07-01", "EPC023-16 maximum amount", date(2026, 11, 1)
        ),
        Source(
            "limits: none from 2025-10-05",
            "EPC004-16 SCT Inst rulebook 2025; Regulation (EU) 2024/886",
            date(2026, 11, 1),
        ),
        Source(
            "largest amount, name 70, remittance 140, characters",
            "EPC121-16 C2PSP implementation guidelines",
            date(2026, 11, 1),
        ),
        SOURCE,
        Source("a recall is answered within 15 banking days", "EPC004-16 SCT Inst rulebook, recall", date(2026, 11, 1)),
        Source("ten seconds, around the clock, finality", "EPC004-16 SCT Inst rulebook", date(2026, 11, 1)),
    ),
)
