"""
Is this recipient on a watchlist?

The answer is a score with its parts: how alike the names are, the aliases, and what dates of birth and countries add
or take away. The same subject, lists and algorithm always give the same answer; `ALGORITHM` is stored with it and
changes whenever a score could.
"""

import threading
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from apps.compliance.index import ListedName, NameIndex
from apps.compliance.models import Watchlist, WatchlistEntry, WatchlistName
from apps.compliance.names import in_spoken_order, tokens

ALGORITHM = "names-1"

# Measured on names that are on no list: 3 in 1,000 reach it; of listed names with one letter wrong, 98 in 100 do.
# All that birth and country can take away together leaves an equal name on it: that is for a person to judge.
THRESHOLD = 0.85

_BIRTH_AGREES, _BIRTH_YEAR_AGREES, _BIRTH_DIFFERS = 0.05, 0.03, -0.10
_COUNTRY_AGREES, _COUNTRY_DIFFERS = 0.05, -0.05
# OFAC calls an alias weak when it is broad or common; of a single word it needs something else to agree with it.
_WEAK_ALIAS, _WEAK_ALIAS_OF_ONE_WORD = 0.95, 0.80
_SPELLED_LIKE = 1.0  # ships and aircraft are not paid, but the company of one ship often bears its name
_MOST_HITS = 20
MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Subject:
    """What is known of who is screened. `country` is an ISO 3166-1 alpha-2 code or empty."""

    name: str
    country: str = ""
    date_of_birth: date | None = None


@dataclass(frozen=True)
class ListedEntry:
    """What the index keeps of an entry for scoring; the rest is read when a person looks at the hit."""

    source: str
    uid: str
    kind: str
    digest: str
    programs: list[str]
    births: list[list[str]]
    countries: list[str]


class Screener:
    """The active lists of one moment, ready to be searched. Nothing in it changes, so threads share it."""

    def __init__(self, entries: list[ListedEntry], names: list[ListedName]):
        self.entries = entries
        self._index = NameIndex(names)
        # Who is planned is soon committed: the second look costs nothing. Only that nothing was found is remembered.
        self._is_clear = lru_cache(maxsize=MOST_REMEMBERED)(lambda subject: not self._search(subject))

    def hits(self, subject: Subject) -> list[dict]:
        """Return the listed entries that score at least `THRESHOLD`, highest first, as they are stored."""
        return [] if self._is_clear(subject) else self._search(subject)

    def _search(self, subject):
        nearest: dict[int, dict] = {}
        for likeness in self._index.search(subject.name):
            entry, name = self.entries[likeness.name.entry], likeness.name
            if entry.kind in ("vessel", "aircraft") and likeness.score < _SPELLED_LIKE:
                continue
            parts = nearest.setdefault(name.entry, {"name": (0.0, None), "alias": (0.0, None)})
            part = "name" if name.primary else "alias"
            score = round(likeness.score * _share(name), 3)
            if score > parts[part][0]:
                parts[part] = (score, likeness)
        hits = [_hit(subject, self.entries[number], parts) for number, parts in nearest.items()]
        hits = [hit for hit in hits if hit["score"] >= THRESHOLD]
        return sorted(hits, key=lambda hit: (-hit["score"], -sum(hit["parts"].values()), hit["list"], int(hit["uid"])))[
            :_MOST_HITS
        ]


def birth_part(born_on: date | None, births: list[list[str]]) -> float:
    """Return what the listed dates of birth add or take; nothing if either side has none."""
    if born_on is None or not births:
        return 0.0
    day, years = born_on.isoformat(), []
    for first, last in births:
        if first == last and day in (first, _day_and_month_exchanged(first)):
            return _BIRTH_AGREES
        years.append((int(first[:4]), int(last[:4])))
    if any(first <= day <= last for first, last in births):
        return _BIRTH_YEAR_AGREES
    distance = min(max(first - born_on.year, born_on.year - last, 0) for first, last in years)
    return 0.0 if distance <= 1 else _BIRTH_DIFFERS


def country_part(country: str, countries: list[str]) -> float:
    """Return what the listed countries (nationality, birth, addresses) add or take; nothing if either side has none."""
    if not country or not countries:
        return 0.0
    return _COUNTRY_AGREES if country in countries else _COUNTRY_DIFFERS


def _share(name: ListedName) -> float:
    if not name.weak:
        return 1.0
    return _WEAK_ALIAS if len(name.tokens) > 1 else _WEAK_ALIAS_OF_ONE_WORD


def _hit(subject: Subject, entry: ListedEntry, parts: dict) -> dict:
    by_name, by_alias = parts["name"], parts["alias"]
    score, likeness = by_name if by_name[0] >= by_alias[0] else by_alias
    birth, country = birth_part(subject.date_of_birth, entry.births), country_part(subject.country, entry.countries)
    return {
        "list": entry.source,
        "uid": entry.uid,
        "digest": entry.digest,
        "kind": entry.kind,
        "programs": entry.programs,
        "listed_name": likeness.name.text,
        "weak_alias": likeness.name.weak,
        "words": [list(pair) for pair in likeness.pairs],
        "parts": {"name": by_name[0], "alias": by_alias[0], "dob": birth, "country": country},
        "score": round(min(1.0, max(0.0, score + birth + country)), 3),
    }


def _day_and_month_exchanged(day: str) -> str:
    year, month, day_of_month = day.split("-")
    return f"{year}-{day_of_month}-{month}"


# One screener per process and set of lists, made when first needed. A new set replaces it, which frees the old one.
_lock = threading.Lock()
_current: tuple[tuple, Screener] | None = None


def screener(watchlists: list[Watchlist]) -> Screener:
    """Return the screener over these lists, reading them on the first call of the process."""
    global _current
    key = tuple(sorted(watchlist.pk for watchlist in watchlists))
    current = _current
    if current is None or current[0] != key:
        with _lock:
            current = _current
            if current is None or current[0] != key:
                _current = current = (key, _read(key))
    return current[1]


def _read(watchlist_ids: tuple) -> Screener:
    columns = ("id", "watchlist__source", "uid", "kind", "digest", "programs", "births", "countries")
    rows = list(
        WatchlistEntry.objects.filter(watchlist__in=watchlist_ids)
        .order_by("watchlist_id", "number")
        .values_list(*columns)
    )
    entries = [ListedEntry(*row[1:]) for row in rows]
    positions = {row[0]: position for position, row in enumerate(rows)}
    names = []
    columns = ("entry_id", "text", "kind", "weak")
    for entry_id, text, kind, weak in (
        WatchlistName.objects.filter(entry__watchlist__in=watchlist_ids)
        .order_by("entry__watchlist_id", "entry__number", "number")
        .values_list(*columns)
    ):
        position = positions[entry_id]
        spoken = in_spoken_order(text) if entries[position].kind == "individual" else text
        names.append(ListedName(position, text, tokens(spoken), kind == "primary", weak))
    return Screener(entries, [name for name in names if name.tokens])
