"""
The names of the active watchlists, arranged so that one name is compared with the few that could be alike.

Every token leads to the listed tokens like it (through the consonants it sounds by, and through the spellings with one
letter left out), every listed token to the names that hold it. What a name could score at best is known from the
tokens that led to it; only names that could reach the cut are compared token by token.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz

from apps.compliance.names import BUSINESS_WORDS, COMPANY_FORMS, PARTICLES, similarity, sound_keys, tokens

# A name must score this to be looked at further: the threshold of a hit less all that birth and country can add.
CUT = 0.75

_PARTICLE_SHARE = 0.35  # titles, articles and patronymic particles are left out as often as written
_BUSINESS_SHARE = 0.5
_FORM_SHARE = 0.15  # a company form says little about which company
_BETTER_SHARE, _BETTER_SHARE_OF_RARE = 0.55, 0.15
_COMMON, _RARE = 10.0, 14.0  # of agreeing weight: about two words in 150 names each, two in 20
_SIMILARITY_POWER = 1.5  # two letters wrong are worse than twice one letter wrong
_JOINED = 0.95  # two words written as one
_FEWEST_LETTERS_FOR_ONE_WORD = 5  # a shorter name of one word is a hit only when equal: "Ali" is not "Alis"
_FEWEST_NAMES = 20_000  # in a shorter list a word is not common because it is there once
_MOST_COMPARED = 128
_MOST_REMEMBERED = 50_000


@dataclass(frozen=True)
class ListedName:
    """One name of one entry, as tokens in spoken order. `entry` is the entry's number in the index."""

    entry: int
    text: str
    tokens: tuple[str, ...]
    primary: bool
    weak: bool


@dataclass(frozen=True)
class Likeness:
    """How alike the searched name and a listed name are, and by which tokens."""

    name: ListedName
    score: float
    pairs: tuple[tuple[str, str, float], ...]


class NameIndex:
    """An immutable index over listed names; safe to be read by many threads at once."""

    def __init__(self, names: list[ListedName]):
        self.names = names
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            for token in dict.fromkeys(name.tokens):  # ordered, so that equal lists make equal sums
                self._postings[token].append(number)
            for joined in _joined_words(name.tokens):
                self._joined[joined].append(number)
        self._postings, self._joined = dict(self._postings), dict(self._joined)
        self._size = max(len(names), _FEWEST_NAMES)
        self._rarest = math.log(1 + self._size)
        self._weights = {token: self._weight(token, len(found)) for token, found in self._postings.items()}
        self._totals = [sum(self._weights[token] for token in name.tokens) for name in names]
        self._neighbors = _neighbors(self._postings)
        self._known: dict[str, dict[str, float]] = {}

    def search(self, text: str) -> list[Likeness]:
        """Return the listed names that score at least `CUT`, best first; equal scores in the list's order."""
        searched = tokens(text)
        if not searched or not self.names:
            return []
        alike = [self._alike(token) for token in searched]
        weights = [self._searched_weight(token, found) for token, found in zip(searched, alike, strict=True)]
        found = []
        for number in self._candidates(searched, alike, weights):
            likeness = self._compare(searched, alike, weights, number)
            if likeness.score >= CUT:
                found.append((-likeness.score, number, likeness))
        return [likeness for _, _, likeness in sorted(found, key=lambda item: item[:2])]

    def _weight(self, token: str, frequency: int) -> float:
        return _share(token) * math.log(1 + self._size / frequency)

    def _searched_weight(self, token: str, alike: dict[str, float]) -> float:
        """A token that is not listed weighs like the listed token most like it, or like the rarest."""
        if token in self._weights:
            return self._weights[token]
        if alike and _share(token) == 1.0:
            return self._weights[max(alike, key=lambda other: (alike[other], other))]
        return _share(token) * self._rarest

    def _alike(self, token: str) -> dict[str, float]:
        """Return the listed tokens like this one with their similarity; remembered, as tokens come again."""
        found = self._known.get(token)
        if found is not None:
            return found
        found = {token: 1.0} if token in self._postings else {}
        for key in _keys(token):
            for other in self._neighbors.get(key, ()):
                if other not in found and (score := similarity(token, other)):
                    found[other] = score
        if len(self._known) >= _MOST_REMEMBERED:
            self._known = {}
        self._known[token] = found
        return found

    def _candidates(self, searched, alike, weights) -> list[int]:
        """Return the numbers of the names that could reach the cut, most promising first, few enough to compare."""
        total = rest = sum(weights)
        needed = _least_agreement(total)
        reached: dict[int, float] = defaultdict(float)
        for _, found, weight in sorted(zip(searched, alike, weights, strict=True), key=lambda item: -item[2]):
            if rest < needed:
                break  # a name that holds only the tokens from here on cannot reach the cut
            rest -= weight
            for other, similar in found.items():
                gain = weight * similar**_SIMILARITY_POWER
                for number in self._postings[other]:
                    reached[number] += gain
        for number in self._spelled_together(searched):
            reached[number] += total
        bounds = []
        for number, gain in reached.items():
            agreed = gain + rest
            if agreed >= needed:
                listed = self._totals[number]
                less, more = (total, listed) if total < listed else (listed, total)
                bound = _mean(agreed, min(1.0, agreed / less), min(1.0, agreed / more))
                if bound >= CUT:
                    bounds.append((-bound, number))
        bounds.sort()
        return [number for _, number in bounds[:_MOST_COMPARED]]

    def _spelled_together(self, searched) -> set[int]:
        """Return the names that write as one word what the search writes as two, or the other way around."""
        together = _joined_words(searched)
        found = {number for word in (*together, *searched) for number in self._joined.get(word, ())}
        return found.union(*(self._postings.get(word, ()) for word in together))

    def _compare(self, searched, alike, weights, number) -> Likeness:
        """Pair the tokens of both names so that the most weight agrees, each token once."""
        name = self.names[number]
        listed = name.tokens
        listed_weights = [self._weights[token] for token in listed]
        options = []
        for i, token in enumerate(searched):
            found = alike[i]
            for j, other in enumerate(listed):
                score = found.get(other)
                if score is None and (len(token) == 1 or len(other) == 1):
                    score = similarity(token, other)
                if score:
                    options.append((-score * (weights[i] + listed_weights[j]), i, j, score))
        options.sort()
        left_i, left_j = set(range(len(searched))), set(range(len(listed)))
        pairs = []
        for _, i, j, score in options:
            if i in left_i and j in left_j:
                left_i.remove(i)
                left_j.remove(j)
                pairs.append(((i,), (j,), score))
        if left_i and left_j:
            pairs += _joined_pairs(searched, listed, left_i, left_j)
        score = self._score(searched, listed, weights, listed_weights, pairs)
        return Likeness(
            name,
            score,
            tuple(
                (" ".join(searched[i] for i in left), " ".join(listed[j] for j in right), pair_score)
                for left, right, pair_score in sorted(pairs)
            ),
        )

    @staticmethod
    def _score(searched, listed, weights, listed_weights, pairs) -> float:
        if not pairs:
            return 0.0
        if len(pairs) == 1 and searched != listed:
            (_, right, similar) = pairs[0]
            shortest = min(len(listed[right[0]]), len(searched[pairs[0][0][0]]))
            if shortest < _FEWEST_LETTERS_FOR_ONE_WORD:
                return 0.0
            if len(searched) == len(listed) == 1:
                return round(similar if shortest >= 8 else similar**2, 3)
        agreed = agreed_listed = 0.0
        for left, right, similar in pairs:
            share = similar**_SIMILARITY_POWER
            agreed += share * sum(weights[i] for i in left)
            agreed_listed += share * sum(listed_weights[j] for j in right)
        covered, covered_listed = agreed / sum(weights), agreed_listed / sum(listed_weights)
        better, worse = max(covered, covered_listed), min(covered, covered_listed)
        if len(pairs) == 1 and len(searched) + len(listed) > 2:
            score = _BETTER_SHARE * worse + (1 - _BETTER_SHARE) * better
        else:
            score = _mean(min(agreed, agreed_listed), better, worse)
        written = fuzz.ratio("".join(searched), "".join(listed), score_cutoff=90) / 100
        return round(max(score, written), 3)


