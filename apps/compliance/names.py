"""
Names as tokens that can be compared.

A name of any script becomes lower-case Latin letters and digits; words that carry little (company forms, titles,
particles) stay, but weigh less. Two tokens are compared by their letters and by how they sound.
"""

import re
import unicodedata
from functools import lru_cache

import jellyfish
from anyascii import anyascii
from rapidfuzz.distance import OSA, Indel

# Several words that mean one company form, written as one token; the longest first.
_PHRASES = [
    (("limited", "liability", "company"), "llc"),
    (("limited", "liability", "partnership"), "llp"),
    (("gesellschaft", "mit", "beschrankter", "haftung"), "gmbh"),
    (("private", "joint", "stock", "company"), "pjsc"),
    (("public", "joint", "stock", "company"), "pjsc"),
    (("open", "joint", "stock", "company"), "jsc"),
    (("closed", "joint", "stock", "company"), "jsc"),
    (("joint", "stock", "company"), "jsc"),
    (("public", "limited", "company"), "plc"),
    (("sociedad", "anonima"), "sa"),
    (("societe", "anonyme"), "sa"),
]
_FORMS = {
    "limited": "ltd",
    "company": "co",
    "corporation": "corp",
    "incorporated": "inc",
    "aktiengesellschaft": "ag",
    "aktiebolag": "ab",
    "obshchestvo": "ooo",
    "ooo": "llc",
    "zao": "jsc",
    "oao": "jsc",
    "ao": "jsc",
    "pao": "pjsc",
}
# fmt: off
COMPANY_FORMS = frozenset(_FORMS.values()) | {
    "llc", "llp", "lp", "gmbh", "pjsc", "jsc", "plc", "sa", "ag", "kg", "ug", "bv", "nv", "srl", "spa", "sas", "sarl",
    "sl", "oy", "as", "aps", "cv", "fze", "fzco", "fzc", "pte", "pty", "sdn", "bhd", "est", "and",
}
BUSINESS_WORDS = frozenset({
    "trading", "trade", "international", "global", "group", "holding", "holdings", "industries", "industry", "services",
    "service", "shipping", "investment", "investments", "enterprise", "enterprises", "general", "import", "export",
    "commercial", "consulting", "management", "solutions", "transport", "logistics", "foundation", "company",
})
PARTICLES = frozenset({
    "al", "el", "ul", "as", "the", "of", "and", "de", "del", "la", "las", "los", "da", "do", "dos", "du", "di", "y", "e",
    "bin", "ibn", "ben", "bint", "abu", "abou", "umm", "abd", "von", "van", "der", "den", "zu",
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "sheikh", "shaykh", "sheik", "haji", "hajji", "haj", "hajj",
    "mullah", "maulavi", "mawlawi", "general", "gen", "colonel", "col",
})
# fmt: on

_INITIALS = re.compile(r"(?<![^\W_]{2})(?<=[^\W_])\.(?=[^\W_](?:\.|\W|$))")
_APOSTROPHES = re.compile(r"['’‘`´ʼʹʿʾ]")
_OTHER = re.compile(r"[^a-z0-9]+")
_SYLLABLES = re.compile(r"([\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_VOWELS = re.compile(r"[aeiouyw]")
# Sounds that romanizations write in several ways; the breath is often left out ("Khalid", "Kalid").
_SAME_SOUND = str.maketrans({"c": "k", "q": "k", "g": "k", "z": "s", "v": "f", "h": None})
_REPEATS = re.compile(r"(.)\1+")

SIMILAR = 0.75
SOUNDS_ALIKE = 0.6
_FEWEST_LETTERS_FOR_A_TYPO = 5


def normalize(text: str) -> str:
    """
    Return the name in lower-case Latin letters, digits and single spaces.

    Composed (NFKC) before it is spelled in Latin letters, because decomposed vowel signs of Indic scripts and Hangul
    would be lost; Han and Hangul characters become a word each, as their romanized names are often written.
    """
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = anyascii(_SYLLABLES.sub(r" \1 ", text))
    text = _APOSTROPHES.sub("", _INITIALS.sub("", text.casefold())).replace("&", " and ")
    return _OTHER.sub(" ", text).strip()


def tokens(text: str) -> tuple[str, ...]:
    """Return the name's tokens in their order, company forms in their short spelling."""
    words = normalize(text).split()
    if len(words) > 1:
        words = [_FORMS.get(word, word) for word in _join_phrases(words)]
    return tuple(words)


def in_spoken_order(name: str) -> str:
    """Turn a listed person's "SURNAME, Given names" around."""
    surname, comma, given = name.partition(",")
    return f"{given} {surname}".strip() if comma else name


def _join_phrases(words: list[str]) -> list[str]:
    for phrase, form in _PHRASES:
        length = len(phrase)
        if len(words) <= length or phrase[0] not in words:
            continue
        for start in range(len(words) - length + 1):
            if tuple(words[start : start + length]) == phrase:
                words = [*words[:start], form, *words[start + length :]]
                break
    return words


@lru_cache(maxsize=100_000)
def sound_keys(token: str) -> tuple[str, ...]:
    """
    Return the keys under which tokens that sound alike meet: the consonants, and the Metaphone code.

    Tokens with a digit or of fewer than three letters have none: they are codes and initials, not sounds.
    """
    if len(token) < 3 or not token.isalpha():
        return ()
    first = "a" if _VOWELS.match(token) else token[0]
    consonants = first + _VOWELS.sub("", token[1:])
    skeleton = _REPEATS.sub(r"\1", consonants.replace("ph", "f").replace("dj", "j").translate(_SAME_SOUND))
    keys = {f"={skeleton}"} if len(skeleton) > 1 else set()
    if len(code := jellyfish.metaphone(token)) > 1:
        keys.add(f"~{code}")
    return tuple(sorted(keys))


def similarity(left: str, right: str) -> float:
    """
    Return how alike two tokens are, from 0 to 1; below what could be one name, 0.

    Letters count by insertions and deletions, and by edits with transposition; tokens that sound alike gain half of
    what they lack. Short tokens that begin with different letters and sound different are different names ("Deng",
    "Peng"). An initial agrees with a word it begins by 0.75.
    """
    if left == right:
        return 1.0
    if len(left) == 1 or len(right) == 1:
        return 0.75 if left[0] == right[0] else 0.0
    letters = (Indel.normalized_similarity(left, right) + OSA.normalized_similarity(left, right)) / 2
    if letters >= SOUNDS_ALIKE and not set(sound_keys(left)).isdisjoint(sound_keys(right)):
        return round((1 + letters) / 2, 4)
    short = min(len(left), len(right)) < _FEWEST_LETTERS_FOR_A_TYPO
    return 0.0 if letters < SIMILAR or (short and left[0] != right[0]) else round(letters, 4)
