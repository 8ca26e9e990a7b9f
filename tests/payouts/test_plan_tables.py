"""Rows out of files that people make: what is read, and what is refused with its place."""

import io
import zipfile

import pytest

from apps.payouts.plans import xlsx
from apps.payouts.plans.columns import column_of, document, guess, letter, missing
from apps.payouts.plans.errors import Unreadable
from apps.payouts.plans.tables import format_of, header_of, read

COLUMNS = ["reference", "amount", "currency", "execute_on", "recipient/method/iban"]


def csv_rows(text, columns=COLUMNS[:2]):
    content = text if isinstance(text, bytes) else text.encode()
    return [
        (row.line, row.document, [fault.code for fault in row.faults])
        for row in read("csv", io.BytesIO(content), columns=columns)
    ]


def workbook(*rows, sheet="", strings=(), more=()):
    """Return a workbook of one sheet with these rows of cells, as XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = "".join(f'<row r="{line}">{"".join(cells)}</row>' for line, cells in enumerate(rows, start=1))
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{related}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": f"<worksheet {main}><sheetData>{lines}</sheetData>{sheet}</worksheet>",
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si><t>{text}</t></si>' for text in strings)}</sst>",
    } | dict(more)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return file.getvalue()


def text(value, name=""):
    place = f' r="{name}"' if name else ""
    return f'<c{place} t="inlineStr"><is><t>{value}</t></is></c>'


def xlsx_rows(content, columns=COLUMNS):
    return [(row.line, row.document) for row in read("xlsx", io.BytesIO(content), columns=columns)]


def test_csv_in_the_ways_that_programs_write_it():
    for delimiter in ",;\t|":
        sent = f'\ufeffa{delimiter}b\r\n\r\n1{delimiter}2.50\r\n"x\ny"{delimiter}3\r\n'
        assert csv_rows(sent) == [
            (3, {"reference": "1", "amount": "2.50"}, []),
            (4, {"reference": "x\ny", "amount": "3"}, []),
        ]
    assert header_of("csv", io.BytesIO(b"a, b ,,\n")) == ["a", "b"]


def test_a_row_with_another_number_of_cells_is_a_fault_of_that_row():
    assert csv_rows("a,b\n1\n1,2,3\n1,2,,\n") == [
        (2, {}, ["ragged-row"]),
        (3, {}, ["ragged-row"]),
        (4, {"reference": "1", "amount": "2"}, []),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'a,b\n1,"2\n', "a quote is not closed"),
        ("a,b\n1,ü\n".encode("latin-1"), "not UTF-8"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "larger than field limit"),
        (b"a,b\n" + b"1," * 80 + b"\n", "more than 60 columns"),
    ],
)
def test_a_table_that_breaks_off_is_refused_with_its_place(content, why):
    with pytest.raises(Unreadable, match=why):
        csv_rows(content)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"PK\x03\x04", "sent as CSV"),
        (b"\xd0\xcf\x11\xe0", "old or encrypted Excel"),
        ("a".encode("utf-16"), "UTF-16"),
        (b"a\0b", "no text"),
        (b" \n", "empty"),
        (b'{"a": 1}', "sent as CSV"),
    ],
)
def test_what_is_no_csv_is_refused_by_its_first_bytes(head, why):
    with pytest.raises(Unreadable, match=why):
        format_of(head, "csv")


def test_headings_that_are_there_twice_are_refused():
    with pytest.raises(Unreadable, match="Two columns are called"):
        header_of("csv", io.BytesIO(b"Amount,amount\n"))


def test_a_workbook_is_read_as_it_says_and_not_through_floating_point():
    strings = ["R-1", "Ada"]
    content = workbook(
        [text("a")],
        ['<c r="A2" t="s"><v>0</v></c>', '<c r="B2"><v>0.30000000000000004</v></c>', '<c r="D2"><v>46349</v></c>'],
        [],
        ['<c r="A4"><v>12.5</v></c>', '<c r="B4"><v>12.5</v></c>', text("EUR", "C4"), text("DE00 1234", "E4")],
        strings=strings,
    )
    assert xlsx_rows(content) == [
        (2, {"reference": "R-1", "amount": "0.30000000000000004", "execute_on": "2026-11-23"}),
        (
            4,
            {
                "reference": "12.5",
                "amount": "12.5",
                "currency": "EUR",
                "recipient": {"method": {"type": "iban", "iban": "DE00 1234"}},
            },
        ),
    ]
    assert xlsx.day_of("46349.5") == "46349.5" and xlsx.day_of("0") == "0"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (workbook([text("a")], ['<c r="B2"><f>1+1</f><v>2</v></c>']), "Cell B2 holds a formula"),
        (workbook([text("a")], ['<c r="B2" t="e"><v>#REF!</v></c>']), "Cell B2 holds an error"),
        (workbook([text("a")], ['<c r="B2" t="b"><v>1</v></c>']), "yes or no"),
        (workbook([text("a")], ['<c r="B2"><v>1234567890123456789</v></c>']), "too long to be exact"),
        (workbook([text("a")], ['<c r="ZZ2"><v>1</v></c>']), "beyond the 60 columns"),
        (workbook([text("a")], ['<c r="B2" t="s"><v>7</v></c>']), "text that is not there"),
        (workbook([text("a")], sheet='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), "A1:B1 are merged"),
        (workbook([text("a")], more={"xl/vbaProject.bin": "x"}.items()), "macros"),
        (workbook([text("a")], more={"xl/media/z": "0" * 60_000_000}.items()), "far more than a list"),
        (workbook([text("a")], more={f"x{n}": "" for n in range(70)}.items()), "far more than a list"),
        (workbook([text("a")], more={"xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a/>"}.items()), "Document type definitions"),
        (b"PK\x03\x04nothing", "no workbook"),
    ],
)  # fmt: skip
def test_a_workbook_with_more_than_plain_cells_is_refused(content, why):
    with pytest.raises(Unreadable, match=why):
        xlsx_rows(content)


def test_a_sheet_that_names_its_last_row_only_is_no_million_rows():
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sparse = f'<worksheet {main}><sheetData><row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'
    content = workbook(more={"xl/worksheets/s.xml": sparse}.items())
    with pytest.raises(Unreadable, match="before row 1048576"):
        xlsx_rows(content)


def test_headings_are_guessed_and_what_nobody_knows_is_none():
    header = ["Invoice-Number", "AMOUNT DUE", "ccy", "Beneficiary Name", "Creditor_IBAN", "Colour", "Value"]
    assert guess(header) == ["reference", "amount", "currency", "recipient/name", "recipient/method/iban", None, None]
    assert guess(["Colour"], {"colour": ""}) == [""]
    assert missing(["amount", "reference"], {"currency": "EUR"}).startswith("No column says who is paid")
    assert missing(["amount", "reference", "recipient"], {"currency": "EUR"}) == ""
    assert document(["rcp_1", ""], ["recipient", "amount"], {"recipient/kind": "company"}) == {"recipient": "rcp_1"}
    columns = ["reference", "", "recipient/method/iban"]
    assert [column_of(place, columns) for place in ("/recipient/method/iban", "/reference", "/amount", "")] == [
        "C",
        "A",
        "",
        "",
    ]
    assert [letter(number) for number in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
