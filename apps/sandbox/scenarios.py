"""
Magic amounts: what an integrator pays to see the bank refuse, return, delay or lose a payment.

A scenario is chosen by the last five digits of the amount in minor units, 70701 to 70799: EUR 707.01, 1,707.01 and
12,707.01 are the same scenario. These endings are rare on purpose. No price ends in them by custom, and of evenly
spread amounts two in ten thousand do. Every other amount is paid without incident.
"""

from dataclasses import dataclass

MODULUS = 100_000


@dataclass(frozen=True)
class Scenario:
    """What the bank does with a payment of one magic amount."""

    ending: int
    code: str
    effect: str
    title: str
    reason: str = ""
    banking_days: int = 0

    @property
    def example(self) -> str:
        """Return the smallest amount that chooses this scenario, as text."""
        return f"{self.ending // 100}.{self.ending % 100:02d}"


REFUSE = "refuse"
REFUSE_FILE = "refuse_file"
RETURN = "return"
RETURN_UNNAMED = "return_unnamed"
BOOK_SINGLY = "book_singly"
ANSWER_LATE = "answer_late"
NO_ANSWER = "no_answer"
LOSE = "lose"

SCENARIOS = {
    scenario.ending: scenario
    for scenario in (
        Scenario(70701, "refused_closed_account", REFUSE, "Refused in pain.002: the account is closed.", "AC04"),
        Scenario(70702, "refused_unknown_account", REFUSE, "Refused in pain.002: no such account.", "AC01"),
        Scenario(70703, "refused_no_funds", REFUSE, "Refused in pain.002: not enough money on the account.", "AM04"),
        Scenario(70704, "refused_bank_code", REFUSE, "Refused in pain.002: the bank code is wrong.", "RC01"),
        Scenario(70705, "refused_no_reason", REFUSE, "Refused in pain.002: the bank gives no reason.", "MS03"),
        Scenario(70711, "returned_closed_account", RETURN, "Paid, returned: the account is closed.", "AC04", 1),
        Scenario(70712, "returned_deceased", RETURN, "Paid, returned: the account holder has died.", "MD07", 1),
        Scenario(70713, "returned_no_reason", RETURN, "Paid, returned: the bank gives no reason.", "MS03", 1),
        Scenario(70714, "returned_late", RETURN, "Paid, returned five banking days later.", "AC04", 5),
        Scenario(70715, "returned_unnamed", RETURN_UNNAMED, "Paid, returned without its references.", "MS03", 1),
        Scenario(70716, "returned_same_day", RETURN, "Paid, returned on the same banking day.", "AC01"),
        Scenario(70721, "booked_singly", BOOK_SINGLY, "Paid, as a line of its own beside the file's batch line."),
        Scenario(70731, "answered_late", ANSWER_LATE, "The file's pain.002 comes one banking day late.", "", 1),
        Scenario(70732, "not_answered", NO_ANSWER, "The file gets no pain.002; it is paid all the same."),
        Scenario(70733, "lost", LOSE, "The file gets no pain.002 and is never paid."),
        Scenario(70734, "file_refused", REFUSE_FILE, "The whole file is refused in pain.002.", "FF10"),
    )
}

ORDINARY = Scenario(0, "", "", "Paid without incident.")


def scenario_for(amount: int) -> Scenario:
    """Return the scenario that an amount in minor units chooses; `ORDINARY` for nearly all."""
    return SCENARIOS.get(amount % MODULUS, ORDINARY)


def markdown_table() -> str:
    """Return the scenarios as a table for the integrators' documentation."""
    rows = [
        f"| …{s.example} | `{s.code}` | {s.title} | {f'`{s.reason}`' if s.reason else ''} |"
        for s in sorted(SCENARIOS.values(), key=lambda scenario: scenario.ending)
    ]
    return "\n".join(["| amount ends in | scenario | what the bank does | reason code |", "|---|---|---|---|", *rows])
