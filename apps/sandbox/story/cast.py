"""Who is paid in the story, how much, and how it must end. Names and account numbers are invented."""

from dataclasses import dataclass

BATCH_SIZE = 200
THRESHOLD = 100_000
"""Up to 1,000.00 policy approves; above, two people do."""

BANDS = [{"up_to": THRESHOLD, "approvals": 0}, {"up_to": None, "approvals": 2}]

UNNAMED_DEPOSIT = 250_000
UNNAMED_TEXT = "Demo settlement, shop revenue"


@dataclass(frozen=True)
class Part:
    """One payout of the story: to whom, how much, and how it must end."""

    key: str
    name: str
    country: str
    amount: int
    ends: str
    kind: str = "individual"
    review: str = ""
    alone: bool = False
    inline: bool = False
    rail: str = "auto"

    @property
    def needs_people(self) -> bool:
        return self.amount > THRESHOLD

    @property
    def leaves(self) -> bool:
        """Whether it ever goes to the bank in a file."""
        return self.ends != "rejected" and not self.is_instant

    @property
    def is_instant(self) -> bool:
        return self.rail == "sepa_instant"


PARTS = (
    Part("inline", "Nora Lindquist-Vale", "AT", 12_550, "paid", inline=True),
    Part("plain", "Tomas Bergholm", "DE", 84_200, "paid"),
    Part("company", "Möbelbau Wiesengrund GmbH", "DE", 498_000, "paid", kind="company"),
    Part("alone", "Oda Fjellheim", "NL", 70_721, "paid", alone=True),
    Part("large", "Bruno Tassinarelli", "LU", 1_270_721, "paid", alone=True),
    Part("refused", "Ilka Wendtner", "DE", 70_701, "failed"),
    Part("returned", "Jarek Molnarski", "LT", 70_711, "returned"),
    Part("back-at-once", "Sanna Keskitaival", "LV", 70_716, "returned"),
    Part("namesake", "Maribel Quintarosa", "NL", 35_000, "paid", review="clear"),
    Part("instant", "Yara Silverquist", "AT", 41_900, "paid", rail="sepa_instant"),
    Part("unheard", "Pelle Windhaber", "DE", 70_751, "paid", rail="sepa_instant"),
    Part("listed", "Grigor Volkodan", "AT", 48_000, "rejected", review="reject"),
)

_FIRST = (
    "Alva Bodil Cosimo Dagny Eskil Fenja Gioia Henrik Ilse Jorun Kasimir Livia Malin Nilo Odilo Petra Quirin Ragna "
    "Silvan Thea"
)
_LAST = "Ahornsen Birkmoor Castellorosso Dunkelbach Eichfelder Falkenrode Grauwasser Haselthal Immergrund Jochberger"


def batch_part(number: int) -> Part:
    """Return the n-th payout of the batch, from 0."""
    name = f"{_FIRST.split()[number % 20]} {_LAST.split()[number // 20]}"
    return Part(f"batch-{number + 1:03d}", name, "DE", 1_000 + number * 37 % 5_000, "paid", inline=True)


BATCH = tuple(batch_part(number) for number in range(BATCH_SIZE))


def iban(country: str, number: int) -> str:
    """Return an IBAN with right check digits at a bank that does not exist."""
    bban = {
        "AT": f"99999{number:011d}",
        "DE": f"99999999{number:010d}",
        "LT": f"99999{number:011d}",
        "LU": f"999SANDBOX{number:06d}",
        "LV": f"SAND{number:013d}",
        "NL": f"SAND{number:010d}",
    }[country]
    digits = "".join(str(int(character, 36)) for character in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"
