"""Rows out of a file: cells from CSV and XLSX, documents from JSON lines, each with the line it begins in."""

import codecs
import csv
import io
import json
from dataclasses import dataclass, field

from apps.core.errors import Fault
from apps.payouts.plans import xlsx
from apps.payouts.plans.columns import document
from apps.payouts.plans.errors import Unreadable

MOST_ROWS = 100_000
LONGEST_LINE = 64 * 1024
MOST_COLUMNS = xlsx.MOST_COLUMNS

NAMES = {"jsonl": "JSON lines", "csv": "CSV", "xlsx": "a workbook (XLSX)"}
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Row:
    """One row of a file: what it says, or why that cannot be told."""

    number: int
    line: int
    document: dict
    faults: list[Fault] = field(default_factory=list)


def format_of(head: bytes, declared: str = "") -> str:
    """
    Return the format that the first bytes of a file show.

    :raises Unreadable: if it is none that is read here, or another than its sender declared.
    """
    shown = _shown_by(head)
    if declared and shown != declared:
        raise Unreadable(f"This is {NAMES[shown]}, and was sent as {NAMES[declared]}.")
    return shown


def _shown_by(head):
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old or encrypted Excel file. Save it as XLSX without a password.")
    if head.startswith(_OTHER_ENCODINGS):
        raise Unreadable("The text is UTF-16. Save it as UTF-8.")
    if not head.strip():
        raise Unreadable("The file is empty.")
    if b"\0" in head:
        raise Unreadable("This is no text. Send CSV, XLSX or JSON lines.")
    return "jsonl" if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{" else "csv"


def header_of(plan_format, stream) -> list[str]:
    """
    Return the first row of a table.

    :raises Unreadable: if there is none, or two columns have one name.
    """
    for _line, cells in _cells(plan_format, stream):
        header = [str(cell).strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        named = [name.casefold() for name in header if name]
        if len(set(named)) < len(named):
            twice = next(name for name in header if named.count(name.casefold()) > 1)
            raise Unreadable(f"Two columns are called “{twice[:40]}”. Take one out.")
        return header
    raise Unreadable("The file is empty.")


def read(plan_format, stream, *, columns=(), fixed=None, after=0):
    """
    Yield the rows behind the first `after`.

    :raises Unreadable: if the file breaks off, or is no such file; what came before it has been yielded.
    """
    found = _documents(stream) if plan_format == "jsonl" else _table(plan_format, stream, columns, fixed or {})
    for number, (line, content, faults) in enumerate(found, start=1):
        if number > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Send them in several files.")
        if number > after:
            yield Row(number, line, content, faults)


def _table(plan_format, stream, columns, fixed):
    rows = _cells(plan_format, stream)
    next(rows, None)
    for line, cells in rows:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            detail = f"The row has {len(cells)} cells, the header {len(columns)}."
            yield line, {}, [Fault("", "ragged-row", detail)]
        elif plan_format == "csv" and len(cells) < len(columns):
            detail = f"The row has only {len(cells)} of {len(columns)} cells."
            yield line, {}, [Fault("", "ragged-row", detail)]
        else:
            yield line, document(cells, columns, fixed), []


def _cells(plan_format, stream):
    return xlsx.rows(stream) if plan_format == "xlsx" else _csv_rows(stream)


def _csv_rows(stream):
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        first = text.readline(LONGEST_LINE)
        text.seek(0)
        reader = csv.reader(text, delimiter=_delimiter(first), strict=True)
        line = 1
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"Line {line} has more than {MOST_COLUMNS} columns.")
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise Unreadable("The text is not UTF-8. Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        why = "a quote is not closed" if "unexpected end" in str(error) else str(error)
        raise Unreadable(f"The file cannot be read from line {line} on: {why}.") from error
    finally:
        text.detach()


def _delimiter(first: str) -> str:
    return max(",;\t|", key=first.count)


def _documents(stream):
    number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(content) > LONGEST_LINE:
            raise Unreadable(f"Line {number} is longer than {LONGEST_LINE // 1024} kB.")
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        if content.strip():
            yield number, *_document(content)


def _document(content):
    """Return the object that a line holds and its faults; an object that says a member twice has two meanings."""
    repeated = []

    def members(pairs):
        found = dict(pairs)
        if len(found) != len(pairs):
            repeated.append(True)
        return found

    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=members, parse_constant=_refuse)
    except UnicodeDecodeError:
        return {}, [Fault("", "not-utf-8", "The line is not UTF-8.")]
    except (ValueError, RecursionError):
        return {}, [Fault("", "not-json", "The line is not one JSON object.")]
    if not isinstance(value, dict):
        return {}, [Fault("", "not-json", "The line is not one JSON object.")]
    if repeated:
        return {}, [Fault("", "duplicate-member", "A member appears twice.")]
    return value, []


def _refuse(_name):
    raise ValueError
