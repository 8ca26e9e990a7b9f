import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.compliance.names import in_spoken_order, normalize, similarity, sound_keys, tokens

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("  O'Brannigor-Oldane,  Tavish ", "obrannigor oldane tavish"),
        ("Quellimar Shipping S.A.", "quellimar shipping sa"),
        ("Quellimar & Søn A/S", "quellimar and son a s"),
        ("Радомир Жерновой", "radomir zhernovoy"),
        ("Ζωή Δελφινά", "zoi delfina"),
        ("Łucja Ğüneş-Straße", "lucja gunes strasse"),
        ("Cafe\u0301", "cafe"),
        ("Café", "cafe"),
        ("正恩", "zheng en"),
        ("김정", "gim jeong"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("', .", ""),
    ],
)
def test_a_name_of_any_script_becomes_plain_letters(name, normal):
    assert normalize(name) == normal


@given(st.text(max_size=60))
def test_normalizing_again_changes_nothing(text):
    once = normalize(text)
    assert normalize(once) == once
    assert once == once.strip().lower()
    assert once.isascii()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Quellimar Trading Company Limited", ("quellimar", "trading", "co", "ltd")),
        ("Vestigan Joint Stock Company", ("vestigan", "jsc")),
        ("Vestigan Gesellschaft mit beschränkter Haftung", ("vestigan", "gmbh")),
        ("Limited", ("limited",)),
        ("Joint Stock Company", ("joint", "stock", "co")),
    ],
)
def test_company_forms_are_written_short_unless_they_are_the_name(name, expected):
    assert tokens(name) == expected


def test_a_listed_person_is_turned_to_spoken_order():
    assert in_spoken_order("BRANNIGOR, Tavish Oldane") == "Tavish Oldane BRANNIGOR"
    assert in_spoken_order("VESTIGAN") == "VESTIGAN"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("tavish", "tavish", 1.0),
        ("radomir", "radimir", 0.9286),  # another vowel: sounds alike
        ("branigor", "brannigor", 0.9575),  # a doubled letter: sounds alike
        ("brannigor", "brannifor", 0.8889),  # another letter
        ("t", "tavish", 0.75),  # an initial
        ("t", "radomir", 0.0),
        ("deng", "peng", 0.0),  # short, and another sound
        ("quellimar", "saffrone", 0.0),
    ],
)
def test_tokens_are_alike_by_letters_and_sound(left, right, expected):
    assert similarity(left, right) == expected


@given(WORDS, WORDS)
def test_similarity_is_symmetric_and_one_only_for_equals(left, right):
    score = similarity(left, right)
    assert score == similarity(right, left)
    assert 0.0 <= score <= 1.0
    assert (score == 1.0) == (left == right)


@pytest.mark.parametrize(("left", "right"), [("khalid", "kalid"), ("yusuf", "yousef"), ("mohammed", "muhamad")])
def test_romanizations_meet_under_one_sound(left, right):
    assert set(sound_keys(left)) & set(sound_keys(right))
