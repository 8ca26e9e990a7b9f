"""
OFAC's list of Specially Designated Nationals in the three CSV files it publishes.

`sdn.csv` holds the entries, `alt.csv` their other names, `add.csv` their addresses. There is no header; ``-0-`` stands
for null; a file may end with the byte 0x1A. Dates and places of birth, nationality and *weak* aliases (in quotation
marks) are phrases within the remarks. Sources: OFAC, "SDN data formats: DAT_SPEC.TXT", and for weak aliases OFAC's
frequently asked questions 122 and 123.
"""

import calendar
import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date

from apps.compliance.countries import country_code
from apps.core.errors import Invalid

SOURCE = "ofac-sdn"

_NULL = "-0-"
_COLUMNS = {"sdn.csv": 12, "alt.csv": 5, "add.csv": 6}
_KINDS = {None: "entity", "individual": "individual", "vessel": "vessel", "aircraft": "aircraft"}
_NAME_KINDS = {"aka": "alias", "fka": "former", "nka": "now"}

_FACT = re.compile(r"(?:alt\. )?(DOB|POB|nationality|citizen|[afn]\.k\.a\.) (.+)", re.DOTALL)
_WEAK_KINDS = {"a.k.a.": "alias", "f.k.a.": "former", "n.k.a.": "now"}
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_DATE = re.compile(r"(?:(?:(\d{1,2}) )?([A-Z][a-z]{2}) )?(\d{4})")
_CIRCA_YEARS = 2


class UnreadableWatchlist(Invalid):
    """A file is not what OFAC publishes; nothing was loaded."""

    code = "unreadable-watchlist"
    title = "This is not a watchlist in OFAC's CSV format"


@dataclass(frozen=True)
class Name:
    text: str
    kind: str
    weak: bool = False


@dataclass
class Entry:
    """One listed party with everything the publication says about it."""

    uid: str
    kind: str
    names: list[Name]
    programs: list[str]
    title: str
    remarks: str
    births: list[list[str]] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    addresses: list[dict] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Return a hash over all that is listed: equal digests in two publications mean nothing was changed."""
        names = [(name.text, name.kind, name.weak) for name in self.names]
        facts = [self.uid, self.kind, names, self.programs, self.title, self.remarks, self.addresses]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass
class Publication:
    """
    What three files say together. `sha256` is over their bytes, in the order sdn, alt, add; `aliases` and `addresses`
    count the rows of alt.csv and add.csv.
    """

    sha256: str
    entries: list[Entry]
    aliases: int
    addresses: int
    warnings: list[str]


def read(sdn: bytes, alt: bytes, add: bytes) -> Publication:
    """
    Read the three files as one publication.

    Aliases and addresses of entries that `sdn.csv` does not hold are left out and named in the warnings.

    :raises UnreadableWatchlist: naming the file, the line and what is wrong with it.
    """
    entries: dict[str, Entry] = {}
    for line, row in _rows("sdn.csv", sdn):
        if row[0] in entries:
            raise UnreadableWatchlist(f"sdn.csv, line {line}: the entry {row[0]} is there twice.")
        entries[row[0]] = _entry(line, row)
    if not entries:
        raise UnreadableWatchlist("sdn.csv holds no entry.")

    aliases, addresses = list(_rows("alt.csv", alt)), list(_rows("add.csv", add))
    strays = {"alt.csv": 0, "add.csv": 0}
    remark_names = {uid: entry.names[1:] for uid, entry in entries.items()}
    for entry in entries.values():
        del entry.names[1:]
    for line, (uid, _, kind, name, _) in aliases:
        if kind not in _NAME_KINDS or not name:
            raise UnreadableWatchlist(f"alt.csv, line {line}: expected aka, fka or nka and a name, found {kind!r}.")
        if uid in entries:
            entries[uid].names.append(Name(name, _NAME_KINDS[kind]))
        else:
            strays["alt.csv"] += 1
    for _, (uid, _, street, city, country, remarks) in addresses:
        if uid in entries:
            _add_address(entries[uid], street=street, city=city, country=country, remarks=remarks)
        else:
            strays["add.csv"] += 1
    for uid, names in remark_names.items():
        entries[uid].names.extend(names)

    return Publication(
        sha256=hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in (sdn, alt, add))).hexdigest(),
        entries=list(entries.values()),
        aliases=len(aliases),
        addresses=len(addresses),
        warnings=[f"{n} rows of {name} belong to no entry of sdn.csv" for name, n in strays.items() if n],
    )


def _rows(file_name: str, data: bytes):
    """Yield line number and fields of each row, null as None."""
    columns = _COLUMNS[file_name]
    reader = csv.reader(io.StringIO(_text(file_name, data), newline=""), strict=True)
    try:
        for row in reader:
            if not row or row == [""]:
                continue
            if len(row) != columns:
                raise UnreadableWatchlist(
                    f"{file_name}, line {reader.line_num}: {len(row)} columns where OFAC's {file_name} has {columns}."
                )
            fields = [None if (value := cell.strip()) in (_NULL, "") else value for cell in row]
            if not fields[0] or not fields[0].isascii() or not fields[0].isdigit():
                raise UnreadableWatchlist(
                    f"{file_name}, line {reader.line_num}: the first column must be an entry number, not {row[0]!r}."
                )
            yield reader.line_num, fields
    except csv.Error as error:
        raise UnreadableWatchlist(f"{file_name}, line {reader.line_num}: {error}.") from error


def _text(file_name: str, data: bytes) -> str:
    data = data.rstrip(b"\x1a\r\n ")
    if b"\0" in data or data.startswith((b"PK", b"<", b"%PDF")):
        raise UnreadableWatchlist(f"{file_name} is no text file with comma separated values.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _entry(line: int, row: list[str | None]) -> Entry:
    uid, name, kind, program, title, _, _, _, _, flag, _, remarks = row
    if not name:
        raise UnreadableWatchlist(f"sdn.csv, line {line}: the entry {uid} has no name.")
    if kind not in _KINDS:
        raise UnreadableWatchlist(
            f"sdn.csv, line {line}: unknown kind {kind!r}; known are individual, vessel, aircraft and none."
        )
    entry = Entry(
        uid=uid,
        kind=_KINDS[kind],
        names=[Name(name, "primary")],
        programs=[part.strip(" []") for part in re.split(r"\]\s*\[", program or "") if part.strip(" []")],
        title=title or "",
        remarks=remarks or "",
    )
    _add_country(entry, flag)
    _read_remarks(entry)
    return entry


def _read_remarks(entry: Entry) -> None:
    """Take births, countries and weak aliases out of the remarks' phrases."""
    for phrase in entry.remarks.split("; "):
        match = _FACT.fullmatch(phrase.strip(" ."))
        if not match:
            continue
        label, value = match.groups()
        if label == "DOB":
            if interval := birth_interval(value):
                entry.births.append(interval)
        elif label == "POB":
            entry.birth_places.append(value)
            _add_country(entry, value.rpartition(",")[2])
        elif label in _WEAK_KINDS:
            if name := value.strip("' "):
                entry.names.append(Name(name, _WEAK_KINDS[label], weak=True))
        else:
            _add_country(entry, value)


