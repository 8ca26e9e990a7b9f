from datetime import date
from pathlib import Path

import pytest

from apps.compliance import ofac
from tests.compliance.conftest import files

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanctions"
SDN, ALT, ADD = (path.read_bytes() for path in files("first"))


def read_folder(folder):
    return ofac.read(*((folder / name).read_bytes() for name in ("sdn.csv", "alt.csv", "add.csv")))


@pytest.fixture(scope="module")
def publication():
    return ofac.read(SDN, ALT, ADD)


def entry(publication, uid):
    return next(entry for entry in publication.entries if entry.uid == uid)


def test_counts_what_the_files_hold(publication):
    assert (len(publication.entries), publication.aliases, publication.addresses) == (7, 4, 3)
    assert publication.warnings == []


def test_an_individual_has_what_the_columns_and_remarks_say(publication):
    listed = entry(publication, "9001")
    assert listed.kind == "individual"
    assert listed.programs == ["TEST1", "TEST2"]
    assert listed.title == "Quartermaster, third office"
    assert listed.births == [["1961-03-14", "1961-03-14"], ["1962-04-03", "1962-04-03"]]
    assert listed.birth_places == ["Velmora, Iran"]
    assert listed.countries == ["IR"]
    assert listed.addresses == [{"street": "4 Lantern Quay", "city": "Velmora", "country": "Iran", "remarks": None}]


def test_aliases_in_remarks_are_weak(publication):
    assert entry(publication, "9001").names == [
        ofac.Name("BRANNIGOR, Tavish Oldane", "primary"),
        ofac.Name("BRANIGOR, Tavish", "alias"),
        ofac.Name("THE LANTERN", "alias", weak=True),
        ofac.Name("OLDANE, Tavvy", "alias", weak=True),
    ]


def test_former_and_new_names_are_told_apart(publication):
    assert [(name.text, name.kind) for name in entry(publication, "9002").names] == [
        ("QUELLIMAR TRADING COMPANY LIMITED", "primary"),
        ("QUELLIMAR SHIPPING S.A.", "former"),
        ("QTC", "alias"),
    ]
    assert entry(publication, "9006").names[1] == ofac.Name("VESTIGAN NOVA", "now")


def test_null_is_no_text(publication):
    listed = entry(publication, "9006")
    assert (listed.kind, listed.title, listed.remarks, listed.addresses) == ("entity", "", "", [])


def test_a_vessel_has_the_country_of_its_flag(publication):
    assert (entry(publication, "9004").kind, entry(publication, "9004").countries) == ("vessel", ["PA"])


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("28 Jul 1963", [date(1963, 7, 28), date(1963, 7, 28)]),
        ("Feb 1964", [date(1964, 2, 1), date(1964, 2, 29)]),
        ("1963", [date(1963, 1, 1), date(1963, 12, 31)]),
        ("1963 to 1965", [date(1963, 1, 1), date(1965, 12, 31)]),
        ("02 May 1985 to 09 Sep 1986", [date(1985, 5, 2), date(1986, 9, 9)]),
        ("circa 1960", [date(1958, 1, 1), date(1962, 12, 31)]),
        ("circa 1979-1982", [date(1977, 1, 1), date(1984, 12, 31)]),
        ("31 Feb 1963", None),
        ("1965 to 1963", None),
        ("unknown", None),
        ("9999", None),
        ("1", None),
    ],
)
def test_a_date_of_birth_is_the_days_it_may_mean(text, interval):
    assert ofac.birth_interval(text) == (interval and [day.isoformat() for day in interval])


@pytest.mark.parametrize("end", [b"", b"\x1a", b"\r\n\x1a", b"\n"])
def test_the_end_of_the_file_does_not_matter(end):
    assert len(ofac.read(SDN.rstrip(b"\x1a") + end, ALT, ADD).entries) == 7


def test_latin_1_and_utf_8_read_alike():
    text = SDN.decode().replace("Velmora", "Velmória")
    latin, utf_8, signed = (ofac.read(text.encode(coding), ALT, ADD) for coding in ("latin-1", "utf-8", "utf-8-sig"))
    assert entry(latin, "9001") == entry(utf_8, "9001") == entry(signed, "9001")
    assert entry(latin, "9001").birth_places == ["Velmória, Iran"]