def _share(token: str) -> float:
    """Return how much of its weight a token keeps by its kind: what many names have says little of one."""
    if token in COMPANY_FORMS:
        return _FORM_SHARE
    if token in PARTICLES or len(token) == 1:
        return _PARTICLE_SHARE
    return _BUSINESS_SHARE if token in BUSINESS_WORDS else 1.0


def _mean(agreed: float, better: float, worse: float) -> float:
    """
    Weigh how far each of two names is covered by the other.

    The better covered one counts more, and the rarer what they share, the more: "Nicolas Maduro" is within "Nicolas
    Maduro Moros" as surely as "John Lee" is not someone within "Erik John Lee".
    """
    rarity = min(1.0, max(0.0, (agreed - _COMMON) / (_RARE - _COMMON)))
    share = _BETTER_SHARE + _BETTER_SHARE_OF_RARE * rarity
    return share * better + (1 - share) * worse


def _least_agreement(total: float) -> float:
    """Return the least weight that must agree for a name of this total weight to reach the cut at all."""
    low, high = 0.0, total
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if _mean(middle, 1.0, middle / total) >= CUT else (middle, high)
    return low


def _joined_words(words: tuple[str, ...]) -> set[str]:
    """Return each two neighbors written as one word, and the whole name as one word from either end."""
    joined = {left + right for left, right in zip(words, words[1:], strict=False) if len(left) + len(right) > 5}
    if len(words) > 2:
        joined.add("".join(words))
        joined.add("".join((words[-1], *words[:-1])))
    return joined


def _joined_pairs(searched, listed, left_i: set[int], left_j: set[int]) -> list:
    """Pair a token of one name with two neighbors of the other that spell it together."""
    pairs = []
    for i in sorted(left_i):
        for j in sorted(left_j):
            if {j, j + 1} <= left_j and searched[i] == listed[j] + listed[j + 1] and i in left_i:
                left_i.remove(i)
                left_j -= {j, j + 1}
                pairs.append(((i,), (j, j + 1), _JOINED))
            elif {i, i + 1} <= left_i and j in left_j and listed[j] == searched[i] + searched[i + 1]:
                left_i -= {i, i + 1}
                left_j.remove(j)
                pairs.append(((i, i + 1), (j,), _JOINED))
    return pairs


def _keys(token: str) -> dict[str, None]:
    """Return the keys under which similar tokens meet: sounds, and spellings with one letter left out."""
    keys = dict.fromkeys((token, *sound_keys(token)))
    if len(token) >= 4:
        keys |= dict.fromkeys(token[:i] + token[i + 1 :] for i in range(len(token)))
    return keys


def _neighbors(vocabulary) -> dict[str, tuple[str, ...]]:
    meeting: dict[str, list[str]] = defaultdict(list)
    for token in vocabulary:
        for key in _keys(token):
            meeting[key].append(token)
    # A key that one listed token has still finds it for a searched token, so all are kept.
    return {key: tuple(found) for key, found in meeting.items()}
