"""
The rows of the first sheet of a workbook (ECMA-376), read as a stream.

Cells are taken as the file says them, never through floating point: a number's text is kept. What has no meaning in a
list of payouts is refused: formulas, error values, merged or hidden cells, several sheets, macros, and anything whose size
unpacked is out of all proportion.
"""

import re
import zipfile
import zlib
from datetime import date, timedelta

from apps.core.xml import UnreadableXml, read_root, stream_part
from apps.payouts.plans.errors import Unreadable

MOST_ENTRIES = 64
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_RATIO = 200
MOST_SHARED_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 60
MOST_GAP = 1000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SERIAL = re.compile(r"[1-9][0-9]{0,5}(\.0+)?")


_DAY_ZERO = date(1899, 12, 30)


class Number(str):
    """The text of a cell that is a number; the column says whether it is an amount or a day."""

    __slots__ = ()


def rows(stream):
    """
    Yield (line, cells) of every row of the sheet that holds anything; cells are texts, empty where there is none.

    :raises Unreadable: naming the place.
    """
    try:
        with zipfile.ZipFile(stream) as book:
            _check_size(book)
            yield from _sheet_rows(book, _only_sheet(book), _shared_strings(book))
    except Unreadable:
        raise
    except UnreadableXml as error:
        raise Unreadable(f"The workbook cannot be read. {error.detail[:150]}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("This is no workbook that can be read. Save it as XLSX without a password.") from error


def day_of(serial: str) -> str:
    """Return the day that a number in a date column stands for, or the text itself if it is none."""
    if not _SERIAL.fullmatch(serial):
        return str(serial)
    return (_DAY_ZERO + timedelta(days=int(serial.partition(".")[0]))).isoformat()


def _check_size(book):
    entries = book.infolist()
    packed = sum(entry.compress_size for entry in entries) or 1
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * packed + 2**20:
        raise Unreadable("The workbook unpacks to far more than a list of payouts. Copy the rows into a new one.")
    if any("vbaProject" in entry.filename for entry in entries):
        raise Unreadable("The workbook holds macros. Save it as XLSX without them.")


def _only_sheet(book):
    """Return the name of the part that holds the only sheet."""
    workbook = _parsed(book, "xl/workbook.xml")
    sheets = workbook.findall(f"{_MAIN}sheets/{_MAIN}sheet")
    if len(sheets) != 1:
        raise Unreadable(f"The workbook has {len(sheets)} sheets. Keep the one with the payouts.")
    target = sheets[0].get(f"{_RELATED}id")
    related = {one.get("Id"): one.get("Target") for one in _parsed(book, "xl/_rels/workbook.xml.rels")}
    path = related[target].lstrip("/")
    properties = workbook.find(f"{_MAIN}workbookPr")
    if properties is not None and properties.get("date1904") in ("1", "true"):
        raise Unreadable("The workbook counts days from 1904. Save it with days counted from 1900.")
    return path if path.startswith("xl/") else f"xl/{path}"


def _parsed(book, name):
    with book.open(name) as part:
        return read_root(part.read(4 * 2**20))


def _shared_strings(book) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    if book.getinfo("xl/sharedStrings.xml").file_size > MOST_SHARED_BYTES:
        raise Unreadable("The texts of the workbook are too long. Send it as CSV.")
    with book.open("xl/sharedStrings.xml") as part:
        return [_text_of(item) for item in stream_part(part, ("si",))]


def _text_of(item) -> str:
    """Return the text of a shared or inline string; phonetic hints are no part of it."""
    runs = [item, *item.findall(f"{_MAIN}r")]
    return "".join(text.text or "" for run in runs for text in run.findall(f"{_MAIN}t"))


def _sheet_rows(book, path, shared):
    last = 0
    with book.open(path) as part:
        for element in stream_part(part, ("row", "mergeCell", "col")):
            if element.tag == f"{_MAIN}mergeCell":
                raise Unreadable(f"Cells {element.get('ref')} are merged. Undo that.")
            if element.get("hidden") in ("1", "true"):
                what = "A column is" if element.tag == f"{_MAIN}col" else f"Row {element.get('r')} is"
                raise Unreadable(f"{what} hidden. Show it, or take it out.")
            if element.tag == f"{_MAIN}col":
                continue
            line = int(element.get("r") or last + 1)
            cells = _cells(element, line, shared)
            if not any(cells):
                continue
            if line - last > MOST_GAP:
                raise Unreadable(f"Nothing stands in the rows before row {line}. Take out the empty rows.")
            last = line
            yield line, cells


def _cells(row, line, shared) -> list[str]:
    cells = []
    for place, cell in enumerate(row.findall(f"{_MAIN}c")):
        column = _column(cell.get("r"), place)
        name = cell.get("r") or f"row {line}"
        if column >= MOST_COLUMNS:
            raise Unreadable(f"Cell {name} is beyond the {MOST_COLUMNS} columns that are read.")
        if cell.find(f"{_MAIN}f") is not None:
            raise Unreadable(f"Cell {name} holds a formula. Paste the values instead.")
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _value(cell, name, shared)
    return cells


def _column(reference, place) -> int:
    if not reference:
        return place
    match = _CELL.fullmatch(reference)
    if not match:
        raise Unreadable("The workbook names a cell that cannot be.")
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell, name, shared) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return "" if inline is None else _text_of(inline)
    if value is None:
        return ""
    if kind == "s":
        if not value.isdecimal() or int(value) >= len(shared):
            raise Unreadable(f"Cell {name} points at a text that is not there.")
        return shared[int(value)]
    if kind == "str":
        return value
    if kind == "d":
        return value[:10]
    if kind != "n":
        raise Unreadable(f"Cell {name} holds {'an error' if kind == 'e' else 'yes or no'}, which means nothing here.")
    if len(value.lstrip("-").replace(".", "")) > 15 and "E" not in value and "." not in value:
        raise Unreadable(f"Cell {name} holds a number too long to be exact. Format the column as text.")
    return Number(value)