def birth_interval(text: str) -> list[str] | None:
    """
    Return the first and last day (ISO 8601) that a date of birth may mean, or None if it is not understood.

    Known are "28 Jul 1963", "Jul 1963", "1963", two of them with "to" or "-", and "circa" before any.
    """
    circa = text.startswith("circa ")
    parts = re.split(r" to |-", text.removeprefix("circa ").strip())
    days = [_first_and_last_day(part.strip().removeprefix("circa ")) for part in parts]
    if len(days) > 2 or None in days:
        return None
    first, last = days[0][0], days[-1][1]
    if circa:
        first, last = date(first.year - _CIRCA_YEARS, 1, 1), date(last.year + _CIRCA_YEARS, 12, 31)
    return [first.isoformat(), last.isoformat()] if first <= last else None


def _first_and_last_day(text: str) -> tuple[date, date] | None:
    match = _DATE.fullmatch(text)
    if not match or (match[2] and match[2] not in _MONTHS) or not 1 + _CIRCA_YEARS < int(match[3]) < 9990:
        return None
    year = int(match[3])
    if not match[2]:
        return date(year, 1, 1), date(year, 12, 31)
    month = _MONTHS[match[2]]
    if not match[1]:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    try:
        day = date(year, month, int(match[1]))
    except ValueError:
        return None
    return day, day


def _add_country(entry: Entry, name: str | None) -> None:
    code = country_code(name)
    if code and code not in entry.countries:
        entry.countries.append(code)


def _add_address(entry: Entry, *, street, city, country, remarks) -> None:
    """Keep the address as published; OFAC gives most entries an address row even when nothing is known."""
    if not (street or city or country or remarks):
        return
    entry.addresses.append({"street": street, "city": city, "country": country, "remarks": remarks})
    _add_country(entry, country)
