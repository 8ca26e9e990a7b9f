"""Scores of names that no list holds against the invented list, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.compliance import ofac
from apps.compliance.index import CUT, ListedName, NameIndex
from apps.compliance.names import in_spoken_order, tokens
from apps.compliance.screening import THRESHOLD, ListedEntry, Screener, Subject, birth_part, country_part
from tests.compliance.conftest import files


def listed(publication):
    for number, entry in enumerate(publication.entries):
        for name in entry.names:
            spoken = in_spoken_order(name.text) if entry.kind == "individual" else name.text
            yield ListedName(number, name.text, tokens(spoken), name.kind == "primary", name.weak)


PUBLICATION = ofac.read(*(path.read_bytes() for path in files("first")))
SCREENER = Screener(
    [ListedEntry("ofac-sdn", e.uid, e.kind, e.digest, e.programs, e.births, e.countries) for e in PUBLICATION.entries],
    list(listed(PUBLICATION)),
)


def hits(name, country="", born_on=None):
    return SCREENER.hits(Subject(name, country, born_on))


def uids(name, **facts):
    return [hit["uid"] for hit in hits(name, **facts)]


def test_an_equal_name_scores_one_and_says_why():
    [hit] = hits("Tavish Oldane Brannigor", "IR", date(1961, 3, 14))
    assert hit["score"] == 1.0
    assert hit["parts"] == {"name": 1.0, "alias": hit["parts"]["alias"], "dob": 0.05, "country": 0.05}
    assert hit["uid"] == "9001"
    assert hit["list"] == "ofac-sdn"
    assert hit["listed_name"] == "BRANNIGOR, Tavish Oldane"
    assert hit["programs"] == ["TEST1", "TEST2"]
    assert hit["words"] == [["tavish", "tavish", 1.0], ["oldane", "oldane", 1.0], ["brannigor", "brannigor", 1.0]]


@pytest.mark.parametrize(
    "name",
    [
        "Brannigor Tavish Oldane",
        "oldane brannigor tavish",
        "Tavish Brannigor",
        "Tavish Branigor",
        "Tavish Oldane Brannigr",
        "Tavish Oldane Branginor",
        "Mr. Tavish O. Brannigor",
        "Тавиш Бранигор",
    ],
)
def test_order_typing_titles_and_script_do_not_hide_a_name(name):
    assert uids(name) == ["9001"]


@pytest.mark.parametrize(
    "name", ["Радомир Жерновой", "Radomir Zhernovoi", "Radomir Vitalievich Zhernovoy", "Zhernovoj Radomir"]
)
def test_romanizations_of_one_name_meet(name):
    assert uids(name) == ["9003"]


@pytest.mark.parametrize("name", ["Abdalkarif al Dhurrani", "Abd al Karif Aldhurrani", "Abd-al-Karif Dhurrani"])
def test_joined_and_split_words_meet(name):
    assert uids(name) == ["9005"]


@pytest.mark.parametrize(
    "name", ["Quellimar Trading Co., Ltd.", "QUELLIMAR TRADING", "Quellimar Trading GmbH", "Quellimar Shipping SA"]
)
def test_the_company_form_matters_little(name):
    assert uids(name) == ["9002"]


@pytest.mark.parametrize(
    "name",
    [
        "Ottoline Fairweather",
        "Tavish",
        "Tavish Fairweather",
        "Trading Company Limited",
        "Company",
        "Saffrone Stern",
        "Vesti",
        "Radomir Petrescu",
        "Li",
        "",
        "...",
    ],
)
def test_others_are_clear(name):
    assert uids(name) == []


def test_a_name_of_one_word_is_found_when_whole():
    assert uids("Vestigan") == ["9006"]
    assert uids("Vestigan GmbH") == ["9006"]


def test_a_weak_alias_of_one_word_needs_the_country_or_birth_to_agree():
    weak = [ListedName(0, "ZORVANE", ("zorvane",), primary=False, weak=True)]
    search = Screener(
        [ListedEntry("ofac-sdn", "1", "individual", "d", [], [["1970-01-01", "1970-12-31"]], ["IR"])], weak
    )
    assert search.hits(Subject("Zorvane")) == []
    assert search.hits(Subject("Zorvane", "FR")) == []
    [hit] = search.hits(Subject("Zorvane", "IR"))
    assert (hit["score"], hit["parts"]["alias"], hit["weak_alias"]) == (0.85, 0.8, True)


def test_a_weak_alias_weighs_less_than_a_name():
    [hit] = hits("Tavvy Oldane")
    assert hit["parts"]["alias"] == 0.95


def test_a_ship_is_found_by_its_whole_name_only():
    assert uids("Saffrone Star") == ["9004"]
    assert uids("Saffrone Starr") == []


def test_other_birth_and_country_never_clear_an_equal_name():
    [hit] = hits("Ysmay Orvelle", "FR", date(1950, 1, 1))
    assert hit["score"] == 0.9  # nothing is listed of her country
    [hit] = hits("Tavish Oldane Brannigor", "FR", date(1990, 1, 1))
    assert hit["score"] == THRESHOLD
    assert hit["parts"]["dob"] == -0.1
    assert hit["parts"]["country"] == -0.05


def test_other_birth_and_country_clear_a_name_that_is_only_similar():
    assert uids("Tavish Oldene Brannagor", country="IR") == ["9001"]
    assert uids("Tavish Oldene Brannagor", country="FR", born_on=date(1990, 1, 1)) == []


@pytest.mark.parametrize(
    ("born_on", "part"),
    [
        (None, 0.0),
        (date(1961, 3, 14), 0.05),
        (date(1962, 4, 3), 0.05),
        (date(1962, 3, 4), 0.05),  # day and month exchanged
        (date(1961, 8, 1), 0.0),
        (date(1963, 1, 1), 0.0),
        (date(1970, 1, 1), -0.1),
    ],
)
def test_birth_adds_or_takes(born_on, part):
    assert birth_part(born_on, [["1961-03-14", "1961-03-14"], ["1962-04-03", "1962-04-03"]]) == part


def test_birth_within_a_listed_span_adds_less():
    assert birth_part(date(1985, 7, 1), [["1985-05-02", "1986-09-09"]]) == 0.03
    assert birth_part(date(1985, 7, 1), []) == 0.0


@pytest.mark.parametrize(("country", "part"), [("IR", 0.05), ("FR", -0.05), ("", 0.0)])
def test_country_adds_or_takes(country, part):
    assert country_part(country, ["YE", "IR"]) == part
    assert country_part(country, []) == 0.0


@given(st.permutations(["Tavish", "Oldane", "Brannigor", "Fairweather"]))
def test_the_order_of_words_does_not_change_the_score(words):
    index = NameIndex([ListedName(0, "X", ("tavish", "oldane", "brannigor"), True, False)])
    [reference] = index.search("Tavish Oldane Brannigor Fairweather")
    [found] = index.search(" ".join(words))
    assert found.score == pytest.approx(reference.score, abs=0.001)


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text):
    for likeness in SCREENER._index.search(text):
        assert CUT <= likeness.score <= 1.0


def test_the_same_question_has_the_same_answer():
    first = [hits(name.text) for name in listed(PUBLICATION)]
    again = Screener(SCREENER.entries, list(listed(PUBLICATION)))
    assert [again.hits(Subject(name.text)) for name in listed(PUBLICATION)] == first


def test_every_strong_listed_name_is_found():
    for number, entry in enumerate(PUBLICATION.entries):
        for name in listed(PUBLICATION):
            if name.entry == number and not name.weak:
                assert entry.uid in uids(" ".join(name.tokens)), name


def test_an_empty_list_finds_nobody():
    assert Screener([], []).hits(Subject("Tavish Brannigor")) == []
