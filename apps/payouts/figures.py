"""How payouts fare: how long the unfinished have been on their way, and what became of those of recent days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db import connection

from apps.core.database import statement
from apps.core.ids import first_uuid7
from apps.payouts.listing import CLOCKS_DIFFER
from apps.payouts.states import FINAL, State

RECENT_DAYS = 30
MOST_CURRENCIES = 3

AGES = (("today", 0), ("1–2 days ago", 1), ("3–7 days ago", 3), ("earlier", 8))
"""When payouts were created, in words, and from how many days on it is that. A day ends at midnight UTC."""

_ON_THEIR_WAY = [state for state in State if state not in FINAL]
_ORDER = {status: number for number, status in enumerate(State.values)}
_DECIDED = (State.PAID, State.FAILED, State.RETURNED)


@dataclass(frozen=True)
class Made:
    """How many payouts of a state, currency and rail were created on a day of UTC, and their sum; whether in recent days."""

    status: str
    currency: str
    rail: str
    day: date
    count: int
    amount: int
    is_recent: bool


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
        return list(zip(_DECIDED, (self.paid, self.failed, self.returned), strict=True))

    @property
    def success(self) -> float:
        """How many of 100 that the rail has decided on were paid, and stayed so."""
        return 100 * self.paid / (self.paid + self.failed + self.returned)


class Figures:
    """What is on its way, and what became of payouts created from the moment `since` on; two statements tell all."""

    def __init__(self, now, since):
        self.today = now.astimezone(UTC).date()
        first_id, last_id = first_uuid7(since - CLOCKS_DIFFER), first_uuid7(since + CLOCKS_DIFFER)
        asked = {"since": since, "first_id": first_id, "last_id": last_id}
        asked |= {"states": State.values, "on_their_way": _ON_THEIR_WAY}
        self._made = [Made(*row) for row in _rows("recent_figures.sql", asked)]
        self._paid_within = dict(_rows("paid_within.sql", asked))

    @property
    def unfinished(self) -> list[dict]:
        """Count, sum and `ages` of what is on its way, per status and currency, in the order of a payout's life."""
        found = _grouped((made for made in self._made if made.status not in FINAL), _kind)
        return [
            {
                "status": status,
                "currency": currency,
                **_sums(rows),
                "ages": self._ages(rows),
            }
            for (status, currency), rows in sorted(found.items(), key=lambda item: _in_order(item[0]))
        ]

    def _ages(self, rows) -> list[Age]:
        """Return rows summed up by how many days ago they were created, with the first and last day of each age."""
        days = [days for _, days in AGES]
        ages = _grouped(rows, lambda made: sum((self.today - made.day).days >= least for least in days[1:]))
        shown = []
        for place, (title, least) in enumerate(AGES):
            first = self.today - timedelta(days=days[place + 1] - 1) if place + 1 < len(AGES) else None
            created = first, self.today - timedelta(days=least)
            shown.append(Age(title, created=created, **_sums(ages.get(place, ()))))
        return shown

    @property
    def ended(self) -> list[dict]:
        """Count and sum of recent payouts per final status and currency."""
        found = _grouped((made for made in self._made if made.is_recent and made.status in FINAL), _kind)
        return [{"status": kind[0], "currency": kind[1], **_sums(found[kind])} for kind in sorted(found, key=_in_order)]

    @property
    def days(self) -> dict[str, dict]:
        """Count and sum of recent payouts by day, of the currencies in which there are most."""
        found = _grouped((made for made in self._made if made.is_recent), lambda made: made.currency)
        most = sorted(found, key=lambda currency: -_sums(found[currency])["count"])[:MOST_CURRENCIES]
        return {
            currency: {
                day: tuple(_sums(rows).values())
                for day, rows in _grouped(found[currency], lambda made: made.day).items()
            }
            for currency in most
        }

    @property
    def rails(self) -> list[RailFigures]:
        """What the rails that have decided on any recent payout did with them."""
        decided = _grouped(
            (made for made in self._made if made.is_recent and made.status in _DECIDED), lambda made: made.rail
        )
        return [
            RailFigures(rail, *self._decided(decided[rail]), *self._paid_within.get(rail, (None, None)))
            for rail in sorted(decided)
        ]

    @staticmethod
    def _decided(rows) -> list[int]:
        return [sum(made.count for made in rows if made.status == state) for state in _DECIDED]


def _grouped(rows: Iterable[Made], key) -> dict:
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _sums(rows) -> dict[str, int]:
    return {"count": sum(made.count for made in rows), "amount": sum(made.amount for made in rows)}


def _kind(made) -> tuple[str, str]:
    return made.status, made.currency


def _in_order(kind):
    return _ORDER[kind[0]], kind[1]


def _rows(name, asked):
    with connection.cursor() as cursor:
        cursor.execute(statement(__file__, name), asked)
        return cursor.fetchall()