def test_the_hash_is_over_all_three_files(publication):
    assert ofac.read(SDN, ALT, ADD).sha256 == publication.sha256
    assert ofac.read(SDN, ALT, ADD.replace(b"Floor 9", b"Floor 8")).sha256 != publication.sha256


def test_a_digest_changes_with_any_listed_fact_and_with_no_other_entry(publication):
    other = ofac.read(SDN, ALT, ADD.replace(b"Floor 9", b"Floor 8"))
    changed = [a.uid for a, b in zip(publication.entries, other.entries, strict=True) if a.digest != b.digest]
    assert changed == ["9002"]


def test_rows_of_no_entry_are_left_out_with_a_warning():
    read = ofac.read(SDN, ALT.rstrip(b"\x1a") + b'8888,9,"aka","NOBODY",-0- \r\n', ADD)
    assert read.warnings == ["1 rows of alt.csv belong to no entry of sdn.csv"]


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        ((ALT, SDN, ADD), "sdn.csv, line 1: 5 columns where OFAC's sdn.csv has 12"),
        ((SDN, ADD, ALT), "alt.csv, line 1: 6 columns where OFAC's alt.csv has 5"),
        ((b"", ALT, ADD), "sdn.csv holds no entry"),
        ((b"<html><body>Moved</body></html>", ALT, ADD), "sdn.csv is no text file with comma separated values"),
        ((b"PK\x03\x04" + SDN, ALT, ADD), "sdn.csv is no text file with comma separated values"),
        ((SDN, b"\xff\xfe\x00" + ALT, ADD), "alt.csv is no text file with comma separated values"),
        ((SDN[:-60], ALT, ADD), "sdn.csv, line 7: "),
        ((SDN + SDN.replace(b"\x1a", b""), ALT, ADD), "sdn.csv, line 8: "),
        ((SDN.replace(b'"vessel"', b'"planet"'), ALT, ADD), "sdn.csv, line 4: unknown kind 'planet'"),
        ((b"uid" + SDN[4:], ALT, ADD), "sdn.csv, line 1: the first column must be an entry number, not 'uid'"),
        ((SDN.replace(b'"VESTIGAN"', b"-0- "), ALT, ADD), "sdn.csv, line 6: the entry 9006 has no name"),
        (
            (SDN, ALT.replace(b'"nka"', b'"dba"'), ADD),
            "alt.csv, line 3: expected aka, fka or nka and a name, found 'dba'",
        ),
    ],
)
def test_other_files_are_refused_with_the_reason(contents, reason):
    with pytest.raises(ofac.UnreadableWatchlist) as refusal:
        ofac.read(*contents)
    assert refusal.value.detail.startswith(reason)


def test_an_entry_that_is_there_twice_is_refused():
    with pytest.raises(ofac.UnreadableWatchlist, match="line 8: the entry 9001 is there twice"):
        ofac.read(SDN.rstrip(b"\x1a") + SDN, ALT, ADD)


@pytest.mark.slow  # reads a list of nearly nine thousand entries, in half a second
@pytest.mark.skipif(not (SHARED / "ofac-sdn-2021-07").exists(), reason="the shared data are not here")
def test_a_real_publication_is_read_whole():
    read = read_folder(SHARED / "ofac-sdn-2021-07")
    assert (len(read.entries), read.aliases, read.addresses) == (8976, 11910, 13837)
    assert read.warnings == []
    kinds = [entry.kind for entry in read.entries]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "individual": 4620,
        "entity": 3673,
        "vessel": 406,
        "aircraft": 277,
    }
    assert sum(len(entry.births) for entry in read.entries) == 5125


@pytest.mark.skipif(not (SHARED / "ofac-mini").exists(), reason="the shared data are not here")
def test_an_extract_with_strays_is_read():
    read = read_folder(SHARED / "ofac-mini")
    assert (len(read.entries), read.aliases, read.addresses) == (17, 18, 28)
    assert len(read.warnings) == 2
