"""How payouts fare: how long the unfinished have been on their way, and what became of those of recent days."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import Case, Count, IntegerField, Sum, Value, When

from apps.core.ids import first_uuid7
from apps.payouts.listing import CLOCKS_DIFFER
from apps.payouts.models import Payout
from apps.payouts.states import FINAL, State

RECENT_DAYS = 30
MOST_CURRENCIES = 3

AGES = (("today", 0), ("1–2 days ago", 1), ("3–7 days ago", 3), ("earlier", 8))
"""When payouts were created, in words, and from how many days on it is that. A day ends at midnight UTC."""

_ON_THEIR_WAY = [state for state in State if state not in FINAL]
_ORDER = {status: number for number, status in enumerate(State.values)}
_SQL = Path(__file__).resolve().parent / "sql"


@dataclass(frozen=True)
class Age:
    """Payouts of one state, currency and age: how many, their sum, and the first and last day on which they were created."""

    title: str
    count: int
    amount: int
    created: tuple


@dataclass(frozen=True)
class RailFigures:
    """What a rail has done with recent payouts. `half_within` and `most_within` (95 of 100) are times until paid."""

    rail: str
    paid: int
    failed: int
    returned: int
    half_within: timedelta | None
    most_within: timedelta | None

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(State.PAID, self.paid), (State.FAILED, self.failed), (State.RETURNED, self.returned)]

    @property
    def success(self) -> float:
        """How many of 100 that the rail has decided on were paid, and stayed so."""
        return 100 * self.paid / (self.paid + self.failed + self.returned)


def unfinished(now) -> list[dict]:
    """Return count, sum and `ages` of what is on its way, per status and currency, in the order of a payout's life."""
    today = now.astimezone(UTC).date()
    begins = [datetime.combine(today - timedelta(days=days), time.max, tzinfo=UTC) for _, days in AGES]
    cases = [When(created_at__gt=begins[place + 1], then=Value(place)) for place in range(len(AGES) - 1)]
    age = Case(*cases, default=Value(len(AGES) - 1), output_field=IntegerField())
    on_their_way = Payout.objects.filter(status__in=_ON_THEIR_WAY).order_by().annotate(age=age)
    found = defaultdict(dict)
    for row in on_their_way.values("status", "currency", "age").annotate(count=Count("pk"), amount=Sum("amount")):
        found[row["status"], row["currency"]][row["age"]] = int(row["count"]), int(row["amount"])
    return [
        {
            "status": status,
            "currency": currency,
            "count": sum(count for count, _ in ages.values()),
            "amount": sum(amount for _, amount in ages.values()),
            "ages": [
                Age(title, *ages.get(place, (0, 0)), _days_of(place, today)) for place, (title, _) in enumerate(AGES)
            ],
        }
        for (status, currency), ages in sorted(found.items(), key=lambda item: (_ORDER[item[0][0]], item[0][1]))
    ]


def _days_of(place, today):
    """Return the first and the last day of an age; the oldest has no first one."""
    last = today - timedelta(days=AGES[place][1])
    first = today - timedelta(days=AGES[place + 1][1] - 1) if place + 1 < len(AGES) else None
    return first, last


def recent(since) -> tuple[list[dict], dict]:
    """
    Return what became of payouts created from the moment `since` on, and how much there was of them each day.

    The first has count and sum per final status and currency; the second has, per currency, count and sum by day.
    """
    ended, days = [], defaultdict(dict)
    for status, day, currency, count, amount in _rows("recent_figures", since):
        if status is None:
            days[currency][day] = count, amount
        elif status in FINAL:
            ended.append({"status": status, "currency": currency, "count": count, "amount": amount})
    most = sorted(days, key=lambda currency: -sum(count for count, _ in days[currency].values()))[:MOST_CURRENCIES]
    order = sorted(ended, key=lambda row: (_ORDER[row["status"]], row["currency"]))
    return order, {currency: days[currency] for currency in most}


def rails(since) -> list[RailFigures]:
    """Return how the rails did with what was created from the moment `since` on."""
    return [RailFigures(*row) for row in _rows("rail_figures", since)]


def _rows(name, since):
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), {"first_id": first_uuid7(since - CLOCKS_DIFFER), "since": since})
        return cursor.fetchall()


@cache
def _sql(name) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
