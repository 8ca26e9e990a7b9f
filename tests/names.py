"""Names for machines that invent people by the thousand: unlike each other, and like nobody on a watchlist."""

SYLLABLES = [
    "bra",
    "cle",
    "dro",
    "fji",
    "gwa",
    "hul",
    "kip",
    "lox",
    "mur",
    "nyt",
    "oze",
    "pli",
    "qua",
    "rez",
    "sto",
    "tuv",
    "umb",
    "vex",
    "wyn",
    "yar",
    "zog",
]


def name(chance) -> str:
    """Return a first and a last name that `chance`, a `random.Random`, draws."""
    return " ".join("".join(chance.sample(SYLLABLES, 3)).capitalize() for _ in range(2))
